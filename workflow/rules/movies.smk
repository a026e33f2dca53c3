# The kernels of one run as they evolve.


rule make_movie:
    input:
        kernels=RUN + "/kernels.npz",
        table=RUN + "/history.csv",
        run=RUN + "/run.json",
    output:
        mp4=RUN + "/movie.mp4",
        gif=RUN + "/movie.gif",
    log:
        LOG + "/make_movie/{dataset}/{arch}/seed{seed}.log",
    benchmark:
        LOG + "/make_movie/{dataset}/{arch}/seed{seed}.tsv"
    params:
        scripts=SCRIPTS,
        code=code("make_movie"),
        software=software("make_movie"),
        spec=spec("make_movie"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/make_movie.py --spec {params.spec:q}"
        " --kernels {input.kernels:q}"
        " --table {input.table:q}"
        " --run {input.run:q}"
        " --mp4 {output.mp4:q}"
        " --gif {output.gif:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
MOVIES = [per_run(f"{RUN}/movie.{kind}") for kind in ("mp4", "gif")]

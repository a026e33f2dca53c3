# The kernels of one run as they evolve.


rule make_movie:
    input:
        kernels="<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz",
        table="<results>/runs/{dataset}/{arch}/seed{seed}/history.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
    output:
        mp4="<results>/runs/{dataset}/{arch}/seed{seed}/movie.mp4",
        gif="<results>/runs/{dataset}/{arch}/seed{seed}/movie.gif",
        page=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/movie.html", "Runs"),
        manifest=manifest("make_movie"),
        usage=usage("make_movie"),
    log:
        "<results>/logs/make_movie/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("make_movie"),
        runtime=minutes("make_movie"),
    params:
        scripts=scripts,
        code=code("make_movie"),
        software=software("make_movie"),
        spec=spec("make_movie"),
    shell:
        "python {params.scripts:q}/make_movie.py --spec {params.spec:q}"
        " --kernels {input.kernels:q}"
        " --table {input.table:q}"
        " --run {input.run:q}"
        " --mp4 {output.mp4:q}"
        " --gif {output.gif:q}"
        " --page {output.page:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
MOVIES = [per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/movie.{kind}") for kind in ("mp4", "gif", "html")]

# One training per dataset, architecture and seed.


rule train_network:
    input:
        images="<results>/data/{dataset}/images.npz",
    output:
        snapshots=RUN + "/snapshots.npz",
        history=RUN + "/history.csv",
        run=RUN + "/run.json",
    log:
        LOG + "/train_network/{dataset}/{arch}/seed{seed}.log",
    benchmark:
        LOG + "/train_network/{dataset}/{arch}/seed{seed}.tsv"
    threads: lambda wildcards: EXPERIMENT.training[wildcards.arch]["threads"]
    params:
        scripts=SCRIPTS,
        code=code("train_network"),
        software=software("train_network"),
        spec=spec("train_network"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/train_network.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --snapshots {output.snapshots:q}"
        " --history {output.history:q}"
        " --run {output.run:q}"
        " 3>&2 > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
TRAININGS = [per_run(f"{RUN}/{name}") for name in ("snapshots.npz", "history.csv", "run.json")]

# One training per dataset, architecture and seed.


rule train_network:
    input:
        images="<results>/data/{dataset}/images.npz",
    output:
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
        history="<results>/runs/{dataset}/{arch}/seed{seed}/history.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
        manifest=manifest("train_network"),
    log:
        "<results>/logs/train_network/{dataset}/{arch}/seed{seed}.log",
    benchmark:
        "<results>/logs/train_network/{dataset}/{arch}/seed{seed}.tsv"
    cache: "train_network" in CACHED
    conda:
        "../../envs/environment.yaml"
    threads: lambda wildcards: EXPERIMENT.training[wildcards.arch]["threads"]
    resources:
        gpu=lambda wildcards: preflight.gpus(EXPERIMENT.training[wildcards.arch]["device"]),
    params:
        scripts=scripts,
        code=code("train_network"),
        software=software("train_network"),
        spec=spec("train_network"),
    shell:
        "python {params.scripts:q}/train_network.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --snapshots {output.snapshots:q}"
        " --history {output.history:q}"
        " --run {output.run:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " 3>&2 > {log:q} 2>&1"


if "train_network" in CACHED:
    without_benchmark(rules.train_network)


# What `rule all` and the named targets ask for.
TRAININGS = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}")
    for name in ("snapshots.npz", "history.csv", "run.json")
]

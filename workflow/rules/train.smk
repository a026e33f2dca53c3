# One training per dataset, architecture and seed: a job each, or one for a group of seeds.


rule train_network:
    input:
        images="<results>/data/{dataset}/images.npz",
    output:
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
        history="<results>/runs/{dataset}/{arch}/seed{seed}/history.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
        manifest=manifest("train_network"),
        usage=usage("train_network"),
    log:
        "<results>/logs/train_network/{dataset}/{arch}/seed{seed}.log",
    wildcard_constraints:
        arch=one_of(arch for arch in EXPERIMENT.architectures if not EXPERIMENT.together(arch)),
    cache: "train_network" in CACHED
    conda:
        "../../envs/environment.yaml"
    threads: lambda wildcards: EXPERIMENT.training[wildcards.arch]["threads"]
    resources:
        mem_mb=megabytes("train_network"),
        runtime=minutes("train_network"),
        gpu=lambda wildcards: preflight.gpus(EXPERIMENT.training[wildcards.arch]["device"]),
    params:
        scripts=scripts,
        code=code("train_network"),
        software=software("train_network"),
        spec=spec("train_network"),
        memory=memory,
    shell:
        "python {params.scripts:q}/train_network.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --memory {params.memory:q}"
        " --snapshots {output.snapshots:q}"
        " --history {output.history:q}"
        " --run {output.run:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " 3>&2 > {log:q} 2>&1"


for number, (arch, seeds) in enumerate(groups()):

    rule:
        name:
            f"train_group_{number}"
        input:
            images="<results>/data/{dataset}/images.npz",
        output:
            snapshots=of_group(arch, seeds, "snapshots.npz"),
            history=of_group(arch, seeds, "history.csv"),
            run=of_group(arch, seeds, "run.json"),
            manifest=of_group(arch, seeds, ".manifest/train_group.json"),
            usage=f"<results>/logs/train_group/{{dataset}}/{arch}/seed{seeds[0]}.tsv",
        log:
            f"<results>/logs/train_group/{{dataset}}/{arch}/seed{seeds[0]}.log",
        conda:
            "../../envs/environment.yaml"
        threads: EXPERIMENT.training[arch]["threads"]
        resources:
            mem_mb=megabytes("train_group", arch),
            runtime=minutes("train_group", arch, len(seeds)),
            gpu=preflight.gpus(EXPERIMENT.training[arch]["device"]),
        params:
            scripts=scripts,
            code=code("train_group"),
            software=software("train_group"),
            spec=spec("train_group", arch=arch, seed=str(seeds[0])),
            memory=memory,
        shell:
            "python {params.scripts:q}/train_group.py --spec {params.spec:q}"
            " --images {input.images:q}"
            " --memory {params.memory:q}"
            " --snapshots {output.snapshots:q}"
            " --history {output.history:q}"
            " --run {output.run:q}"
            " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
            " --usage {output.usage:q}"
            " 3>&2 > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
TRAININGS = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}")
    for name in ("snapshots.npz", "history.csv", "run.json")
]

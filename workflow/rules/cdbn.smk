# Networks that learn without labels, in place of training; all that needs neither labels nor outputs goes on from there.


rule train_cdbn:
    input:
        images="<results>/data/{dataset}/images.npz",
    output:
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
        history="<results>/runs/{dataset}/{arch}/seed{seed}/history.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
        manifest=manifest("train_cdbn"),
        usage=usage("train_cdbn"),
    log:
        "<results>/logs/train_cdbn/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("train_cdbn"),
        runtime=minutes("train_cdbn"),
    params:
        scripts=scripts,
        code=code("train_cdbn"),
        software=software("train_cdbn"),
        spec=spec("train_cdbn"),
    shell:
        "python {params.scripts:q}/train_cdbn.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --snapshots {output.snapshots:q}"
        " --history {output.history:q}"
        " --run {output.run:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " 3>&2 > {log:q} 2>&1"


def images_shown(wildcards):
    """The images that say what bases tell of classes."""
    return expand("<results>/data/{dataset}/images.npz", dataset=EXPERIMENT.shown(wildcards.dataset))


rule describe_bases:
    input:
        images="<results>/data/{dataset}/images.npz",
        shown=images_shown,
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
        history="<results>/runs/{dataset}/{arch}/seed{seed}/history.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
    output:
        pictures="<results>/runs/{dataset}/{arch}/seed{seed}/bases.npz",
        table="<results>/runs/{dataset}/{arch}/seed{seed}/bases.csv",
        selectivity="<results>/runs/{dataset}/{arch}/seed{seed}/class_selectivity.csv",
        manifest=manifest("describe_bases"),
        usage=usage("describe_bases"),
    log:
        "<results>/logs/describe_bases/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("describe_bases"),
        runtime=minutes("describe_bases"),
    params:
        scripts=scripts,
        code=code("describe_bases"),
        software=software("describe_bases"),
        spec=spec("describe_bases"),
    shell:
        "python {params.scripts:q}/describe_bases.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --shown {input.shown:q}"
        " --snapshots {input.snapshots:q}"
        " --history {input.history:q}"
        " --run {input.run:q}"
        " --pictures {output.pictures:q}"
        " --table {output.table:q}"
        " --selectivity {output.selectivity:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule compare_bases:
    input:
        runs=per_run(
            [
                f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}"
                for name in ("bases.npz", "bases.csv", "class_selectivity.csv")
            ]
        ),
    output:
        table="<results>/bases.csv",
        selectivity="<results>/class_selectivity.csv",
        picture=in_report("<results>/bases.png", "Across architectures"),
        manifest=manifest("compare_bases"),
        usage=usage("compare_bases"),
    log:
        "<results>/logs/compare_bases.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("compare_bases"),
        runtime=minutes("compare_bases"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.runs[0], 4),
        code=code("compare_bases"),
        software=software("compare_bases"),
        spec=spec("compare_bases"),
    shell:
        "python {params.scripts:q}/compare_bases.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --table {output.table:q}"
        " --selectivity {output.selectivity:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
PROBES, AGREEMENT = [], []
TRAININGS = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}")
    for name in ("snapshots.npz", "history.csv", "run.json")
]
BASES = [
    per_run(
        [
            f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}"
            for name in ("bases.npz", "bases.csv", "class_selectivity.csv")
        ]
    ),
    [f"<results>/{name}" for name in ("bases.csv", "class_selectivity.csv", "bases.png")],
]

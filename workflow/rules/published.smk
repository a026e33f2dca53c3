# Kernels that were trained elsewhere, in place of dataset and training; all that needs no images goes on from there.


def published_folder(wildcards, output):
    """Where the published files lie. The spec has the hash of each, so another place is no reason to rerun."""
    return EXPERIMENT.config["datasets"][wildcards.dataset]["folder"]


rule import_kernels:
    output:
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
        history="<results>/runs/{dataset}/{arch}/seed{seed}/history.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
        manifest=manifest("import_kernels"),
        usage=usage("import_kernels"),
    log:
        "<results>/logs/import_kernels/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("import_kernels"),
        runtime=minutes("import_kernels"),
    params:
        scripts=scripts,
        folder=published_folder,
        code=code("import_kernels"),
        software=software("import_kernels"),
        spec=spec("import_kernels"),
    shell:
        "python {params.scripts:q}/import_kernels.py --spec {params.spec:q}"
        " --folder {params.folder:q}"
        " --snapshots {output.snapshots:q}"
        " --history {output.history:q}"
        " --run {output.run:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule draw_published:
    input:
        kernels=per_compared_seed("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
        outcomes=per_compared_seed("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
    output:
        picture=in_report("<results>/compare/{dataset}/{arch}/published.png", "Across seeds"),
        manifest=manifest("draw_published"),
        usage=usage("draw_published"),
    log:
        "<results>/logs/draw_published/{dataset}/{arch}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_published"),
        runtime=minutes("draw_published"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 2),
        code=code("draw_published"),
        software=software("draw_published"),
        spec=spec("draw_published"),
    shell:
        "python {params.scripts:q}/draw_published.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
DATASETS, PROBES, AGREEMENT = [], [], []
TRAININGS = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}")
    for name in ("snapshots.npz", "history.csv", "run.json")
]

# Images with labels and the truth about each, from the settings of a dataset: drawn, or read from what is there.
DRAWN = [dataset for dataset in EXPERIMENT.sources if EXPERIMENT.is_drawn(dataset)]
READ = EXPERIMENT.read


rule make_dataset:
    output:
        images="<results>/data/{dataset}/images.npz",
        parameters="<results>/data/{dataset}/parameters.csv",
        manifest=manifest("make_dataset"),
        usage=usage("make_dataset"),
    log:
        "<results>/logs/make_dataset/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(DRAWN),
    cache: "make_dataset" in CACHED
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("make_dataset"),
        runtime=minutes("make_dataset"),
    params:
        scripts=scripts,
        code=code("make_dataset"),
        software=software("make_dataset"),
        spec=spec("make_dataset"),
    shell:
        "python {params.scripts:q}/make_dataset.py --spec {params.spec:q}"
        " --images {output.images:q}"
        " --parameters {output.parameters:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " 3>&2 > {log:q} 2>&1"


rule read_dataset:
    output:
        images="<results>/data/{dataset}/images.npz",
        parameters="<results>/data/{dataset}/parameters.csv",
        found="<results>/data/{dataset}/found.json",
        skipped="<results>/data/{dataset}/skipped.csv",
        manifest=manifest("read_dataset"),
        usage=usage("read_dataset"),
    log:
        "<results>/logs/read_dataset/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(READ),
    cache: "read_dataset" in CACHED
    conda:
        "../../envs/environment.yaml"
    threads: 16
    resources:
        mem_mb=megabytes("read_dataset"),
        runtime=minutes("read_dataset"),
    params:
        scripts=scripts,
        code=code("read_dataset"),
        software=software("read_dataset"),
        spec=spec("read_dataset"),
    shell:
        "python {params.scripts:q}/read_dataset.py --spec {params.spec:q}"
        " --threads {threads:q}"
        " --images {output.images:q}"
        " --parameters {output.parameters:q}"
        " --found {output.found:q}"
        " --skipped {output.skipped:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " 3>&2 > {log:q} 2>&1"


rule draw_samples:
    input:
        images="<results>/data/{dataset}/images.npz",
    output:
        samples=in_report("<results>/data/{dataset}/samples.png", "Data"),
        manifest=manifest("draw_samples"),
        usage=usage("draw_samples"),
    log:
        "<results>/logs/draw_samples/{dataset}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_samples"),
        runtime=minutes("draw_samples"),
    params:
        scripts=scripts,
        code=code("draw_samples"),
        software=software("draw_samples"),
        spec=spec("draw_samples"),
    shell:
        "python {params.scripts:q}/draw_samples.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --samples {output.samples:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
DATASETS = [
    *(per_dataset(f"<results>/data/{{dataset}}/{name}") for name in ("images.npz", "parameters.csv", "samples.png")),
    expand("<results>/data/{dataset}/{name}", dataset=READ, name=["found.json", "skipped.csv"]),
]

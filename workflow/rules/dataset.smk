# Images with labels and the truth about each, from the settings of a dataset.


rule make_dataset:
    output:
        images="<results>/data/{dataset}/images.npz",
        parameters="<results>/data/{dataset}/parameters.csv",
        manifest=manifest("make_dataset"),
        usage=usage("make_dataset"),
    log:
        "<results>/logs/make_dataset/{dataset}.log",
    cache: "make_dataset" in CACHED
    conda:
        "../../envs/environment.yaml"
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
    per_dataset(f"<results>/data/{{dataset}}/{name}") for name in ("images.npz", "parameters.csv", "samples.png")
]

# What each kernel is: measures with nulls over the whole training.


rule measure_kernels:
    input:
        kernels="<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
        random_labels=random_label_kernels(EXPERIMENT.compared),
    output:
        measures="<results>/runs/{dataset}/{arch}/seed{seed}/measures.csv",
        manifest=manifest("measure_kernels"),
        usage=usage("measure_kernels"),
    log:
        "<results>/logs/measure_kernels/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("measure_kernels"),
        runtime=minutes("measure_kernels"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels, 3),
        code=code("measure_kernels"),
        software=software("measure_kernels"),
        spec=spec("measure_kernels"),
    shell:
        "python {params.scripts:q}/measure_kernels.py --spec {params.spec:q}"
        " --kernels {input.kernels:q}"
        " --run {input.run:q}"
        " --runs {params.runs:q}"
        " --measures {output.measures:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule draw_measures:
    input:
        measures="<results>/runs/{dataset}/{arch}/seed{seed}/measures.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
    output:
        picture=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/measures.png", "Runs"),
        settling=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/settling.png", "Runs"),
        manifest=manifest("draw_measures"),
        usage=usage("draw_measures"),
    log:
        "<results>/logs/draw_measures/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_measures"),
        runtime=minutes("draw_measures"),
    params:
        scripts=scripts,
        code=code("draw_measures"),
        software=software("draw_measures"),
        spec=spec("draw_measures"),
    shell:
        "python {params.scripts:q}/draw_measures.py --spec {params.spec:q}"
        " --measures {input.measures:q}"
        " --run {input.run:q}"
        " --picture {output.picture:q}"
        " --settling {output.settling:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
MEASURES = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}")
    for name in ("measures.csv", "measures.png", "settling.png")
]

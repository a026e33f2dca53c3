# Pictures of one run.


rule draw_montage:
    input:
        kernels="<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
    output:
        montage=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/montage.png", "Runs"),
        manifest=manifest("draw_montage"),
        usage=usage("draw_montage"),
    log:
        "<results>/logs/draw_montage/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_montage"),
        runtime=minutes("draw_montage"),
    params:
        scripts=scripts,
        code=code("draw_montage"),
        software=software("draw_montage"),
        spec=spec("draw_montage"),
    shell:
        "python {params.scripts:q}/draw_montage.py --spec {params.spec:q}"
        " --kernels {input.kernels:q}"
        " --run {input.run:q}"
        " --montage {output.montage:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule draw_history:
    input:
        table="<results>/runs/{dataset}/{arch}/seed{seed}/history.csv",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
    output:
        history=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/history.png", "Runs"),
        manifest=manifest("draw_history"),
        usage=usage("draw_history"),
    log:
        "<results>/logs/draw_history/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_history"),
        runtime=minutes("draw_history"),
    params:
        scripts=scripts,
        code=code("draw_history"),
        software=software("draw_history"),
        spec=spec("draw_history"),
    shell:
        "python {params.scripts:q}/draw_history.py --spec {params.spec:q}"
        " --table {input.table:q}"
        " --run {input.run:q}"
        " --history {output.history:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule draw_featuremaps:
    input:
        images="<results>/data/{dataset}/images.npz",
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
    output:
        featuremaps=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/featuremaps.png", "Runs"),
        manifest=manifest("draw_featuremaps"),
        usage=usage("draw_featuremaps"),
    log:
        "<results>/logs/draw_featuremaps/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_featuremaps"),
        runtime=minutes("draw_featuremaps"),
    params:
        scripts=scripts,
        code=code("draw_featuremaps"),
        software=software("draw_featuremaps"),
        spec=spec("draw_featuremaps"),
    shell:
        "python {params.scripts:q}/draw_featuremaps.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --snapshots {input.snapshots:q}"
        " --run {input.run:q}"
        " --featuremaps {output.featuremaps:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
FIGURES = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}.png")
    for rule, name in (("draw_montage", "montage"), ("draw_history", "history"), ("draw_featuremaps", "featuremaps"))
    if rule in jobs.rules(EXPERIMENT)
]

# Pictures of one run.


rule draw_montage:
    input:
        kernels=RUN + "/kernels.npz",
        run=RUN + "/run.json",
    output:
        montage=RUN + "/montage.png",
    log:
        LOG + "/draw_montage/{dataset}/{arch}/seed{seed}.log",
    benchmark:
        LOG + "/draw_montage/{dataset}/{arch}/seed{seed}.tsv"
    params:
        scripts=SCRIPTS,
        code=code("draw_montage"),
        software=software("draw_montage"),
        spec=spec("draw_montage"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/draw_montage.py --spec {params.spec:q}"
        " --kernels {input.kernels:q}"
        " --run {input.run:q}"
        " --montage {output.montage:q}"
        " > {log:q} 2>&1"


rule draw_history:
    input:
        table=RUN + "/history.csv",
        run=RUN + "/run.json",
    output:
        history=RUN + "/history.png",
    log:
        LOG + "/draw_history/{dataset}/{arch}/seed{seed}.log",
    benchmark:
        LOG + "/draw_history/{dataset}/{arch}/seed{seed}.tsv"
    params:
        scripts=SCRIPTS,
        code=code("draw_history"),
        software=software("draw_history"),
        spec=spec("draw_history"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/draw_history.py --spec {params.spec:q}"
        " --table {input.table:q}"
        " --run {input.run:q}"
        " --history {output.history:q}"
        " > {log:q} 2>&1"


rule draw_featuremaps:
    input:
        images="<results>/data/{dataset}/images.npz",
        snapshots=RUN + "/snapshots.npz",
        run=RUN + "/run.json",
    output:
        featuremaps=RUN + "/featuremaps.png",
    log:
        LOG + "/draw_featuremaps/{dataset}/{arch}/seed{seed}.log",
    benchmark:
        LOG + "/draw_featuremaps/{dataset}/{arch}/seed{seed}.tsv"
    params:
        scripts=SCRIPTS,
        code=code("draw_featuremaps"),
        software=software("draw_featuremaps"),
        spec=spec("draw_featuremaps"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/draw_featuremaps.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --snapshots {input.snapshots:q}"
        " --run {input.run:q}"
        " --featuremaps {output.featuremaps:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
FIGURES = [per_run(f"{RUN}/{name}.png") for name in ("montage", "history", "featuremaps")]

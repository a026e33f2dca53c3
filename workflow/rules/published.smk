# Pretrained kernels instead of a dataset and a training; every stage that needs no images continues from them.


rule import_kernels:
    output:
        **record("import_kernels", "snapshots.npz", "history.csv", "run.json"),
    log:
        log("import_kernels"),
    conda:
        ENVIRONMENT
    params:
        **provenance("import_kernels", folder=published_folder),
    shell:
        command("params.folder -> snapshots history run")


rule draw_published:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"], seed=EXPERIMENT.compared),
    output:
        **record("draw_published"),
        picture=in_report(f"{ARCH}/published.png", "Across seeds"),
    log:
        log("draw_published"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_published", runs=above("runs", 2)),
    shell:
        command("params.runs -> picture")

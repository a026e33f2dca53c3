# Pretrained kernels instead of a dataset and a training; every stage that needs no images continues from them.


rule import_kernels:
    output:
        **record("import_kernels", "snapshots.npz", "history.csv", "run.json"),
    log:
        log("import_kernels"),
    conda:
        ENVIRONMENT
    resources:
        **needs("import_kernels"),
    params:
        **provenance("import_kernels", folder=pretrained_folder),
    shell:
        command("params.folder -> snapshots history run")


rule measure_layers:
    input:
        snapshots=f"{RUN}/snapshots.npz",
    output:
        **record("measure_layers"),
        measures=f"{RUN}/layer_measures.csv",
        figure=figure(f"{RUN}/shapes", "Runs"),
    log:
        log("measure_layers"),
    conda:
        ENVIRONMENT
    resources:
        **needs("measure_layers"),
    params:
        **provenance("measure_layers"),
    shell:
        command("snapshots -> measures figure")


rule probe_model:
    input:
        kernels=f"{RUN}/kernels.npz",
    output:
        **record("probe_model", "responses.csv"),
        layers=f"{RUN}/layer_responses.csv",
        figure=figure(f"{RUN}/responses", "Runs"),
    log:
        log("probe_model"),
    conda:
        ENVIRONMENT
    params:
        **provenance("probe_model", folder=pretrained_folder, model=model_code, images=model_images),
    shell:
        command("kernels params.folder params.model params.images -> responses layers figure")


rule draw_pretrained:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"], EXPERIMENT.compared),
    output:
        **record("draw_pretrained"),
        figure=figure(f"{ARCH}/pretrained", "Across seeds", pdf=True),
    log:
        log("draw_pretrained"),
    conda:
        ENVIRONMENT
    resources:
        **needs("draw_pretrained"),
    params:
        **provenance("draw_pretrained", runs=above("runs", 2)),
    shell:
        command("params.runs -> figure")

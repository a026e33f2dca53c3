# Figures of one run.


rule draw_montage:
    input:
        **named(f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"),
    output:
        **record("draw_montage"),
        montage=in_report(f"{RUN}/montage.png", "Runs"),
    log:
        log("draw_montage"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_montage"),
    shell:
        command("kernels decay run -> montage")


rule draw_history:
    input:
        table=f"{RUN}/history.csv",
        run=f"{RUN}/run.json",
    output:
        **record("draw_history"),
        history=in_report(f"{RUN}/history.png", "Runs"),
    log:
        log("draw_history"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_history"),
    shell:
        command("table run -> history")


rule draw_featuremaps:
    input:
        images=f"{DATASET}/images.npz",
        snapshots=f"{RUN}/snapshots.npz",
        run=f"{RUN}/run.json",
    output:
        **record("draw_featuremaps"),
        featuremaps=in_report(f"{RUN}/featuremaps.png", "Runs"),
    log:
        log("draw_featuremaps"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=megabytes("draw_featuremaps"),
    params:
        **provenance("draw_featuremaps"),
    shell:
        command("images snapshots run -> featuremaps")

# Figures of one run.


for variant, own_archs, of_each_layer in of_layers("draw_montage", f"{RUN}/montage", "Runs"):

    rule:
        name:
            variant
        input:
            **named(f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"),
            atlas=f"{RUN}/atlas.csv" if EXPERIMENT.probed else [],
        output:
            **record("draw_montage"),
            montage=of_each_layer,
        log:
            log("draw_montage"),
        wildcard_constraints:
            arch=own_archs,
        conda:
            ENVIRONMENT
        resources:
            **needs("draw_montage"),
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
        history=figure(f"{RUN}/history", "Runs"),
    log:
        log("draw_history"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_history"),
    shell:
        command("table run -> history")


for variant, own_archs, of_each_layer in of_layers("draw_featuremaps", f"{RUN}/featuremaps", "Runs"):

    rule:
        name:
            variant
        input:
            images=f"{DATASET}/images.npz",
            snapshots=f"{RUN}/snapshots.npz",
            run=f"{RUN}/run.json",
            atlas=f"{RUN}/atlas.csv" if EXPERIMENT.probed else [],
        output:
            **record("draw_featuremaps"),
            featuremaps=of_each_layer,
        log:
            log("draw_featuremaps"),
        wildcard_constraints:
            arch=own_archs,
        conda:
            ENVIRONMENT
        resources:
            mem_mb=megabytes("draw_featuremaps"),
        params:
            **provenance("draw_featuremaps"),
        shell:
            command("images snapshots run -> featuremaps")

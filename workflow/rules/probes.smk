# What each kernel responds to, what the network loses without it, its projection into pixels,
# and what the network predicts.


rule probe_kernels:
    input:
        **named(f"{DATASET}/images.npz", f"{DATASET}/parameters.csv", f"{RUN}/snapshots.npz", f"{RUN}/decay.csv"),
    output:
        **record("probe_kernels", "selectivity.csv", "ablation.csv", "features.csv", "tuning.csv", "probes.npz"),
        subspace_fit=f"{RUN}/subspace_fit.csv",
        response_nulls=f"{RUN}/response_nulls.npz",
    log:
        log("probe_kernels"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=megabytes("probe_kernels"),
    params:
        **provenance("probe_kernels"),
    shell:
        command(
            "images parameters snapshots decay"
            " -> selectivity ablation features tuning subspace_fit probes response_nulls"
        )


rule predict_images:
    input:
        images=f"{DATASET}/images.npz",
        snapshots=f"{RUN}/snapshots.npz",
    output:
        **record("predict_images", "predictions.csv"),
    log:
        log("predict_images"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=megabytes("predict_images"),
    params:
        **provenance("predict_images"),
    shell:
        command("images snapshots -> predictions")


rule project_kernels:
    input:
        images=f"{DATASET}/images.npz",
        snapshots=f"{RUN}/snapshots.npz",
    output:
        **record("project_kernels", "pixels.npz"),
    log:
        log("project_kernels"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=megabytes("project_kernels"),
    params:
        **provenance("project_kernels"),
    shell:
        command("images snapshots -> pixels")


rule draw_pixels:
    input:
        kernels=f"{RUN}/kernels.npz",
        pixels=f"{RUN}/pixels.npz",
        run=f"{RUN}/run.json",
    output:
        **record("draw_pixels"),
        figure=in_report(f"{RUN}/pixels.png", "Runs"),
    log:
        log("draw_pixels"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_pixels"),
    shell:
        command("kernels pixels run -> figure")


rule write_atlas:
    input:
        **named(f"{RUN}/kernels.npz", f"{RUN}/run.json", f"{RUN}/measures.csv", f"{RUN}/ablation.csv"),
        **named(f"{RUN}/features.csv", f"{RUN}/tuning.csv", f"{RUN}/kernel_tests.csv"),
    output:
        **record("write_atlas", "atlas.csv"),
    log:
        log("write_atlas"),
    conda:
        ENVIRONMENT
    params:
        **provenance("write_atlas", folder=above("kernels", 1)),
    shell:
        command("params.folder -> atlas")


rule draw_atlas:
    input:
        **named(f"{DATASET}/images.npz", f"{RUN}/kernels.npz", f"{RUN}/run.json", f"{RUN}/pixels.npz"),
        **named(f"{RUN}/probes.npz", f"{RUN}/atlas.csv", f"{RUN}/features.csv", f"{RUN}/tuning.csv", f"{RUN}/decay.csv"),
    output:
        **record("draw_atlas"),
        atlas=in_report(f"{RUN}/atlas.png", "Runs"),
    log:
        log("draw_atlas"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=megabytes("draw_atlas"),
    params:
        **provenance("draw_atlas", folder=above("kernels", 1)),
    shell:
        command("images params.folder -> atlas")

# What kind of pattern each first-layer kernel is, on crops of large images.


rule sort_kernels:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"]),
    output:
        **record("sort_kernels", "kinds.csv", "kind_shares.csv"),
    log:
        log("sort_kernels"),
    wildcard_constraints:
        dataset=one_of(EXPERIMENT.cropped),
        arch=one_of(EXPERIMENT.sorted_by_kind),
    conda:
        ENVIRONMENT
    params:
        **provenance("sort_kernels", runs=above("runs", 2)),
    shell:
        command("params.runs -> kinds kind_shares")


rule draw_kinds:
    input:
        kinds=f"{ARCH}/kinds.csv",
        kind_shares=f"{ARCH}/kind_shares.csv",
        controls=kinds_of_controls,
    output:
        **record("draw_kinds"),
        figure=figure(f"{ARCH}/kinds", "Across seeds", pdf=True),
    log:
        log("draw_kinds"),
    wildcard_constraints:
        dataset=one_of(EXPERIMENT.cropped),
        arch=one_of(EXPERIMENT.sorted_by_kind),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_kinds", folder=above("kinds", 2)),
    shell:
        command("params.folder kinds kind_shares -> figure")

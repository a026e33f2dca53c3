# Comparisons across seeds, across architectures, and over all runs.


rule match_kernels:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"], EXPERIMENT.compared),
    output:
        **record("match_kernels", "matches.csv", "pairs.csv"),
    log:
        log("match_kernels"),
    conda:
        ENVIRONMENT
    params:
        **provenance("match_kernels", runs=above("runs", 2)),
    shell:
        command("params.runs -> matches pairs")


rule find_types:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"], EXPERIMENT.compared),
        atlas=each(f"{RUN}/atlas.csv", EXPERIMENT.compared) if EXPERIMENT.probed else [],
    output:
        **record("find_types", "vocabulary.csv", "types.csv"),
        figure=in_report(f"{ARCH}/vocabulary.png", "Across seeds"),
    log:
        log("find_types"),
    conda:
        ENVIRONMENT
    params:
        **provenance("find_types", runs=above("runs", 2)),
    shell:
        command("params.runs -> vocabulary types figure")


rule write_seed_tests:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"], EXPERIMENT.compared),
        controls=control_runs([f"{RUN}/kernels.npz", f"{RUN}/run.json"]),
        tables=[f"{ARCH}/cka.csv", f"{ARCH}/energy_agreement.csv"] if EXPERIMENT.agreed else [],
    output:
        **record("write_seed_tests", "seed_tests.csv"),
    log:
        log("write_seed_tests"),
    conda:
        ENVIRONMENT
    params:
        **provenance("write_seed_tests", runs=above("runs", 3), folder=folder_of_tests),
    shell:
        command("params.runs params.folder -> seed_tests")


rule draw_matched:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"], EXPERIMENT.compared),
        matches=f"{ARCH}/matches.csv",
        pairs=f"{ARCH}/pairs.csv",
    output:
        **record("draw_matched"),
        matched=in_report(f"{ARCH}/matched.png", "Across seeds"),
    log:
        log("draw_matched"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_matched", runs=above("runs", 2)),
    shell:
        command("params.runs matches pairs -> matched")


rule correlate_initial:
    input:
        images=[] if EXPERIMENT.pretrained else f"{DATASET}/images.npz",
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"]),
    output:
        **record("correlate_initial", table="initial_correlation.csv"),
    log:
        log("correlate_initial"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=megabytes("correlate_initial"),
    params:
        **provenance("correlate_initial", folder=above("runs", 5)),
    shell:
        command("params.folder -> table")


rule write_summary:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"]),
    output:
        **record("write_summary"),
        summary=in_report("<results>/summary.csv", "Findings"),
    log:
        log("write_summary"),
    conda:
        ENVIRONMENT
    params:
        **provenance("write_summary", runs=above("runs", 4)),
    shell:
        command("params.runs -> summary")


rule compare_architectures:
    input:
        pairs=each(f"{ARCH}/pairs.csv"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"]),
    output:
        **record("compare_architectures"),
        table=in_report(f"{ACROSS}/architectures.csv", "Across architectures", "architectures table"),
        figure=in_report(f"{ACROSS}/architectures.png", "Across architectures"),
    log:
        log("compare_architectures"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_architectures", runs=above("runs", 3), compare=above("pairs", 2)),
    shell:
        command("params.runs params.compare -> table figure")


rule write_cost:
    input:
        costs,
    output:
        **record("write_cost", "cost.csv"),
    log:
        log("write_cost"),
    conda:
        ENVIRONMENT
    params:
        **provenance("write_cost", logs=lambda wildcards, output: str(Path(output.cost).parent / "logs")),
    shell:
        command("params.logs -> cost")

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
    resources:
        **needs("match_kernels"),
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
    log:
        log("find_types"),
    conda:
        ENVIRONMENT
    resources:
        **needs("find_types"),
    params:
        **provenance("find_types", runs=above("runs", 2)),
    shell:
        command("params.runs -> vocabulary types")


rule draw_vocabulary:
    input:
        **named(f"{ARCH}/vocabulary.csv", f"{ARCH}/types.csv"),
        runs=each(f"{RUN}/kernels.npz", EXPERIMENT.compared),
    output:
        **record("draw_vocabulary"),
        figure=figure(f"{ARCH}/vocabulary", "Across seeds", pdf=True),
    log:
        log("draw_vocabulary"),
    conda:
        ENVIRONMENT
    resources:
        **needs("draw_vocabulary"),
    params:
        **provenance("draw_vocabulary", runs=above("runs", 2)),
    shell:
        command("params.runs vocabulary types -> figure")


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
    resources:
        **needs("write_seed_tests"),
    params:
        **provenance("write_seed_tests", runs=above("runs", 3), folder=folder_of_tests),
    shell:
        command("params.runs params.folder -> seed_tests")


for variant, own_archs, of_each_layer in of_layers("draw_matched", f"{ARCH}/matched", "Across seeds"):

    rule:
        name:
            variant
        input:
            **named(f"{ARCH}/matches.csv", f"{ARCH}/pairs.csv", f"{ARCH}/types.csv", f"{ARCH}/vocabulary.csv"),
            runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"], EXPERIMENT.compared),
        output:
            **record("draw_matched"),
            matched=of_each_layer,
        log:
            log("draw_matched"),
        wildcard_constraints:
            arch=own_archs,
        conda:
            ENVIRONMENT
        resources:
            **needs("draw_matched"),
        params:
            **provenance("draw_matched", runs=above("runs", 2)),
        shell:
            command("params.runs matches pairs types vocabulary -> matched")


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
        **needs("correlate_initial"),
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
    resources:
        **needs("write_summary"),
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
    log:
        log("compare_architectures"),
    conda:
        ENVIRONMENT
    resources:
        **needs("compare_architectures"),
    params:
        **provenance("compare_architectures", runs=above("runs", 3), compare=above("pairs", 2)),
    shell:
        command("params.runs params.compare -> table")


rule draw_architectures:
    input:
        pairs=each(f"{ARCH}/pairs.csv"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"]),
    output:
        **record("draw_architectures"),
        figure=figure(f"{ACROSS}/architectures", "Across architectures", pdf=True),
    log:
        log("draw_architectures"),
    conda:
        ENVIRONMENT
    resources:
        **needs("draw_architectures"),
    params:
        **provenance("draw_architectures", runs=above("runs", 3), compare=above("pairs", 2)),
    shell:
        command("params.runs params.compare -> figure")


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

# Measures of each kernel over the whole training, with their nulls.


rule measure_kernels:
    input:
        kernels=f"{RUN}/kernels.npz",
        decay=f"{RUN}/decay.csv",
        run=f"{RUN}/run.json",
        random_labels=random_label_kernels(EXPERIMENT.compared),
    output:
        **record("measure_kernels", "measures.csv", "nulls.npz"),
    log:
        log("measure_kernels"),
    conda:
        ENVIRONMENT
    resources:
        **needs("measure_kernels"),
    params:
        **provenance("measure_kernels", runs=above("kernels", 3)),
    shell:
        command("kernels decay run params.runs -> measures nulls")


rule pool_nulls:
    input:
        nulls=each([f"{RUN}/{file}" for file in EXPERIMENT.null_files]),
    output:
        **record("pool_nulls", pooled="pooled_nulls.npz"),
    log:
        log("pool_nulls"),
    conda:
        ENVIRONMENT
    params:
        **provenance("pool_nulls", runs=above("nulls", 2)),
    shell:
        command("params.runs -> pooled")


rule judge_kernels:
    input:
        kernels=f"{RUN}/kernels.npz",
        run=f"{RUN}/run.json",
        nulls=[f"{RUN}/{file}" for file in EXPERIMENT.null_files],
        pooled=f"{ARCH}/pooled_nulls.npz",
    output:
        **record("judge_kernels", table="kernel_tests.csv"),
    log:
        log("judge_kernels"),
    conda:
        ENVIRONMENT
    resources:
        **needs("judge_kernels"),
    params:
        **provenance("judge_kernels"),
    shell:
        command("kernels run pooled -> table")


rule draw_measures:
    input:
        measures=f"{RUN}/measures.csv",
        decay=f"{RUN}/decay.csv",
        run=f"{RUN}/run.json",
    output:
        **record("draw_measures"),
        figure=figure(f"{RUN}/measures", "Runs"),
        settling=figure(f"{RUN}/settling", "Runs"),
    log:
        log("draw_measures"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_measures"),
    shell:
        command("measures decay run -> figure settling")


rule compare_settling:
    input:
        runs=each([f"{RUN}/measures.csv", f"{RUN}/run.json", f"{RUN}/kernels.npz"]),
    output:
        **record("compare_settling", "settling.csv"),
    log:
        log("compare_settling"),
    conda:
        ENVIRONMENT
    resources:
        **needs("compare_settling"),
    params:
        **provenance("compare_settling", runs=above("runs", 2)),
    shell:
        command("params.runs -> settling")

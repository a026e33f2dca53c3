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
    params:
        **provenance("measure_kernels", runs=above("kernels", 3)),
    shell:
        command("kernels decay run params.runs -> measures nulls")


rule judge_kernels:
    input:
        kernels=f"{RUN}/kernels.npz",
        run=f"{RUN}/run.json",
        nulls=null_kernels,
    output:
        **record("judge_kernels", table="kernel_tests.csv"),
    log:
        log("judge_kernels"),
    conda:
        ENVIRONMENT
    params:
        **provenance("judge_kernels", runs=above("kernels", 2)),
    shell:
        command("kernels run params.runs -> table")


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
    params:
        **provenance("compare_settling", runs=above("runs", 2)),
    shell:
        command("params.runs -> settling")

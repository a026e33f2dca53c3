# Agreement between seeds, and between all runs.


rule compare_seeds:
    input:
        **named(f"{DATASET}/images.npz"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"]),
        probes=each(f"{RUN}/probes.npz", EXPERIMENT.compared),
        random_labels=random_label_kernels(EXPERIMENT.seeds),
    output:
        **record("compare_seeds", "cka.csv", profiles="energy.csv", profile_agreement="energy_agreement.csv"),
        figure=in_report(f"{ARCH}/agreement.png", "Across seeds"),
    log:
        log("compare_seeds"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=megabytes("compare_seeds"),
    params:
        **provenance("compare_seeds", runs=above("runs", 3)),
    shell:
        command("images params.runs -> profiles profile_agreement cka figure")


rule compare_runs:
    input:
        runs=each([f"{RUN}/probes.npz", f"{RUN}/run.json"], EXPERIMENT.runs_compared),
    output:
        **record("compare_runs", table="similarity.csv"),
        figure=in_report(f"{ACROSS}/similarity.png", "Across architectures"),
    log:
        log("compare_runs"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_runs", runs=above("runs", 3)),
    shell:
        command("params.runs -> table figure")

# Agreement between seeds, and between all runs.


rule compare_seeds:
    input:
        **named(f"{DATASET}/images.npz"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"]),
        probes=each(f"{RUN}/probes.npz", EXPERIMENT.compared),
        random_labels=random_label_kernels(EXPERIMENT.seeds),
    output:
        **record("compare_seeds", "cka.csv", profiles="energy.csv", profile_agreement="energy_agreement.csv"),
    log:
        log("compare_seeds"),
    conda:
        ENVIRONMENT
    resources:
        **needs("compare_seeds"),
    params:
        **provenance("compare_seeds", runs=above("runs", 3)),
    shell:
        command("images params.runs -> profiles profile_agreement cka")


rule draw_agreement:
    input:
        runs=each(f"{RUN}/run.json"),
        profiles=f"{ARCH}/energy.csv",
        cka=f"{ARCH}/cka.csv",
    output:
        **record("draw_agreement"),
        figure=figure(f"{ARCH}/agreement", "Across seeds", pdf=True),
    log:
        log("draw_agreement"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_agreement", runs=above("runs", 2)),
    shell:
        command("params.runs profiles cka -> figure")


rule compare_runs:
    input:
        runs=each([f"{RUN}/probes.npz", f"{RUN}/run.json"], EXPERIMENT.runs_compared),
    output:
        **record("compare_runs", table="similarity.csv"),
    log:
        log("compare_runs"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_runs", runs=above("runs", 3)),
    shell:
        command("params.runs -> table")


rule draw_similarity:
    input:
        runs=each(f"{RUN}/run.json", EXPERIMENT.runs_compared),
        table=f"{ACROSS}/similarity.csv",
    output:
        **record("draw_similarity"),
        figure=figure(f"{ACROSS}/similarity", "Across architectures", pdf=True),
    log:
        log("draw_similarity"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_similarity", runs=above("runs", 3)),
    shell:
        command("params.runs table -> figure")

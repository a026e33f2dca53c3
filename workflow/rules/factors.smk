# The effect of each factor of a sweep, if an architecture varies settings.


rule compare_factors:
    input:
        pairs=each(f"{ARCH}/pairs.csv"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"]),
    output:
        **record("compare_factors", table="outcomes.csv", levels="levels.csv"),
        conditions=in_report(f"{ACROSS}/conditions.csv", "Across architectures", "conditions table"),
        effects=in_report(f"{ACROSS}/effects.csv", "Across architectures", "effects table"),
        figure=in_report(f"{ACROSS}/factors.png", "Across architectures"),
    log:
        log("compare_factors"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_factors", runs=above("runs", 3), compare=above("pairs", 2)),
    shell:
        command("params.runs params.compare -> table conditions effects levels figure")

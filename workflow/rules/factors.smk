# The effect of each factor of a sweep, if an architecture varies settings.


rule compare_factors:
    input:
        pairs=each(f"{ARCH}/pairs.csv"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"]),
    output:
        **record("compare_factors", table="outcomes.csv", levels="levels.csv"),
        conditions=in_report(f"{ACROSS}/conditions.csv", "Across architectures", "conditions table"),
        effects=in_report(f"{ACROSS}/effects.csv", "Across architectures", "effects table"),
    log:
        log("compare_factors"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_factors", runs=above("runs", 3), compare=above("pairs", 2)),
    shell:
        command("params.runs params.compare -> table conditions effects levels")


rule draw_factors:
    input:
        **named(f"{ACROSS}/conditions.csv", f"{ACROSS}/effects.csv", f"{ACROSS}/levels.csv"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/decay.csv", f"{RUN}/run.json"]),
    output:
        **record("draw_factors"),
        figure=figure(f"{ACROSS}/factors", "Across architectures", pdf=True),
    log:
        log("draw_factors"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_factors", runs=above("runs", 3)),
    shell:
        command("params.runs conditions effects levels -> figure")

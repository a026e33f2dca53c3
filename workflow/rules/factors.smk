# The effect of each factor of a sweep, if an architecture varies settings.


rule compare_factors:
    input:
        pairs=each(f"{ARCH}/pairs.csv"),
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"]),
    output:
        **record("compare_factors", table="outcomes.csv", levels="levels.csv"),
        cell=in_report(f"{ACROSS}/cells.csv", "Across architectures", "cells table"),
        effects=in_report(f"{ACROSS}/effects.csv", "Across architectures", "effects table"),
        picture=in_report(f"{ACROSS}/factors.png", "Across architectures"),
    log:
        log("compare_factors"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_factors", runs=above("runs", 3), compare=above("pairs", 2)),
    shell:
        command("params.runs params.compare -> table cell effects levels picture")

# Two towers, or the halves of their joined control: does one of them take the color?


rule compare_towers:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"]),
    output:
        **record("compare_towers", table="towers.csv"),
    log:
        log("compare_towers"),
    wildcard_constraints:
        arch=one_of(EXPERIMENT.towers),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_towers", runs=above("runs", 2)),
    shell:
        command("params.runs -> table")


rule draw_towers:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"]),
        table=f"{ARCH}/towers.csv",
    output:
        **record("draw_towers"),
        figure=figure(f"{ARCH}/towers", "Across seeds", pdf=True),
    log:
        log("draw_towers"),
    wildcard_constraints:
        arch=one_of(EXPERIMENT.towers),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_towers", runs=above("runs", 2)),
    shell:
        command("params.runs table -> figure")

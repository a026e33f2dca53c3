# Other images of the same kind, if some datasets differ in their seed alone.


rule compare_draws:
    input:
        runs=each([f"{RUN}/kernels.npz", f"{RUN}/run.json"], EXPERIMENT.compared, dataset=EXPERIMENT.redrawn),
    output:
        **record("compare_draws", "draws.csv"),
    log:
        log("compare_draws"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_draws", runs=above("runs", 4)),
    shell:
        command("params.runs -> draws")

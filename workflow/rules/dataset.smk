# Images with labels and ground truth, drawn or read as the settings of a dataset say.


rule make_dataset:
    output:
        **record("make_dataset", "images.npz", "parameters.csv"),
    log:
        log("make_dataset"),
    wildcard_constraints:
        dataset=one_of(EXPERIMENT.drawn),
    cache: CACHED
    conda:
        ENVIRONMENT
    params:
        **provenance("make_dataset"),
    shell:
        command("-> images parameters")


rule read_dataset:
    output:
        **record("read_dataset", "images.npz", "parameters.csv", "inferred.json", "skipped.csv"),
    log:
        log("read_dataset"),
    wildcard_constraints:
        dataset=one_of(EXPERIMENT.read),
    cache: CACHED
    conda:
        ENVIRONMENT
    threads: 16
    params:
        **provenance("read_dataset"),
    shell:
        command("threads -> images parameters inferred skipped")


rule draw_samples:
    input:
        images=f"{DATASET}/images.npz",
    output:
        **record("draw_samples"),
        samples=figure(f"{DATASET}/samples", "Data"),
    log:
        log("draw_samples"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_samples"),
    shell:
        command("images -> samples")

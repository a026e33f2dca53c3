# The kernels of every conv layer, extracted from the snapshots, and what weight decay leaves of the untrained kernels.


rule extract_kernels:
    input:
        snapshots=f"{RUN}/snapshots.npz",
        run=f"{RUN}/run.json",
    output:
        **record("extract_kernels", "decay.csv", kernels="kernels.npz", table="kernels.csv"),
    log:
        log("extract_kernels"),
    conda:
        ENVIRONMENT
    resources:
        **needs("extract_kernels"),
    params:
        **provenance("extract_kernels"),
    shell:
        command("snapshots run -> kernels table decay")

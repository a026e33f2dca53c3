# The kernels of every conv layer, extracted from the snapshots.


rule extract_kernels:
    input:
        snapshots=f"{RUN}/snapshots.npz",
    output:
        **record("extract_kernels", kernels="kernels.npz", table="kernels.csv"),
    log:
        log("extract_kernels"),
    conda:
        ENVIRONMENT
    params:
        **provenance("extract_kernels"),
    shell:
        command("snapshots -> kernels table")

# The kernels of every conv layer, out of the snapshots.


rule extract_kernels:
    input:
        snapshots=RUN + "/snapshots.npz",
    output:
        kernels=RUN + "/kernels.npz",
        table=RUN + "/kernels.csv",
    log:
        LOG + "/extract_kernels/{dataset}/{arch}/seed{seed}.log",
    benchmark:
        LOG + "/extract_kernels/{dataset}/{arch}/seed{seed}.tsv"
    params:
        scripts=SCRIPTS,
        code=code("extract_kernels"),
        software=software("extract_kernels"),
        spec=spec("extract_kernels"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/extract_kernels.py --spec {params.spec:q}"
        " --snapshots {input.snapshots:q}"
        " --kernels {output.kernels:q}"
        " --table {output.table:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
KERNELS = [per_run(f"{RUN}/{name}") for name in ("kernels.npz", "kernels.csv")]

# The kernels of every conv layer, out of the snapshots.


rule extract_kernels:
    input:
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
    output:
        kernels="<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz",
        table="<results>/runs/{dataset}/{arch}/seed{seed}/kernels.csv",
        manifest=manifest("extract_kernels"),
        usage=usage("extract_kernels"),
    log:
        "<results>/logs/extract_kernels/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("extract_kernels"),
        runtime=minutes("extract_kernels"),
    params:
        scripts=scripts,
        code=code("extract_kernels"),
        software=software("extract_kernels"),
        spec=spec("extract_kernels"),
    shell:
        "python {params.scripts:q}/extract_kernels.py --spec {params.spec:q}"
        " --snapshots {input.snapshots:q}"
        " --kernels {output.kernels:q}"
        " --table {output.table:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
KERNELS = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}") for name in ("kernels.npz", "kernels.csv")
]

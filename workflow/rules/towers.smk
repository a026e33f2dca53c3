# Two towers, or the halves of their joined control: does one take the colour?


rule compare_towers:
    input:
        kernels=per_seed("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
        outcomes=per_seed("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
    output:
        table="<results>/compare/{dataset}/{arch}/towers.csv",
        picture=in_report("<results>/compare/{dataset}/{arch}/towers.png", "Across seeds"),
        manifest=manifest("compare_towers"),
        usage=usage("compare_towers"),
    log:
        "<results>/logs/compare_towers/{dataset}/{arch}.log",
    wildcard_constraints:
        arch=one_of(EXPERIMENT.towers),
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("compare_towers"),
        runtime=minutes("compare_towers"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 2),
        code=code("compare_towers"),
        software=software("compare_towers"),
        spec=spec("compare_towers"),
    shell:
        "python {params.scripts:q}/compare_towers.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --table {output.table:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
COMPARISONS += [
    expand(
        "<results>/compare/{dataset}/{arch}/towers.{kind}",
        dataset=EXPERIMENT.datasets,
        arch=EXPERIMENT.towers,
        kind=["csv", "png"],
    )
]

# What each factor of a sweep does, where an architecture says what to vary.


rule compare_factors:
    input:
        pairs=per_architecture("<results>/compare/{dataset}/{arch}/pairs.csv"),
        kernels=per_run_on_dataset("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
        outcomes=per_run_on_dataset("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
    output:
        table="<results>/compare/{dataset}/outcomes.csv",
        cell=in_report("<results>/compare/{dataset}/cells.csv", "Across architectures", "cells table"),
        effects=in_report("<results>/compare/{dataset}/effects.csv", "Across architectures", "effects table"),
        levels="<results>/compare/{dataset}/levels.csv",
        picture=in_report("<results>/compare/{dataset}/factors.png", "Across architectures"),
        manifest=manifest("compare_factors"),
        usage=usage("compare_factors"),
    log:
        "<results>/logs/compare_factors/{dataset}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("compare_factors"),
        runtime=minutes("compare_factors"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 3),
        compare=lambda wildcards, input: folder(input.pairs[0], 2),
        code=code("compare_factors"),
        software=software("compare_factors"),
        spec=spec("compare_factors"),
    shell:
        "python {params.scripts:q}/compare_factors.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --compare {params.compare:q}"
        " --table {output.table:q}"
        " --cell {output.cell:q}"
        " --effects {output.effects:q}"
        " --levels {output.levels:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
COMPARISONS += [
    expand(
        "<results>/compare/{dataset}/{name}",
        dataset=EXPERIMENT.datasets,
        name=["outcomes.csv", "cells.csv", "effects.csv", "levels.csv", "factors.png"],
    )
]

# Across the seeds of one architecture, across architectures, and over all runs.


rule match_kernels:
    input:
        kernels=per_compared_seed("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
    output:
        matches="<results>/compare/{dataset}/{arch}/matches.csv",
        pairs="<results>/compare/{dataset}/{arch}/pairs.csv",
        manifest=manifest("match_kernels"),
        usage=usage("match_kernels"),
    log:
        "<results>/logs/match_kernels/{dataset}/{arch}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("match_kernels"),
        runtime=minutes("match_kernels"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 2),
        code=code("match_kernels"),
        software=software("match_kernels"),
        spec=spec("match_kernels"),
    shell:
        "python {params.scripts:q}/match_kernels.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --matches {output.matches:q}"
        " --pairs {output.pairs:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule draw_matched:
    input:
        kernels=per_compared_seed("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
        outcomes=per_compared_seed("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
        matches="<results>/compare/{dataset}/{arch}/matches.csv",
        pairs="<results>/compare/{dataset}/{arch}/pairs.csv",
    output:
        matched=in_report("<results>/compare/{dataset}/{arch}/matched.png", "Across seeds"),
        manifest=manifest("draw_matched"),
        usage=usage("draw_matched"),
    log:
        "<results>/logs/draw_matched/{dataset}/{arch}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_matched"),
        runtime=minutes("draw_matched"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 2),
        code=code("draw_matched"),
        software=software("draw_matched"),
        spec=spec("draw_matched"),
    shell:
        "python {params.scripts:q}/draw_matched.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --matches {input.matches:q}"
        " --pairs {input.pairs:q}"
        " --matched {output.matched:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule write_summary:
    input:
        kernels=per_run("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
        outcomes=per_run("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
    output:
        summary=in_report("<results>/summary.csv", "Findings"),
        manifest=manifest("write_summary"),
        usage=usage("write_summary"),
    log:
        "<results>/logs/write_summary.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("write_summary"),
        runtime=minutes("write_summary"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 4),
        code=code("write_summary"),
        software=software("write_summary"),
        spec=spec("write_summary"),
    shell:
        "python {params.scripts:q}/write_summary.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --summary {output.summary:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule compare_architectures:
    input:
        pairs=per_architecture("<results>/compare/{dataset}/{arch}/pairs.csv"),
        kernels=per_run_on_dataset("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
        outcomes=per_run_on_dataset("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
    output:
        table=in_report("<results>/compare/{dataset}/architectures.csv", "Across architectures", "architectures table"),
        picture=in_report("<results>/compare/{dataset}/architectures.png", "Across architectures"),
        manifest=manifest("compare_architectures"),
        usage=usage("compare_architectures"),
    log:
        "<results>/logs/compare_architectures/{dataset}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("compare_architectures"),
        runtime=minutes("compare_architectures"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 3),
        compare=lambda wildcards, input: folder(input.pairs[0], 2),
        code=code("compare_architectures"),
        software=software("compare_architectures"),
        spec=spec("compare_architectures"),
    shell:
        "python {params.scripts:q}/compare_architectures.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --compare {params.compare:q}"
        " --table {output.table:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule write_cost:
    input:
        costs,
    output:
        cost="<results>/cost.csv",
        manifest=manifest("write_cost"),
        usage=usage("write_cost"),
    log:
        "<results>/logs/write_cost.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("write_cost"),
        runtime=minutes("write_cost"),
    params:
        scripts=scripts,
        logs=lambda wildcards, output: str(Path(output.cost).parent / "logs"),
        code=code("write_cost"),
        software=software("write_cost"),
        spec=spec("write_cost"),
    shell:
        "python {params.scripts:q}/write_cost.py --spec {params.spec:q}"
        " --logs {params.logs:q}"
        " --cost {output.cost:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
COMPARISONS = [
    expand(
        "<results>/compare/{dataset}/{arch}/{name}",
        dataset=EXPERIMENT.datasets,
        arch=EXPERIMENT.architectures,
        name=["matches.csv", "pairs.csv", "matched.png", *["published.png"] * bool(EXPERIMENT.published)],
    ),
    expand("<results>/compare/{dataset}/architectures.{kind}", dataset=EXPERIMENT.datasets, kind=["csv", "png"]),
    "<results>/summary.csv",
    "<results>/cost.csv",
    *(BASES if EXPERIMENT.cdbn else []),
]

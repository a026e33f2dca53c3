# Across the seeds of one architecture, across architectures, and over all runs.


rule match_kernels:
    input:
        kernels=per_seed(RUN + "/kernels.npz"),
    output:
        matches="<results>/compare/{dataset}/{arch}/matches.csv",
        pairs="<results>/compare/{dataset}/{arch}/pairs.csv",
    log:
        LOG + "/match_kernels/{dataset}/{arch}.log",
    benchmark:
        LOG + "/match_kernels/{dataset}/{arch}.tsv"
    params:
        scripts=SCRIPTS,
        runs=lambda wildcards, input: folder(input.kernels[0], 2),
        code=code("match_kernels"),
        software=software("match_kernels"),
        spec=spec("match_kernels"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/match_kernels.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --matches {output.matches:q}"
        " --pairs {output.pairs:q}"
        " > {log:q} 2>&1"


rule draw_matched:
    input:
        kernels=per_seed(RUN + "/kernels.npz"),
        outcomes=per_seed(RUN + "/run.json"),
        matches="<results>/compare/{dataset}/{arch}/matches.csv",
    output:
        matched="<results>/compare/{dataset}/{arch}/matched.png",
    log:
        LOG + "/draw_matched/{dataset}/{arch}.log",
    benchmark:
        LOG + "/draw_matched/{dataset}/{arch}.tsv"
    params:
        scripts=SCRIPTS,
        runs=lambda wildcards, input: folder(input.kernels[0], 2),
        code=code("draw_matched"),
        software=software("draw_matched"),
        spec=spec("draw_matched"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/draw_matched.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --matches {input.matches:q}"
        " --matched {output.matched:q}"
        " > {log:q} 2>&1"


rule write_summary:
    input:
        kernels=per_run(RUN + "/kernels.npz"),
        outcomes=per_run(RUN + "/run.json"),
    output:
        summary="<results>/summary.csv",
    log:
        LOG + "/write_summary.log",
    benchmark:
        LOG + "/write_summary.tsv"
    params:
        scripts=SCRIPTS,
        runs=lambda wildcards, input: folder(input.kernels[0], 4),
        code=code("write_summary"),
        software=software("write_summary"),
        spec=spec("write_summary"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/write_summary.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --summary {output.summary:q}"
        " > {log:q} 2>&1"


rule compare_architectures:
    input:
        summary="<results>/summary.csv",
        pairs=per_architecture("<results>/compare/{dataset}/{arch}/pairs.csv"),
        kernels=per_architecture(f"{RUN}/kernels.npz".replace("{seed}", str(EXPERIMENT.seeds[0]))),
    output:
        table="<results>/compare/{dataset}/architectures.csv",
        picture="<results>/compare/{dataset}/architectures.png",
    log:
        LOG + "/compare_architectures/{dataset}.log",
    benchmark:
        LOG + "/compare_architectures/{dataset}.tsv"
    params:
        scripts=SCRIPTS,
        runs=lambda wildcards, input: folder(input.kernels[0], 3),
        compare=lambda wildcards, input: folder(input.pairs[0], 2),
        code=code("compare_architectures"),
        software=software("compare_architectures"),
        spec=spec("compare_architectures"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/compare_architectures.py --spec {params.spec:q}"
        " --summary {input.summary:q}"
        " --runs {params.runs:q}"
        " --compare {params.compare:q}"
        " --table {output.table:q}"
        " --picture {output.picture:q}"
        " > {log:q} 2>&1"


rule write_cost:
    input:
        benchmarks=[per_run(f"{LOG}/{stage}/{{dataset}}/{{arch}}/seed{{seed}}.tsv") for stage in RUN_STAGES],
    output:
        cost="<results>/cost.csv",
    log:
        LOG + "/write_cost.log",
    benchmark:
        LOG + "/write_cost.tsv"
    params:
        scripts=SCRIPTS,
        logs=lambda wildcards, input: folder(input.benchmarks[0], 4),
        code=code("write_cost"),
        software=software("write_cost"),
        spec=spec("write_cost"),
    conda:
        "../../envs/environment.yaml"
    shell:
        "python {params.scripts:q}/write_cost.py --spec {params.spec:q}"
        " --logs {params.logs:q}"
        " --cost {output.cost:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
COMPARISONS = [
    expand(
        "<results>/compare/{dataset}/{arch}/{name}",
        dataset=EXPERIMENT.datasets,
        arch=EXPERIMENT.architectures,
        name=["matches.csv", "pairs.csv", "matched.png"],
    ),
    expand("<results>/compare/{dataset}/architectures.{kind}", dataset=EXPERIMENT.datasets, kind=["csv", "png"]),
    "<results>/summary.csv",
    "<results>/cost.csv",
]

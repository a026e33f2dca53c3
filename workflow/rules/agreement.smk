# Do the seeds agree, and all runs with all others?


rule compare_seeds:
    input:
        images="<results>/data/{dataset}/images.npz",
        kernels=per_seed("<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz"),
        outcomes=per_seed("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
        probes=per_compared_seed("<results>/runs/{dataset}/{arch}/seed{seed}/probes.npz"),
        matches="<results>/compare/{dataset}/{arch}/matches.csv",
        random_labels=random_label_kernels(EXPERIMENT.seeds),
    output:
        universal="<results>/compare/{dataset}/{arch}/universal.csv",
        kernels="<results>/compare/{dataset}/{arch}/universal_kernels.csv",
        profiles="<results>/compare/{dataset}/{arch}/energy.csv",
        profile_agreement="<results>/compare/{dataset}/{arch}/energy_agreement.csv",
        cka="<results>/compare/{dataset}/{arch}/cka.csv",
        picture=in_report("<results>/compare/{dataset}/{arch}/agreement.png", "Across seeds"),
        manifest=manifest("compare_seeds"),
        usage=usage("compare_seeds"),
    log:
        "<results>/logs/compare_seeds/{dataset}/{arch}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("compare_seeds"),
        runtime=minutes("compare_seeds"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.kernels[0], 3),
        code=code("compare_seeds"),
        software=software("compare_seeds"),
        spec=spec("compare_seeds"),
    shell:
        "python {params.scripts:q}/compare_seeds.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --runs {params.runs:q}"
        " --matches {input.matches:q}"
        " --universal {output.universal:q}"
        " --kernels {output.kernels:q}"
        " --profiles {output.profiles:q}"
        " --profile-agreement {output.profile_agreement:q}"
        " --cka {output.cka:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule compare_runs:
    input:
        probes=per_run_compared("<results>/runs/{dataset}/{arch}/seed{seed}/probes.npz"),
        outcomes=per_run_compared("<results>/runs/{dataset}/{arch}/seed{seed}/run.json"),
    output:
        table="<results>/compare/{dataset}/similarity.csv",
        picture=in_report("<results>/compare/{dataset}/similarity.png", "Across architectures"),
        manifest=manifest("compare_runs"),
        usage=usage("compare_runs"),
    log:
        "<results>/logs/compare_runs/{dataset}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("compare_runs"),
        runtime=minutes("compare_runs"),
    params:
        scripts=scripts,
        runs=lambda wildcards, input: folder(input.probes[0], 3),
        code=code("compare_runs"),
        software=software("compare_runs"),
        spec=spec("compare_runs"),
    shell:
        "python {params.scripts:q}/compare_runs.py --spec {params.spec:q}"
        " --runs {params.runs:q}"
        " --table {output.table:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
AGREEMENT = [
    expand(
        "<results>/compare/{dataset}/{arch}/{name}",
        dataset=EXPERIMENT.datasets,
        arch=EXPERIMENT.architectures,
        name=[
            *("universal.csv", "universal_kernels.csv", "energy.csv", "energy_agreement.csv"),
            *("cka.csv", "agreement.png"),
        ],
    ),
    expand("<results>/compare/{dataset}/similarity.{kind}", dataset=EXPERIMENT.datasets, kind=["csv", "png"]),
]

# What the experiment showed, in sentences.


rule write_findings:
    input:
        summary="<results>/summary.csv",
        found=expand("<results>/data/{dataset}/found.json", dataset=EXPERIMENT.read),
        bases=["<results>/bases.csv", "<results>/class_selectivity.csv"] if EXPERIMENT.cdbn else [],
        datasets=expand(
            "<results>/compare/{dataset}/{name}.csv", dataset=EXPERIMENT.datasets, name=EXPERIMENT.told["dataset"]
        ),
        architectures=expand(
            "<results>/compare/{dataset}/{arch}/{name}.csv",
            dataset=EXPERIMENT.datasets,
            arch=EXPERIMENT.architectures,
            name=EXPERIMENT.told["arch"],
        ),
        towers=expand(
            "<results>/compare/{dataset}/{arch}/towers.csv", dataset=EXPERIMENT.datasets, arch=EXPERIMENT.towers
        ),
        runs=per_run(
            [f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}.csv" for name in EXPERIMENT.told["run"]]
        ),
    output:
        findings=in_report("<results>/findings.md", "Findings"),
        manifest=manifest("write_findings"),
        usage=usage("write_findings"),
    log:
        "<results>/logs/write_findings.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("write_findings"),
        runtime=minutes("write_findings"),
    params:
        scripts=scripts,
        folder=lambda wildcards, output: folder(output.findings, 1),
        code=code("write_findings"),
        software=software("write_findings"),
        spec=spec("write_findings"),
    shell:
        "python {params.scripts:q}/write_findings.py --spec {params.spec:q}"
        " --folder {params.folder:q}"
        " --findings {output.findings:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
FINDINGS = ["<results>/findings.md"]

# The findings of the experiment, in sentences.
TABLES = aggregates.tables_of_findings(EXPERIMENT)


rule write_findings:
    input:
        summary="<results>/summary.csv",
        inferred=each(f"{DATASET}/inferred.json", dataset=EXPERIMENT.read),
        bases=["<results>/bases.csv", "<results>/class_selectivity.csv"] if EXPERIMENT.cdbn else [],
        datasets=each(f"{ACROSS}/{{name}}.csv", name=TABLES["dataset"]),
        architectures=each(f"{ARCH}/{{name}}.csv", name=TABLES["arch"]),
        towers=each(f"{ARCH}/towers.csv", arch=EXPERIMENT.towers),
        runs=each(f"{RUN}/{{name}}.csv", name=TABLES["run"]),
    output:
        **record("write_findings"),
        findings=in_report("<results>/findings.md", "Findings"),
    log:
        log("write_findings"),
    conda:
        ENVIRONMENT
    params:
        **provenance("write_findings", folder=results_folder),
    shell:
        command("params.folder -> findings")

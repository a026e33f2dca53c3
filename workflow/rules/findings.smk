# The statements about the experiment in a table, the findings in sentences, and the notes of all jobs.
SOURCES = {  # what is known of the images and the files of pretrained runs, with the notes of the jobs that read them
    "inferred": each(f"{DATASET}/inferred.json", dataset=EXPERIMENT.read),
    "imported": each(f"{RUN}/run.json", dataset=list(EXPERIMENT.pretrained)),
}
TABLES = aggregates.tables_of_statements(EXPERIMENT)


rule write_statements:
    input:
        images=each(f"{DATASET}/images.npz", dataset=EXPERIMENT.labeled),
        top=[f"<results>/{name}.csv" for name in TABLES["top"]],
        datasets=each(f"{ACROSS}/{{name}}.csv", name=TABLES["dataset"]),
        architectures=each(f"{ARCH}/{{name}}.csv", name=TABLES["arch"]),
        towers=each(f"{ARCH}/towers.csv", arch=EXPERIMENT.towers),
        kinds=each(f"{ARCH}/kinds.csv", dataset=EXPERIMENT.cropped, arch=EXPERIMENT.sorted_by_kind),
        runs=each(f"{RUN}/{{name}}.csv", name=TABLES["run"]),
        imported=SOURCES["imported"],
    output:
        **record("write_statements"),
        statements=in_report("<results>/statements.csv", "Findings", "statements"),
    log:
        log("write_statements"),
    conda:
        ENVIRONMENT
    params:
        **provenance("write_statements", folder=results_folder),
    shell:
        command("params.folder -> statements")


rule write_findings:
    input:
        **SOURCES,
        statements="<results>/statements.csv",
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


# Last, as every job may leave something out.
rule write_notes:
    input:
        manifests,
    output:
        **record("write_notes", "notes.csv"),
    log:
        log("write_notes"),
    conda:
        ENVIRONMENT
    params:
        **provenance("write_notes", folder=results_folder),
    shell:
        command("params.folder -> notes")

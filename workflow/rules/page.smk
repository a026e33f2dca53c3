# The whole experiment on one page, which a browser shows without a server.
SHOWN = aggregates.files_of_page(EXPERIMENT)


rule write_page:
    input:
        **SOURCES,
        sources=page_sources,
        images=each(f"{DATASET}/{{name}}", dataset=EXPERIMENT.sources, name=["images.npz", "parameters.csv"]),
        runs=each(f"{RUN}/{{name}}", EXPERIMENT.seeds_on_page, name=SHOWN["run"]),
        tests=each(f"{RUN}/{{name}}", name=SHOWN["every run"]),
        architectures=each(f"{ARCH}/{{name}}", name=SHOWN["arch"]),
        datasets=each(f"{ACROSS}/{{name}}", name=SHOWN["dataset"]),
        sentences=["<results>/summary.csv", "<results>/statements.csv"],
    output:
        **record("write_page"),
        index=in_report("<results>/index.html", "Findings", "page"),
    log:
        log("write_page"),
    conda:
        ENVIRONMENT
    resources:
        **needs("write_page"),
    params:
        **provenance("write_page", folder=results_folder, page=page_content),
    shell:
        command("params.folder sources -> index")

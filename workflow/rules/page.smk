# All of the experiment in one page, which a browser shows without a server.


rule write_page:
    input:
        sources=page_sources,
        images=with_images(per_dataset("<results>/data/{dataset}/images.npz")),
        parameters=with_images(per_dataset("<results>/data/{dataset}/parameters.csv")),
        found=expand("<results>/data/{dataset}/found.json", dataset=EXPERIMENT.read),
        runs=per_run(
            [
                f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}"
                for name in (
                    *("run.json", "history.csv", "snapshots.npz", "kernels.npz", "measures.csv"),
                    *with_labels(["probes.npz", "pixels.npz", "selectivity.csv", "knockouts.csv"]),
                    *with_labels(["tuning.csv", "explained.csv", "atlas.csv"]),
                    *(["bases.npz"] if EXPERIMENT.cdbn else []),
                )
            ],
            EXPERIMENT.seeds_on_page,
        ),
        comparisons=expand(
            "<results>/compare/{dataset}/{arch}/{name}",
            dataset=EXPERIMENT.datasets,
            arch=EXPERIMENT.architectures,
            name=[
                *("matches.csv", "pairs.csv"),
                *with_labels(
                    ["universal.csv", "universal_kernels.csv", "energy.csv", "energy_agreement.csv", "cka.csv"]
                ),
            ],
        ),
        architectures=per_dataset("<results>/compare/{dataset}/architectures.csv"),
        similarity=with_labels(per_dataset("<results>/compare/{dataset}/similarity.csv")),
        summary="<results>/summary.csv",
        findings="<results>/findings.md",
    output:
        index=in_report("<results>/index.html", "Findings", "page"),
        manifest=manifest("write_page"),
        usage=usage("write_page"),
    log:
        "<results>/logs/write_page.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("write_page"),
        runtime=minutes("write_page"),
    params:
        scripts=scripts,
        folder=lambda wildcards, output: folder(output.index, 1),
        code=code("write_page"),
        software=software("write_page"),
        spec=spec("write_page"),
        page=page_content,
    shell:
        "python {params.scripts:q}/write_page.py --spec {params.spec:q}"
        " --folder {params.folder:q}"
        " --sources {input.sources:q}"
        " --index {output.index:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
PAGE = ["<results>/index.html"]

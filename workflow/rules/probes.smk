# What each kernel answers to, what the network loses without it, and how it looks in pixels.


rule probe_kernels:
    input:
        images="<results>/data/{dataset}/images.npz",
        parameters="<results>/data/{dataset}/parameters.csv",
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
    output:
        selectivity="<results>/runs/{dataset}/{arch}/seed{seed}/selectivity.csv",
        knockouts="<results>/runs/{dataset}/{arch}/seed{seed}/knockouts.csv",
        features="<results>/runs/{dataset}/{arch}/seed{seed}/features.csv",
        tuning="<results>/runs/{dataset}/{arch}/seed{seed}/tuning.csv",
        explained="<results>/runs/{dataset}/{arch}/seed{seed}/explained.csv",
        probes="<results>/runs/{dataset}/{arch}/seed{seed}/probes.npz",
        manifest=manifest("probe_kernels"),
        usage=usage("probe_kernels"),
    log:
        "<results>/logs/probe_kernels/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("probe_kernels"),
        runtime=minutes("probe_kernels"),
    params:
        scripts=scripts,
        code=code("probe_kernels"),
        software=software("probe_kernels"),
        spec=spec("probe_kernels"),
    shell:
        "python {params.scripts:q}/probe_kernels.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --parameters {input.parameters:q}"
        " --snapshots {input.snapshots:q}"
        " --selectivity {output.selectivity:q}"
        " --knockouts {output.knockouts:q}"
        " --features {output.features:q}"
        " --tuning {output.tuning:q}"
        " --explained-by {output.explained:q}"
        " --probes {output.probes:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule project_kernels:
    input:
        images="<results>/data/{dataset}/images.npz",
        snapshots="<results>/runs/{dataset}/{arch}/seed{seed}/snapshots.npz",
    output:
        pixels="<results>/runs/{dataset}/{arch}/seed{seed}/pixels.npz",
        manifest=manifest("project_kernels"),
        usage=usage("project_kernels"),
    log:
        "<results>/logs/project_kernels/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("project_kernels"),
        runtime=minutes("project_kernels"),
    params:
        scripts=scripts,
        code=code("project_kernels"),
        software=software("project_kernels"),
        spec=spec("project_kernels"),
    shell:
        "python {params.scripts:q}/project_kernels.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --snapshots {input.snapshots:q}"
        " --pixels {output.pixels:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule draw_pixels:
    input:
        kernels="<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz",
        pixels="<results>/runs/{dataset}/{arch}/seed{seed}/pixels.npz",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
    output:
        picture=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/pixels.png", "Runs"),
        manifest=manifest("draw_pixels"),
        usage=usage("draw_pixels"),
    log:
        "<results>/logs/draw_pixels/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_pixels"),
        runtime=minutes("draw_pixels"),
    params:
        scripts=scripts,
        code=code("draw_pixels"),
        software=software("draw_pixels"),
        spec=spec("draw_pixels"),
    shell:
        "python {params.scripts:q}/draw_pixels.py --spec {params.spec:q}"
        " --kernels {input.kernels:q}"
        " --pixels {input.pixels:q}"
        " --run {input.run:q}"
        " --picture {output.picture:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


rule draw_atlas:
    input:
        images="<results>/data/{dataset}/images.npz",
        kernels="<results>/runs/{dataset}/{arch}/seed{seed}/kernels.npz",
        run="<results>/runs/{dataset}/{arch}/seed{seed}/run.json",
        pixels="<results>/runs/{dataset}/{arch}/seed{seed}/pixels.npz",
        probes="<results>/runs/{dataset}/{arch}/seed{seed}/probes.npz",
        measures="<results>/runs/{dataset}/{arch}/seed{seed}/measures.csv",
        selectivity="<results>/runs/{dataset}/{arch}/seed{seed}/selectivity.csv",
        knockouts="<results>/runs/{dataset}/{arch}/seed{seed}/knockouts.csv",
        features="<results>/runs/{dataset}/{arch}/seed{seed}/features.csv",
        tuning="<results>/runs/{dataset}/{arch}/seed{seed}/tuning.csv",
    output:
        atlas=in_report("<results>/runs/{dataset}/{arch}/seed{seed}/atlas.png", "Runs"),
        table="<results>/runs/{dataset}/{arch}/seed{seed}/atlas.csv",
        manifest=manifest("draw_atlas"),
        usage=usage("draw_atlas"),
    log:
        "<results>/logs/draw_atlas/{dataset}/{arch}/seed{seed}.log",
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=megabytes("draw_atlas"),
        runtime=minutes("draw_atlas"),
    params:
        scripts=scripts,
        folder=lambda wildcards, input: folder(input.kernels, 1),
        code=code("draw_atlas"),
        software=software("draw_atlas"),
        spec=spec("draw_atlas"),
    shell:
        "python {params.scripts:q}/draw_atlas.py --spec {params.spec:q}"
        " --images {input.images:q}"
        " --folder {params.folder:q}"
        " --atlas {output.atlas:q}"
        " --table {output.table:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q}"
        " > {log:q} 2>&1"


# What `rule all` and the named targets ask for.
PROBES = [
    per_run(f"<results>/runs/{{dataset}}/{{arch}}/seed{{seed}}/{name}")
    for name in (
        *("selectivity.csv", "knockouts.csv", "features.csv", "tuning.csv", "explained.csv", "probes.npz"),
        *("pixels.npz", "pixels.png", "atlas.png", "atlas.csv"),
    )
]

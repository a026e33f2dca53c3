# Networks that learn without labels, instead of a training; stages that need no labels or outputs continue from them.


rule train_cdbn:
    input:
        images=f"{DATASET}/images.npz",
    output:
        **record("train_cdbn", "snapshots.npz", "history.csv", "run.json"),
    log:
        log("train_cdbn"),
    conda:
        ENVIRONMENT
    resources:
        **training("train_cdbn"),
    params:
        **provenance("train_cdbn"),
    shell:
        command("images -> snapshots history run")


rule describe_bases:
    input:
        images=f"{DATASET}/images.npz",
        shown=images_shown,
        snapshots=f"{RUN}/snapshots.npz",
        history=f"{RUN}/history.csv",
        run=f"{RUN}/run.json",
    output:
        **record("describe_bases", arrays="bases.npz", table="bases.csv", selectivity="class_selectivity.csv"),
    log:
        log("describe_bases"),
    conda:
        ENVIRONMENT
    params:
        **provenance("describe_bases"),
    shell:
        command("images shown snapshots history run -> arrays table selectivity")


rule compare_bases:
    input:
        runs=each(f"{RUN}/{{name}}", name=["bases.csv", "class_selectivity.csv"]),
    output:
        **record("compare_bases", table="bases.csv", selectivity="class_selectivity.csv"),
    log:
        log("compare_bases"),
    conda:
        ENVIRONMENT
    params:
        **provenance("compare_bases", runs=above("runs", 4)),
    shell:
        command("params.runs -> table selectivity")


rule draw_bases:
    input:
        runs=each(f"{RUN}/bases.npz"),
        table="<results>/bases.csv",
        selectivity="<results>/class_selectivity.csv",
    output:
        **record("draw_bases"),
        figure=figure("<results>/bases", "Across architectures", pdf=True),
    log:
        log("draw_bases"),
    conda:
        ENVIRONMENT
    params:
        **provenance("draw_bases", runs=above("runs", 4)),
    shell:
        command("params.runs table selectivity -> figure")

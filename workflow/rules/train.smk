# A training for each dataset, architecture and seed, in a job of its own or in one job for a group of seeds.


rule train_network:
    input:
        images=f"{DATASET}/images.npz",
    output:
        **record("train_network", "snapshots.npz", "history.csv", "run.json"),
    log:
        log("train_network"),
    wildcard_constraints:
        arch=one_of(EXPERIMENT.alone),
    cache: CACHED
    conda:
        ENVIRONMENT
    threads: lambda wildcards: EXPERIMENT.training[wildcards.arch]["threads"]
    resources:
        **training("train_network"),
    params:
        **provenance("train_network", memory=memory),
    shell:
        command("images params.memory -> snapshots history run")


for number, (arch, seeds) in enumerate(groups()):

    rule:
        name:
            f"train_group_{number}"
        input:
            images=f"{DATASET}/images.npz",
        output:
            **of_group(arch, seeds),
            usage=log("train_group", ".tsv").format(dataset="{dataset}", arch=arch, seed=seeds[0]),
        log:
            log("train_group").format(dataset="{dataset}", arch=arch, seed=seeds[0]),
        conda:
            ENVIRONMENT
        threads: EXPERIMENT.training[arch]["threads"]
        resources:
            **training("train_group", arch, len(seeds)),
        params:
            **provenance("train_group", memory=memory, spec=spec("train_group", arch=arch, seed=str(seeds[0]))),
        shell:
            command("images params.memory -> snapshots history run")

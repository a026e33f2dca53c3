# kernelscope: dataset -> training -> kernels -> pictures and movies -> comparison across seeds and architectures.
# The experiment is config/config.yaml; `snakemake -c4` makes everything, and any file of results/ can be named.
from snakemake.utils import min_version

min_version("9.27")


configfile: f"{workflow.current_basedir}/config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"


if EXPERIMENT.published:

    include: "workflow/rules/published.smk"

elif EXPERIMENT.cdbn:

    include: "workflow/rules/dataset.smk"
    include: "workflow/rules/cdbn.smk"

else:

    include: "workflow/rules/dataset.smk"
    include: "workflow/rules/train.smk"
    include: "workflow/rules/probes.smk"
    include: "workflow/rules/agreement.smk"


include: "workflow/rules/kernels.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/movies.smk"
include: "workflow/rules/measures.smk"
include: "workflow/rules/compare.smk"


if EXPERIMENT.towers:

    include: "workflow/rules/towers.smk"


if EXPERIMENT.levels:

    include: "workflow/rules/factors.smk"


include: "workflow/rules/findings.smk"
include: "workflow/rules/page.smk"


onstart:
    preflight.take_no_count(workflow.scheduler)
    if workflow.local_exec:
        checked(preflight.check_gpu, EXPERIMENT)
    checked(preflight.claim, Path(EXPERIMENT.results))
    if workflow.local_exec and not workflow.deployment_settings.deployment_method:
        preload.start(WORKFLOW / "scripts")
    preflight.date_back(inventory.own_files(Path(EXPERIMENT.results)))


onerror:
    preflight.report_full_disk(Path(EXPERIMENT.results))


STAGES = {
    "dataset": DATASETS,
    "train": TRAININGS,
    "kernels": KERNELS,
    "figures": FIGURES,
    "movies": MOVIES,
    "measures": MEASURES,
    "probes": PROBES,
    "compare": COMPARISONS,
    "agreement": AGREEMENT,
    "findings": FINDINGS,
    "page": PAGE,
}


rule all:
    default_target: True
    input:
        *(STAGES[stage] for stage in EXPERIMENT.stages),
        manifests,


rule dataset:
    input:
        DATASETS,


rule train:
    input:
        TRAININGS,


rule kernels:
    input:
        KERNELS,


rule figures:
    input:
        FIGURES,


rule movies:
    input:
        MOVIES,


rule measures:
    input:
        MEASURES,


rule probes:
    input:
        PROBES,


rule compare:
    input:
        COMPARISONS,
        AGREEMENT,


rule agreement:
    input:
        AGREEMENT,


rule findings:
    input:
        FINDINGS,


rule page:
    input:
        PAGE,

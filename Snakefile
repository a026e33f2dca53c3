# kernelscope: dataset -> training -> kernels -> figures and movies -> comparison across seeds and architectures.
# The experiment is config/config.yaml; `snakemake -c4` makes everything, and any file of results/ can be named.
from snakemake.utils import min_version

min_version("9.27")


configfile: f"{workflow.current_basedir}/config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"


if EXPERIMENT.pretrained:

    include: "workflow/rules/pretrained.smk"

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


if EXPERIMENT.draws:

    include: "workflow/rules/draws.smk"


if EXPERIMENT.towers:

    include: "workflow/rules/towers.smk"


if EXPERIMENT.cropped:

    include: "workflow/rules/kinds.smk"


if EXPERIMENT.levels:

    include: "workflow/rules/factors.smk"


include: "workflow/rules/findings.smk"
include: "workflow/rules/page.smk"


onstart:
    internals.lift_job_rate_limit(workflow)
    if internals.runs_here(workflow):
        checked(preflight.check_gpu, EXPERIMENT)
    checked(preflight.lock_results, RESULTS)
    if internals.runs_here(workflow) and not internals.deployment(workflow):
        preload.start(WORKFLOW / "scripts")
    preflight.clamp_future_mtimes(inventory.own_files(RESULTS))
    announce_jobs()


onsuccess:
    if not internals.has_own_logger(workflow):
        internals.tell(workflow, *announcement.to_read(EXPERIMENT))


onerror:
    internals.complain(preflight.full_disk(RESULTS))


rule all:
    default_target: True
    input:
        artifacts(*EXPERIMENT.stages),


for stage in NEEDS:

    rule:
        name:
            stage
        input:
            artifacts(stage, *["agreement"] * (stage == "compare")),

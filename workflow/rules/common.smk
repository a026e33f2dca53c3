# What all rules share: the checked experiment, and the three params that say when a job is out of date.
import gc
import os
import re
import sys
from pathlib import Path

gc.set_threshold(100_000)  # instead of 700: a plan holds all it makes, so looking for garbage finds little

WORKFLOW = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parent.resolve()
SCRIPTS = os.path.relpath(WORKFLOW / "scripts")
sys.path.insert(0, str(WORKFLOW))

from snakemake.settings.types import DeploymentMethod

from experiment import arguments, fingerprint, inventory, jobs, needs, preflight, preload
from experiment.experiment import Experiment
from experiment.schema import ConfigError
from kernelscope import files


def checked(step, *arguments):
    """The result of `step`, or one line and exit status 1."""
    try:
        return step(*arguments)
    except ConfigError as error:
        sys.exit(f"kernelscope: {error}")


CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
preflight.own_python_first()
EXPERIMENT = checked(Experiment, config)
checked(preflight.check_writable, Path(EXPERIMENT.results))


def scripts(wildcards, output):
    """The folder of the scripts. As a function of the output it is no reason to rerun: the workflow may be moved."""
    return SCRIPTS


def memory(wildcards, output):
    """MB of images that a training may hold; likewise no reason to rerun, as no result depends on it."""
    return EXPERIMENT.config["memory"]["images"]


def megabytes(rule, arch=None):
    """What a job of the rule asks of a cluster; more at each attempt."""
    return lambda wildcards, attempt: attempt * needs.megabytes(
        EXPERIMENT, rule, wildcards.get("dataset"), wildcards.get("arch", arch)
    )


def minutes(rule, arch=None, seeds=1):
    """How long it may take there; likewise."""
    return lambda wildcards, attempt: attempt * needs.minutes(
        EXPERIMENT, rule, wildcards.get("dataset"), wildcards.get("arch", arch), seeds
    )


def code(rule):
    """The hash of the rule's script and of every module that it imports."""
    return fingerprint.code(WORKFLOW / "scripts" / f"{rule}.py")


def software(rule):
    """The versions of the libraries that these import, where the jobs run."""
    return fingerprint.software(WORKFLOW / "scripts" / f"{rule}.py", own_environment=CONDA)


def spec(rule, **fixed):
    """A function of the wildcards: that part of the config which one job of the rule uses."""
    return lambda wildcards: arguments.argument(EXPERIMENT.spec(rule, dict(wildcards) | fixed))


def manifest(rule):
    """The file beside the artifacts of a job that says what they were made from."""
    return f"<results>/{jobs.manifest(rule)}"


def usage(rule):
    """The file in which a job of the rule writes down what it took of time and memory."""
    return f"<results>/{jobs.log(rule, '.tsv')}"


def in_report(path, category, figure=""):
    """An output that `make report` shows; its caption is workflow/report/FIGURE.rst, by default named like the file."""
    figure = figure or Path(path).stem
    wildcards = [name for name in ("dataset", "arch", "seed") if f"{{{name}}}" in path]
    return report(
        path,
        caption=f"../report/{figure.replace(' ', '_')}.rst",
        category=category,
        subcategory=" · ".join(f"{{{name}}}" for name in wildcards[:2]) or None,
        labels={"figure": figure} | {name: f"{{{name}}}" for name in wildcards[1:]},
    )


# Under --cache, datasets and trainings are shared between experiments.
CACHED = ["make_dataset", "read_dataset", "train_network"] if workflow.workflow_settings.cache is not None else []
preflight.tell_jobs_of_cache(bool(CACHED))


def per_dataset(pattern):
    return expand(pattern, dataset=EXPERIMENT.datasets)


# The others are functions of the wildcards: thousands of names are made where a job asks for them, not at every start.


def per_run(pattern, seeds=EXPERIMENT.seeds):
    """The files of all runs, or of those with certain seeds."""
    return lambda wildcards: expand(pattern, dataset=EXPERIMENT.datasets, arch=EXPERIMENT.architectures, seed=seeds)


def per_seed(pattern):
    """The files of all seeds of an architecture."""
    return lambda wildcards: expand(pattern, seed=EXPERIMENT.seeds, **wildcards)


def per_compared_seed(pattern):
    """The files of those seeds of an architecture that are compared pair by pair."""
    return lambda wildcards: expand(pattern, seed=EXPERIMENT.compared, **wildcards)


def per_architecture(pattern):
    """The files of all architectures on a dataset."""
    return lambda wildcards: expand(pattern, arch=EXPERIMENT.architectures, **wildcards)


def per_run_on_dataset(pattern):
    """The files of all runs on a dataset."""
    return lambda wildcards: expand(pattern, arch=EXPERIMENT.architectures, seed=EXPERIMENT.seeds, **wildcards)


def per_run_compared(pattern):
    """The files of those runs on a dataset that are compared all with all."""
    archs, seeds = EXPERIMENT.runs_compared
    return lambda wildcards: expand(pattern, arch=archs, seed=seeds, **wildcards)


def groups():
    """(architecture, seeds) of every job that trains several seeds, on each dataset."""
    for arch in filter(EXPERIMENT.together, EXPERIMENT.architectures):
        for seed, seeds in EXPERIMENT.groups[arch].items():
            if seed == seeds[0]:
                yield arch, seeds


def of_group(arch, seeds, name):
    """One artifact of every run in a group; {dataset} stays a wildcard."""
    return [f"<results>/runs/{{dataset}}/{arch}/seed{seed}/{name}" for seed in seeds]


def page_sources(wildcards):
    """The template, the stylesheet and the modules of the page, in the order of their names.

    Their dates count for nothing, as those of scripts: a new clone has all of today.
    """
    found = sorted(path for path in (WORKFLOW / "page").rglob("*.*") if path.suffix in (".html", ".css", ".js"))
    return [local(ancient(os.path.relpath(path))) for path in found]  # of this machine, wherever results are


def page_content(wildcards):
    """What these files hold, as a hash of each; as no function of the input it is a reason to rerun."""
    return " ".join(
        f"{os.path.relpath(path, WORKFLOW / 'page')} {files.digest_of(path)[:16]}" for path in page_sources(wildcards)
    )


def folder(path, levels):
    """The folder so many levels above a file; a job of thousands of inputs gets this instead of their names."""
    return str(Path(path).parents[levels - 1])


def costs(wildcards):
    """What each job took, without the files that were deleted: no job is worth doing again for its seconds."""
    found = [
        f"<results>/{tsv}"
        for job in jobs.jobs(EXPERIMENT)
        if jobs.FOLDERS[job.rule]
        for tsv in [job.logs[1]]
        if Path(EXPERIMENT.results, tsv).exists() or not Path(EXPERIMENT.results, job.manifest).exists()
    ]
    return list(dict.fromkeys(found))


def with_images(paths):
    """Files that are made from the images; none where the kernels were published without these."""
    return [] if EXPERIMENT.published else paths


def with_labels(paths):
    """Files that are made from images and classes; none where there were none in the training."""
    return [] if EXPERIMENT.published or EXPERIMENT.cdbn else paths


def random_label_kernels(seeds):
    """The kernels of the same training on random labels, where it is part of the experiment."""
    return lambda wildcards: [
        f"<results>/runs/{wildcards.dataset}/{control}/seed{seed}/kernels.npz"
        for control in EXPERIMENT.controls(wildcards.arch, "random_labels")
        for seed in seeds
    ]


def one_of(names):
    """A pattern for these names and no other; if there are none, for nothing."""
    return "|".join(map(re.escape, names)) or "(?!)"


wildcard_constraints:
    dataset=one_of(EXPERIMENT.datasets),
    arch=one_of(EXPERIMENT.architectures),
    seed="[0-9]+",


def manifests(wildcards):
    """Every manifest, for `rule all`."""
    return [f"<results>/{job.manifest}" for job in jobs.jobs(EXPERIMENT)]

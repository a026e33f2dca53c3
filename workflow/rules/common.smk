# What all rules share: the checked experiment, and what the table of rules (experiment/plan/rule_table.py) says.
import gc
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def on_disk(place):
    """Return the folder workflow/ that has this file; that of a commit of a git repository is written to disk first."""
    if not hasattr(place, "ref"):
        return Path(str(place)).parent.resolve()
    repository = place.hosted_repo.repo_clone if hasattr(place, "hosted_repo") else place.repo_path
    git = ["git", "-C", str(repository)]
    named = subprocess.run([*git, "rev-parse", f"{place.ref}^{{commit}}"], capture_output=True, text=True, check=True)
    folder = Path(".snakemake/kernelscope", named.stdout.strip()).resolve()
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as part:
            archive = [*git, "archive", named.stdout.strip(), "workflow", "envs", "config"]
            files = subprocess.run(archive, capture_output=True, check=True).stdout
            subprocess.run(["tar", "-x", "-C", part], input=files, check=True)
            Path(part, "whole").mkdir()
            for name in ("workflow", "envs", "config"):
                Path(part, name).rename(Path(part, "whole", name))
            Path(part, "whole").rename(folder)
    return folder / "workflow"


WORKFLOW = on_disk(workflow.current_basedir)
ENVIRONMENT = "../../envs/environment.yaml"  # from the files of rules
sys.path.insert(0, str(WORKFLOW))

from experiment.launch import internals

MAIN = internals.is_main(workflow)  # else a module of another workflow, whose process is left alone
if MAIN:
    gc.set_threshold(100_000)  # instead of 700: a plan keeps all that it makes, so there is little garbage to find

from experiment.plan import aggregates, devices, jobs, pretrained_files, resources, rule_table, targets, undecided
from experiment.provenance import fingerprint, inventory
from experiment.launch import announcement, preflight, preload
from experiment.plan.commands import argument, command
from experiment.plan.experiment import Experiment
from experiment.plan.loading import laid_over
from experiment.plan.seeds import without_overridden
from experiment.plan.rule_table import NEEDS, RULES, of_stage
from experiment.config import option, origins
from experiment.config.problems import ConfigError
from kernelscope.io import files
from kernelscope.refusal import refusal


def checked(step, *arguments):
    """Return the result of `step`, or end with a line for each problem and exit status 1."""
    try:
        return step(*arguments)
    except ConfigError as error:
        named = origins.named(error, origins.from_files(*config_sources()) if MAIN else [])
        sys.exit("\n".join(f"kernelscope: {line}" for line in named.lines))


def announce_jobs():
    """Tell the terminal which jobs there are, how long each should take, and how many run at once."""
    if internals.has_own_logger(workflow):
        jobs = announcement.announced(internals.planned(workflow), RESULTS)
        internals.inform(workflow, {"jobs": jobs, "cores": internals.cores(workflow), "results": str(RESULTS)})


def config_sources():
    """Return the config files, of which the last counts most, and what --config sets."""
    settings = internals.attribute(workflow, "config_settings")
    given = [str(path) for path in internals.attribute(settings, "configfiles", ())]
    replaced = internals.attribute(settings, "replace_workflow_config", False)
    stated = [str(path) for path in internals.attribute(workflow, "configfiles", ()) if str(path) not in given]
    return [*([] if replaced else stated), *given], internals.attribute(settings, "config", {})


def whole_config():
    """Return the config with typed options, and without seeds that a later file overrides for all architectures."""
    if not MAIN:
        return config
    paths, options = config_sources()
    layers = origins.from_files(paths[1:], options)  # the first file overrides nothing
    whole = laid_over(config, option.typed(options)) if options else config
    return without_overridden(whole, [layer.config for layer in layers])


EXPERIMENT = checked(Experiment, whole_config())
if MAIN:
    checked(targets.check, sys.argv[1:], EXPERIMENT)  # Snakemake says what its targets are only after this file is read
RESULTS = Path(EXPERIMENT.results)
if MAIN:
    internals.tell(workflow, undecided.line(EXPERIMENT))
    internals.inform(workflow, {"read": announcement.to_read(EXPERIMENT)})
CACHED = internals.shares_cache(workflow)  # under --cache, datasets and trainings are shared between experiments
checked(preflight.check_writable, RESULTS)
preflight.mark_shared_cache(CACHED)
if MAIN:
    preflight.prepend_python_to_path()
else:  # there is no `onstart` of a module
    internals.before_jobs(workflow, lambda: (checked(preflight.lock_results, RESULTS), announce_jobs()))

DATASET = "<results>/data/{dataset}"
VARIANTS = {}  # rule with a figure per conv layer, architecture -> its rule for the layers of the architecture
RUN = "<results>/runs/{dataset}/{arch}/seed{seed}"
ARCH = "<results>/compare/{dataset}/{arch}"
ACROSS = "<results>/compare/{dataset}"
TRAINED = {name.split(".")[0]: f"{RUN}/{name}" for name in ("snapshots.npz", "history.csv", "run.json")}


def row(name):
    """Return the row of a rule in the table."""
    if name not in RULES:
        table = "workflow/experiment/plan/rule_table.py"
        sys.exit(f"kernelscope: {refusal(table, f'no row {name!r} in RULES', 'a row for each rule')}")
    return RULES[name]


def named(*paths):
    """Return files by their names without ending."""
    return {Path(path).stem: path for path in paths}


def record(rule, *paths, **others):
    """Return outputs in the folder of a rule, by their own or by other names, its manifest, and its measured cost."""
    outputs = {Path(path).stem: path for path in paths} | others | {"manifest": f".manifest/{rule}.json"}
    folder = f"<results>/{row(rule).folder}".rstrip("/")
    return {name: f"{folder}/{path}" for name, path in outputs.items()} | {"usage": log(rule, ".tsv")}


def log(rule, suffix=".log"):
    """Return the log of a rule."""
    return f"<results>/{jobs.log(rule, suffix)}"


def provenance(rule, **others):
    """Return the params that say when a job is out of date, and where its script is."""
    path = WORKFLOW / "scripts" / f"{rule}.py"
    code = fingerprint.code(path)
    software = fingerprint.software(path, own_environment="CONDA" in internals.deployment(workflow))
    where = {"python": python, "script": lambda wildcards, output: os.path.relpath(path)}
    return where | {"code": code, "software": software, "spec": spec(rule)} | others


def python(wildcards, output):
    """Return the Python of jobs. As a function of the output, like the script, it never causes a rerun elsewhere."""
    return "python" if MAIN or internals.deployment(workflow) else sys.executable


def spec(rule, **fixed):
    """Return a function of the wildcards: the part of the config that one job of the rule uses."""
    return lambda wildcards: argument(EXPERIMENT.spec(rule, dict(wildcards) | fixed))


def memory(wildcards, output):
    """Return how many MB of images a training may hold. It never causes a rerun, as no result depends on it."""
    return EXPERIMENT.config["memory"]["images"]


def megabytes(rule, arch=None):
    """Return the memory of a job where it depends on the config; more at each attempt."""
    return lambda wildcards, attempt: attempt * resources.megabytes(
        EXPERIMENT, rule, wildcards.get("dataset"), wildcards.get("arch", arch)
    )


def minutes(rule, arch=None, seeds=1):
    """Return the time limit of a job where it depends on the config; more at each attempt."""
    return lambda wildcards, attempt: attempt * resources.minutes(
        EXPERIMENT, rule, wildcards.get("dataset"), wildcards.get("arch", arch), seeds
    )


def needs(rule):
    """Return the resources of a job that holds kernels: memory and time."""
    return {"mem_mb": megabytes(rule), "runtime": minutes(rule)}


def training(rule, arch=None, seeds=1):
    """Return the resources of a training: memory, time, and a GPU."""

    def gpu(wildcards):
        return devices.gpus(EXPERIMENT.training[wildcards.get("arch", arch)]["device"])

    own = {"mem_mb": megabytes(rule, arch), "runtime": minutes(rule, arch, seeds)}
    return own | ({} if EXPERIMENT.cdbn else {"gpu": gpu})


def in_report(path, category, figure=""):
    """Mark an output for `make report`; its caption is workflow/report/FIGURE.rst, by default named like the file."""
    figure = figure or Path(path).stem
    wildcards = [name for name in ("dataset", "arch", "seed") if f"{{{name}}}" in path]
    return report(
        path,
        caption=f"../report/{figure.replace(' ', '_')}.rst",
        category=category,
        subcategory=" · ".join(f"{{{name}}}" for name in wildcards[:2]) or None,
        labels={"figure": figure} | {name: f"{{{name}}}" for name in wildcards[1:]},
    )


def figure(path, category, deeper=(), pdf=False):
    """Return the files of a figure: its PNG, which is in the report, its other formats, and a PNG per deeper layer.

    pdf: whether there is a PDF in any case: of figures across seeds and architectures, which papers use, and of all
    layers that planning does not know.
    """
    formats = [kind for kind in EXPERIMENT.config["figures"]["formats"] if kind != "png"]
    formats += ["pdf"] * (pdf and "pdf" not in formats)
    files = [in_report(f"{path}.png", category), *[f"{path}.{kind}" for kind in formats]]
    return files + [f"{path}_{layer}.{kind}" for layer in deeper for kind in ["png", *formats] if kind != "pdf"]


def of_layers(rule, path, category):
    """Yield, for each set of conv layers, a name for its rule, its architectures, and the files of its figure."""
    for number, (deeper, archs) in enumerate(EXPERIMENT.by_layers(row(rule).architectures).items()):
        is_across = row(rule).folder != rule_table.RUN
        files = figure(path, category, deeper, pdf=is_across or bool(EXPERIMENT.pretrained))
        variant = jobs.variant(rule, number)
        VARIANTS.update({(rule, arch): variant for arch in archs})
        if number:
            internals.asks_as(workflow, rule, variant)
        yield variant, one_of(archs), files
        if number:
            internals.groups_as(workflow, rule, variant)


def each(patterns, seeds=EXPERIMENT.seeds, **choices):
    """Return a function: the files for the wildcards of a job, the choices, and every value of all others.

    `seeds` has the seeds of each architecture. As a function, it lists thousands of files only where a job needs them,
    not at every start.
    """

    def files_of(wildcards):
        values = {"dataset": EXPERIMENT.datasets, "arch": list(seeds)} | dict(wildcards) | choices
        if "{seed}" not in first(patterns):
            return expand(patterns, **values)
        archs = values.pop("arch")
        archs = [archs] if isinstance(archs, str) else archs
        return [path for arch in archs for path in expand(patterns, arch=arch, seed=seeds[arch], **values)]

    return files_of


def images_shown(wildcards):
    """Return the images that show what bases say about classes."""
    return expand(f"{DATASET}/images.npz", dataset=EXPERIMENT.shown(wildcards.dataset))


def pretrained_folder(wildcards, output):
    """Return the folder of pretrained files. The spec has the hash of each, so another folder never causes a rerun."""
    return EXPERIMENT.config["datasets"][wildcards.dataset]["folder"]


def model_code(wildcards, output):
    """Return the Python file of pretrained networks, of which the spec has the hash."""
    return str(pretrained_files.code_of(EXPERIMENT.config["datasets"][wildcards.dataset]))


def model_images(wildcards, output):
    """Return the folder of images that pretrained networks are probed with; the spec has the hash of its content."""
    return EXPERIMENT.config["datasets"][wildcards.dataset]["images"]


def random_label_kernels(seeds):
    """Return a function: the kernels of the same training on random labels, where it is part of the experiment."""
    return lambda wildcards: each(
        f"{RUN}/kernels.npz",
        seeds,
        dataset=wildcards.dataset,
        arch=EXPERIMENT.controls(wildcards.arch, "random_labels"),
    )({})


def control_runs(patterns):
    """Return a function: the files of all controls of an architecture that are compared with it."""
    return lambda wildcards: [
        path
        for controls in EXPERIMENT.control_seeds(wildcards.arch).values()
        for arch, seeds in controls.items()
        for path in expand(patterns, dataset=wildcards.dataset, arch=arch, seed=seeds)
    ]


def kinds_of_controls(wildcards):
    """Return the shares of kinds of all controls of an architecture."""
    names = EXPERIMENT.controls_sorted(wildcards.arch)
    return expand(f"<results>/compare/{wildcards.dataset}/{{control}}/kind_shares.csv", control=names)


def folder_of_tests(wildcards, output):
    """Return the folder of the tables across the seeds of an architecture."""
    return str(Path(output.seed_tests).parent)


def groups():
    """Yield (architecture, seeds) of every job that trains several seeds, on each dataset."""
    for arch in EXPERIMENT.grouped:
        for seed, seeds in EXPERIMENT.groups[arch].items():
            if seed == seeds[0]:
                yield arch, seeds


def of_group(arch, seeds):
    """Return the outputs of a job that trains several seeds, a list for each kind; {dataset} stays a wildcard."""
    patterns = TRAINED | {"manifest": f"<results>/{jobs.manifest('train_group')}"}
    return {name: expand(pattern, arch=arch, seed=seeds, allow_missing=True) for name, pattern in patterns.items()}


def above(name, levels):
    """Return a function: the folder so many levels above an input, in place of the names of thousands of inputs."""
    return lambda wildcards, input: str(Path(first(getattr(input, name))).parents[levels - 1])


def results_folder(wildcards, output):
    """Return the folder of the results."""
    return str(Path(output.manifest).parents[1])


def first(paths):
    """Return the first of several paths, or the only one."""
    return paths if isinstance(paths, str) else paths[0]


GLOSSARY = WORKFLOW / "scripts/kernelscope/statements/glossary.yaml"  # its words are on the page


def page_sources(wildcards):
    """Return the template, the stylesheet and the modules of the page, in the order of their names.

    Their dates do not count, because in a new clone all dates are new.
    """
    sources = sorted(path for path in (WORKFLOW / "page").rglob("*.*") if path.suffix in (".html", ".css", ".js"))
    return [local(ancient(os.path.relpath(path))) for path in sources]  # on this machine, wherever results are


def page_content(wildcards):
    """Return a hash of each of these files and of the glossary. As it is no function of the input, a change causes a rerun."""
    return " ".join(
        f"{os.path.relpath(path, WORKFLOW / 'page')} {files.digest_of(path)[:16]}"
        for path in [*page_sources(wildcards), GLOSSARY]
    )


def costs(wildcards):
    """Return the measured cost of each job, except for deleted files: no job is repeated to measure it again."""
    measured = [
        f"<results>/{tsv}"
        for job in jobs.jobs(EXPERIMENT)
        if RULES[job.rule].folder
        for tsv in [job.logs[1]]
        if Path(RESULTS, tsv).exists() or not Path(RESULTS, job.manifest).exists()
    ]
    return list(dict.fromkeys(measured))


def manifests(wildcards):
    """Return the manifests of all jobs whose notes are in notes.csv."""
    noted = aggregates.noted(EXPERIMENT)
    return [f"<results>/{job.manifest}" for job in jobs.jobs(EXPERIMENT) if job.rule in noted]


def artifacts(*stages):
    """Return a function: all files of these stages, except measured costs."""
    return lambda wildcards: [
        path
        for stage in stages
        for rule in of_stage(stage, EXPERIMENT)
        for choices in RULES[rule].choices(EXPERIMENT)
        for path in expand(outputs(rule, choices.get("arch", ())), **choices)
    ]


def outputs(name, archs):
    """Return the patterns of the outputs of a rule for an architecture, if it has any, except its measured cost."""
    if name == "train_group":
        return [*TRAINED.values(), f"<results>/{jobs.manifest(name)}"]
    files = [paths for key, paths in own_rule(name, archs).output.items() if key != "usage"]
    return [path for paths in files for path in ([paths] if isinstance(paths, str) else paths)]


def own_rule(name, archs):
    """Return the rule of this name, or the one of its variants that is for the layers of an architecture."""
    return getattr(rules, VARIANTS.get((name, *archs), name))


def one_of(names):
    """Return a pattern for these names alone; if there are none, for nothing."""
    return "|".join(map(re.escape, names)) or "(?!)"


wildcard_constraints:
    dataset=one_of(EXPERIMENT.datasets),
    arch=one_of(EXPERIMENT.architectures),
    seed="[0-9]+",

"""The experiment that a config describes: its runs, and the spec of every job as one canonical string."""

from collections.abc import Iterator

from experiment.config.problems import ConfigError, Problem, Problems, problem
from experiment.config.renamed import renamed
from experiment.config.repairs import Unrepairable, repaired
from experiment.config.schema import check, filled, schema
from experiment.plan import architecture_settings, dbn, pretrained, seeds, sweeps, unselected
from experiment.plan.architecture_settings import Network
from experiment.plan.datasets import Source, source
from experiment.plan.rule_table import needed
from experiment.plan.specs import Specs
from experiment.plan.subsets import groups, random_subset
from kernelscope.refusal import one_line

ROUNDS = 4  # of repairs, after each of which a config is checked again


class Experiment(Specs):
    """A checked config.

    Raises
    ------
    ConfigError
        A line for each problem: the key, what it holds, and what is expected.
    """

    def __init__(self, config: dict):
        try:
            fields = resolved(config)
        except ConfigError as error:
            raise with_further(error, config) from None
        super().__init__(**fields)


def with_further(error: ConfigError, config: dict) -> ConfigError:
    """Return an error with all problems that can be found beside its own, in a config without these."""
    problems, moved, latest = Problems(error.problems), {}, error.problems
    for _ in range(ROUNDS):
        if error.more or not all(problem.path for problem in latest):
            break
        try:
            config, renamed_here = repaired(config, {problem.path for problem in latest})
            moved |= renamed_here
            resolved(config)
            break
        except Unrepairable:
            break
        except ConfigError as further:
            known = {problem.path for problem in problems}
            latest = [problem for problem in further.problems if problem.path not in known]
            if not latest:
                break
            problems += [problem._replace(path=origin_of(problem.path, moved)) for problem in latest]
    try:
        problems.report()
    except ConfigError as found:
        return ConfigError(*found.problems, more=found.more + error.more)
    return error


def origin_of(path: tuple | None, moved: dict[tuple, tuple]) -> tuple | None:
    """Return where a config has what is at a path after renaming."""
    for new, old in moved.items():
        if path and path[: len(new)] == new:
            return (*old, *path[len(new) :])
    return path


def resolved(config: dict) -> dict:
    """Return the fields of a plan; ConfigError for all values that do not fit together."""
    check(config)
    problems = Problems()
    expanded, levels = sweeps.expanded(config, problems)
    if levels and not problems:
        check(expanded)
    full = filled(expanded, schema())
    full["datasets"] = {name: pretrained.as_pretrained(own) for name, own in full["datasets"].items()}
    selection = full["experiment"]
    datasets, architectures = (sorted(selection[key]) for key in ("datasets", "architectures"))
    bases = {arch: levels[arch]["base"] if arch in levels else arch for arch in architectures}
    read = lambda arch: problems.attempt(architecture_settings.network, expanded, full, arch, bases[arch])  # noqa: E731
    networks = {arch: network for arch in bases if (network := read(arch))}
    problems += architecture_settings.foreign_layers(expanded, networks, bases)
    fits = problems.attempt(check_mix, full, networks)
    seeds_of = {arch: seeds.of_architecture(full, arch) for arch in architectures}
    runs, sources = inputs(full, datasets, seeds_of, problems)
    of_model = lambda name: problems.attempt(pretrained.probed, name, full["datasets"][name], runs[name])  # noqa: E731
    models = {name: about for name in runs if runs[name] and (about := of_model(name))}
    if fits:  # a control has the layers of the network that it controls
        of = {arch: expanded["architectures"][arch].get("of") for arch in networks}
        problems += unfit({arch: networks[arch] for arch in networks if of[arch] not in networks}, sources, bases)
    Problems([*renamed(problems, config), *unselected.problems_of_old_names(config)]).report()
    defined = {arch: network.definition for arch, network in networks.items()}
    most = full["comparison"]["max_seeds"]
    return {
        **{"config": full, "levels": levels, "datasets": datasets, "architectures": architectures, "seeds": seeds_of},
        **{"defined": defined, "pretrained": runs, "models": models, "sources": sources},
        "training": {arch: network.training for arch, network in networks.items()},
        "layers": {arch: network.layers for arch, network in networks.items()},
        "compared": {arch: random_subset(seeds_of[arch], most) for arch in architectures},
        "control": {arch: settings["control"] for arch, settings in defined.items()},
        "groups": {arch: groups(seeds_of[arch], network.seeds_per_job) for arch, network in networks.items()},
        "towers": {arch: count for arch in architectures if (count := architecture_settings.towers(defined[arch]))},
        "cdbn": dbn.selected(defined),
    }


def check_mix(config: dict, networks: dict[str, Network]) -> bool:
    """Raise ConfigError where kinds of experiments that exclude each other are selected together; else return True."""
    defined = {arch: network.definition for arch, network in networks.items()}
    pretrained.check_alone(config, defined)
    dbn.check_others(("experiment", "architectures"), defined)
    return True


def inputs(full: dict, datasets: list[str], seeds_of: dict, problems: Problems) -> tuple[dict, dict]:
    """Return the pretrained runs and the sources of images of the datasets, without those that are refused."""
    runs, sources = {}, {}
    for name in datasets:
        settings = full["datasets"][name]
        if settings["source"] == pretrained.NAME:
            numbers, place = seeds.of_all(full, seeds_of)
            runs[name] = chosen = problems.attempt(pretrained.chosen, name, settings, numbers, place)
            if chosen and "compare" in needed(full["experiment"]["stages"]):
                compared = random_subset(numbers, full["comparison"]["max_seeds"])
                problems.attempt(pretrained.check_shared, name, [chosen[seed] for seed in compared])
        elif found := problems.attempt(source, name, settings):
            sources[name] = found
    return runs, sources


def unfit(networks: dict[str, Network], sources: dict[str, Source], bases: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem for each architecture and dataset that do not fit together."""
    for dataset, images in sources.items():
        for arch, network in networks.items():
            if images.classes == 1 and network.definition["network"] != dbn.NAME:
                path, beside = ("datasets", dataset, "classes"), [("architectures", bases[arch], "network")]
                yield problem(path, "one class", "at least 2, for networks that learn labels", beside=beside)
                continue
            try:
                architecture_settings.check_fit(network, images)
            except ValueError as error:
                hint = f" (image_size: {list(images.inferred_size)}, as inferred)" if images.inferred_size else ""
                line = one_line(f"architectures.{arch} on datasets.{dataset}: {error}{hint}")
                yield Problem(("architectures", bases[arch]), line, (("datasets", dataset),))

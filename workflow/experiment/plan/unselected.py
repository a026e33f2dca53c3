"""Old names in definitions that are not selected. Nothing else in such a definition is checked beyond the schema."""

from collections.abc import Iterator

from experiment.config.problems import Problem
from experiment.config.renamed import old_names
from experiment.plan.architecture_settings import network_names
from experiment.plan.sweeps import wrong_values


def problems_of_old_names(config: dict) -> list[Problem]:
    """Return a problem for each old name in a definition; the table of old names is read only for a word without use.

    A definition with an old name and without a network, laid over the default config, changes nothing: it is refused.
    """
    return old_names(unknown_words(config), config)


def unknown_words(config: dict) -> Iterator[tuple]:
    """Yield the path of each architecture without a network, and of each word that names nothing."""
    definitions, selected, networks = config["architectures"], config["experiment"]["architectures"], network_names()
    for name in definitions.keys() - set(selected):
        path, settings = ("architectures", name), definitions[name]
        if "network" in settings and settings["network"] not in networks:
            yield (*path, "network")
        if "of" in settings and settings["of"] not in definitions:
            yield (*path, "of")
        if "network" not in settings and "of" not in settings:
            yield path
        yield from (problem.path for problem in wrong_values((*path, "vary"), settings.get("vary") or {}))

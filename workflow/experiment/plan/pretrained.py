"""The published runs of an experiment: kernels that were trained elsewhere, found by the names of their files."""

from pathlib import Path
from typing import NamedTuple

from experiment.config.schema import ConfigError
from experiment.plan.hash_cache import digest
from experiment.plan.pretrained_files import check_plain_file, files, losses
from kernelscope.pretrained import file_names
from kernelscope.pretrained.file_names import File

NAME = "published"  # as the source of a dataset and as the network of an architecture


def shown(settings: dict) -> dict:
    """The settings of a dataset as the page shows them: without the places of published files, which are no one's."""
    return {
        key: value for key, value in settings.items() if settings["source"] != NAME or key not in ("folder", "table")
    }


class Run(NamedTuple):
    """A published run: its name, its files with the sha256 of each, and that with its losses, if there is one."""

    name: str
    files: list[tuple[File, str]]
    history: tuple[str, str] | None

    @property
    def spec(self) -> dict:
        """As import_kernels takes it."""
        files = [[one.name, one.step, one.epoch, one.layer, one.kernel, sha256] for one, sha256 in self.files]
        return {"files": files, "history": self.history and list(self.history)}


def runs(config: dict) -> dict[str, dict[int, Run]]:
    """dataset -> seed -> run of the selected ones; nothing for an experiment that trains.

    Raises
    ------
    ConfigError
        If only a part of the experiment is published, or what it selects is not there.
    """
    selected = config["experiment"]
    sources = {name: config["datasets"][name]["source"] == NAME for name in selected["datasets"]}
    networks = {name: config["architectures"][name].get("network") == NAME for name in selected["architectures"]}
    if not any((*sources.values(), *networks.values())):
        return {}
    for kind, found in (("datasets", sources), ("architectures", networks)):
        if others := [name for name in found if not found[name]]:
            raise ConfigError(
                f"experiment.{kind}: found {others[0]!r}, which is not published, beside published kernels; allowed: "
                "all published or none"
            )
    if len(networks) > 1:
        raise ConfigError("experiment.architectures: found several beside published kernels; allowed: one")
    settings = config["architectures"][next(iter(networks))]
    extra = ["control"] * (settings.get("control", "none") != "none")
    if extra := extra + [key for key in settings if key not in ("network", "training", "control")]:
        raise ConfigError(
            f"architectures.{next(iter(networks))}.{extra[0]}: found beside network: published; allowed: nothing"
        )
    return {name: chosen(name, config["datasets"][name], sorted(selected["seeds"])) for name in sorted(sources)}


def chosen(name: str, settings: dict, seeds: list[int]) -> dict[int, Run]:
    """seed -> run of one dataset."""
    try:
        found = file_names.runs(files(settings))
        names = list(found)
        if seeds[-1] >= len(names):
            listed = ", ".join(names[:20]) + " and more" * (len(names) > 20)
            raise ConfigError(
                f"experiment.seeds: found {seeds[-1]}; allowed: 0 to {len(names) - 1}, for the runs {listed}"
            )
        histories = losses(settings, [names[seed] for seed in seeds])
        return {seed: run(names[seed], settings["folder"], found[names[seed]], histories) for seed in seeds}
    except ConfigError:
        raise
    except (ValueError, OSError) as error:
        raise ConfigError(f"datasets.{name}: {error}") from None


def run(name: str, folder: str, files: list[File], histories: dict[str, str]) -> Run:
    file_names.check_run(files)
    for file in files:
        check_plain_file(folder, file.name)
    history = histories.get(name)
    return Run(
        name,
        [(file, digest(Path(folder, file.name))) for file in files],
        history and (history, digest(Path(folder, history))),
    )

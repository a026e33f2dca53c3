"""The published runs of an experiment: kernels that were trained elsewhere, found by the names of their files."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from experiment.digests import digest
from experiment.schema import ConfigError
from kernelscope import published_names
from kernelscope.published_names import File

NAME = "published"  # as the source of a dataset and as the network of an architecture
MOST = 100_000  # files below a folder
NO_IMAGES = (  # rules that need the images or the network, and so are not for published kernels
    *("make_dataset", "read_dataset", "draw_samples", "train_network", "train_group", "draw_featuremaps"),
    *("probe_kernels", "project_kernels", "draw_pixels", "draw_atlas", "compare_seeds", "compare_runs"),
)
ONLY = ("import_kernels", "draw_published")  # rules for nothing else


def left_out(experiment) -> tuple[str, ...]:
    """The rules that are not for an experiment."""
    if not experiment.published:
        return ONLY
    histories = [
        settings["history"] for name, settings in experiment.config["datasets"].items() if name in experiment.published
    ]
    return NO_IMAGES + ("draw_history",) * (None in histories)


def names(experiment) -> dict[str, dict]:
    """What a spec says of all published runs; nothing where there are none."""
    about = {
        dataset: {
            "runs": [runs[seed].name for seed in experiment.seeds],
            "scaled": experiment.config["datasets"][dataset]["scaled"],
        }
        for dataset, runs in experiment.published.items()
    }
    return {"published": about} if about else {}


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
        found = published_names.runs(files(settings))
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
    published_names.check_run(files)
    for file in files:
        check_plain_file(folder, file.name)
    history = histories.get(name)
    return Run(
        name,
        [(file, digest(Path(folder, file.name))) for file in files],
        history and (history, digest(Path(folder, history))),
    )


def files(settings: dict) -> list[File]:
    """All files of all runs."""
    folder = Path(settings["folder"])
    if not folder.is_dir():
        raise ValueError(f"folder: found {str(folder)!r}, which is no folder here; allowed: one with published kernels")
    if settings["table"] is not None:
        if settings["files"] is not None:
            raise ValueError("table: found beside files; allowed: one of them")
        return tabled(settings["table"], folder)
    names = listing(folder)
    tried = published_names.DEFAULTS if settings["files"] is None else (settings["files"],)
    for pattern in tried:
        if found := published_names.named(names, pattern, folder.resolve().name):
            return found
    raise ValueError(f"files: found no file like {' or '.join(tried[:3])} in {folder} ({len(names)} files)")


def losses(settings: dict, names: list[str]) -> dict[str, str]:
    """run -> the file with its losses; nothing if the definition asks for none."""
    pattern = settings["history"]
    if pattern is None:
        return {}
    if published_names.places(pattern) != ["run"]:
        raise ValueError(f"history: found {pattern!r}; allowed: a name with the one place {{run}}")
    folder = Path(settings["folder"])
    found = {file.run: file.name for file in published_names.named(listing(folder), pattern, "")}
    for name in names:
        if name not in found:
            raise ValueError(f"history: found no file like {pattern} for the run {name!r}")
        check_plain_file(folder, found[name])
    return {name: found[name] for name in names}


def listing(folder: Path) -> list[str]:
    """The names of all files below a folder, sorted; links to folders stand for themselves and are not followed."""
    found: list[str] = []
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        found += [Path(place, name).relative_to(folder).as_posix() for name in (*names, *links)]
        if len(found) > MOST:
            raise ValueError(f"folder: found more than {MOST} files in {folder}; allowed: fewer")
    return sorted(found)


def tabled(path: str, folder: Path) -> list[File]:
    """The files that a table names, each of which must be below the folder."""
    found = [file_of(row, path, folder) for row in rows(path)]
    if not found:
        raise ValueError(f"table: found no row in {path}; allowed: one for each file")
    return found


def rows(path: str) -> Iterator[dict[str, str]]:
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file, strict=True)
            known = ("file", *published_names.PLACES)
            columns = table.fieldnames or []
            if "file" not in columns or not set(columns) <= set(known) or len(set(columns)) < len(columns):
                words = ", ".join(map(str, columns))[:100] or "none"
                raise ValueError(f"table: found the columns {words} in {path}; allowed: {', '.join(known)}")
            for row in table:
                if None in row or None in row.values():
                    raise ValueError(f"table: found a row with more or fewer cells than the header in {path}")
                yield row
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"table: {path} cannot be read ({error})") from None


def file_of(row: dict[str, str], path: str, folder: Path) -> File:
    name = row["file"]
    if not name or Path(name).is_absolute() or ".." in Path(name).parts or not name.isprintable():
        raise ValueError(f"table: found the file {name[:100]!r} in {path}; allowed: names of files below {folder}")
    cells = {place: row[place] for place in published_names.PLACES if row.get(place)}
    return published_names.file({"run": folder.resolve().name} | cells, Path(name).as_posix())


def check_plain_file(folder: str | Path, name: str) -> None:
    """Raise ValueError unless a name leads to a file below the folder, and over no link."""
    path = Path(folder)
    for part in Path(name).parts:
        path = path / part
        if path.is_symlink():
            raise ValueError(f"{path} is a link; allowed: files in the folder itself")
    if not path.is_file() or not name.isprintable():
        raise ValueError(f"{str(path)[:200]!r} is no file")

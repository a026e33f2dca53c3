"""The pretrained runs of an experiment: kernels that were trained elsewhere, found by the names of their files."""

from pathlib import Path
from typing import NamedTuple

from experiment.config.problems import ConfigError, Problems, completed, problem, refuse
from experiment.plan.hash_cache import digest
from experiment.plan.pretrained_files import BANKS, check_plain_file, files, losses, model
from kernelscope.pretrained import array_headers, file_names, shards
from kernelscope.pretrained.file_names import File
from kernelscope.pretrained.history import known
from kernelscope.refusal import listed

NAME = "pretrained"  # as the source of a dataset and as the network of an architecture
RECORDED = "recorded"  # a source of pretrained kernels whose files have known names
DECAY = "decay.csv"  # beside BANKS
LOGGED = "{run}/history.csv"  # of a recorder
OF_RECORDER = {
    **{"source": NAME, "files": f"{{run}}/{BANKS}", "table": None},
    **{"part": None, "axes": None, "min_max_normalized": False},
    **dict.fromkeys(("model", "images", "image_size", "mean", "std")),
}


def as_pretrained(settings: dict) -> dict:
    """Return the settings of recorded kernels as those of pretrained ones; other settings as they are."""
    if settings["source"] != RECORDED:
        return settings
    return settings | OF_RECORDER | {"history": LOGGED if have_losses(Path(settings["folder"])) else None}


def have_losses(folder: Path) -> bool:
    """Whether a loss or an accuracy was logged in every recorded run of a folder, by the headers of their tables."""
    runs = [path.parent for path in sorted(folder.glob(f"**/{BANKS}"))] if folder.is_dir() else []
    return bool(runs) and all(known(header(run / "history.csv")) for run in runs)


def header(path: Path) -> list[str]:
    """Return the columns of a table; none if it cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline(10_000).strip().split(",")
    except (OSError, UnicodeDecodeError):
        return []


def page_settings(settings: dict) -> dict:
    """Return the settings of a dataset as the page shows them: without the folders of one machine."""
    hidden = ("folder", "table", "model", "images") if settings["source"] == NAME else ()
    return {key: value for key, value in settings.items() if key not in hidden}


class Run(NamedTuple):
    """A pretrained run: its name, its files with the sha256 of each, the file with its losses, and its twins."""

    name: str
    files: list[tuple[File, str]]
    history: tuple[str, str] | None
    path: Path  # of the first file
    megabytes: float  # of the largest file, as far as it is read at once
    decay: tuple[str, str] | None = None  # the file with the exact decay factors, and its sha256
    equal: tuple[str, ...] = ()  # the names of all chosen runs with the same files, if there are several

    @property
    def content(self) -> tuple:
        """Return the sha256 of each file, and what its name says beside the run."""
        return tuple((*file[2:], sha256) for file, sha256 in self.files)

    @property
    def spec(self) -> dict:
        """Return the run as import_kernels takes it."""
        files = [[file.name, file.step, file.epoch, file.layer, file.kernel, sha256] for file, sha256 in self.files]
        spec = {"files": files, "history": self.history and list(self.history)}
        known = {"decay": list(self.decay)} if self.decay else {}
        return spec | known | ({"equal": list(self.equal)} if self.equal else {})


def check_alone(config: dict, defined: dict[str, dict]) -> None:
    """Raise ConfigError if only a part of an experiment is pretrained, or its architecture has other settings.

    `config` has all defaults; `defined` has the definitions of the selected architectures.
    """
    sources = {name: config["datasets"][name]["source"] == NAME for name in config["experiment"]["datasets"]}
    networks = {name: definition["network"] == NAME for name, definition in defined.items()}
    if not any((*sources.values(), *networks.values())):
        return
    problems = Problems()
    beside = [("datasets", name, "source") for name in sources]
    beside += [("architectures", name, "network") for name in networks]
    for kind, pretrained in (("datasets", sources), ("architectures", networks)):
        if others := [name for name in pretrained if not pretrained[name]]:
            got = f"{others[0]!r}, which is not pretrained, beside pretrained kernels"
            hint = instead(kind, config[kind])
            problems.append(problem(("experiment", kind), got, "all pretrained or none", hint, beside))
    if len(networks) > 1 and all(networks.values()):
        words = "several beside pretrained kernels", "one"
        problems.append(problem(("experiment", "architectures"), *words, beside=beside))
    for arch in (arch for arch in networks if networks[arch]):
        settings = config["architectures"][arch]
        extra = ["control"] * (settings.get("control", "none") != "none")
        extra += [key for key in settings if key not in ("network", "training", "control", "seeds")]
        words = "a setting beside `network: pretrained`", "no settings, as nothing is trained"
        path = ("architectures", arch)
        problems += [problem((*path, key), *words, beside=[(*path, "network")]) for key in extra]
    problems.report()


def instead(kind: str, definitions: dict[str, dict]) -> str:
    """Return what to write so that all datasets or architectures of an experiment are pretrained."""
    key = "source" if kind == "datasets" else "network"
    names = [name for name, settings in definitions.items() if settings.get(key) == NAME]
    return f"write `{kind}: [{names[0]}]`" if names else f"define one in `{kind}:` with `{key}: {NAME}`"


def chosen(name: str, settings: dict, seeds: list[int], place: tuple) -> dict[int, Run]:
    """Return seed -> run of one dataset; ConfigError for files that are not as its definition says.

    place: path of the key that holds the largest of the seeds.
    """
    try:
        by_run = file_names.runs(files(settings))
        names = list(by_run)
        if seeds[-1] >= len(names):
            expected = f"0 to {len(names) - 1}, for the runs {listed(names, most=20)}"
            refuse(place, str(seeds[-1]), expected, beside=[("datasets", name)])
        histories = losses(settings, [names[seed] for seed in seeds])
        found = {seed: run(names[seed], settings["folder"], by_run[names[seed]], histories) for seed in seeds}
        return with_equal(found)
    except ConfigError:
        raise
    except (ValueError, OSError) as error:
        raise ConfigError(completed(("datasets", name), error)) from None


def with_equal(runs: dict[int, Run]) -> dict[int, Run]:
    """Return the runs, those that have the same files with the names of all of them."""
    names: dict[tuple, list[str]] = {}
    for each in runs.values():
        names.setdefault(each.content, []).append(each.name)
    equal = {content: tuple(of) for content, of in names.items() if len(of) > 1}
    return {seed: each._replace(equal=equal.get(each.content, ())) for seed, each in runs.items()}


def check_shared(dataset: str, runs: list[Run]) -> None:
    """Raise ConfigError for runs without a common layer, as far as the names of their files say which layers they have.

    What a file holds is known only when it is read, so such runs are refused by the job that compares them.
    """
    layers = {run.name: {file.layer for file, _ in run.files} for run in runs}
    if None in set().union(*layers.values()) or set.intersection(*layers.values()):
        return
    got = "; ".join(f"run {name} has {listed(sorted(names), 60)}" for name, names in layers.items())
    expected = "runs of one network, or other `seeds`"
    refuse(("datasets", dataset), f"no layer that all compared runs have ({got})", expected)


def run(name: str, folder: str, files: list[File], histories: dict[str, str]) -> Run:
    """Return one run after a check of its files."""
    file_names.check_run(files)
    for file in files:
        check_plain_file(folder, file.name)
        file_names.check_ending(Path(folder, file.name))
    history = histories.get(name)
    hashed = [(file, shards.digest(Path(folder, file.name), digest)) for file in files]
    sizes = [array_headers.read_whole(Path(folder, file.name)) for file in files]
    known_history = history and (history, digest(Path(folder, history)))
    return Run(name, hashed, known_history, Path(folder, files[0].name), max(sizes) / 1e6, decay(folder, files))


def decay(folder: str, files: list[File]) -> tuple[str, str] | None:
    """Return the file with exact decay factors beside the states of a run, and its sha256; None if there is none."""
    place = Path(files[0].name)
    beside = place.with_name(DECAY).as_posix()
    if len(files) > 1 or place.name != BANKS or not Path(folder, beside).exists():
        return None
    check_plain_file(folder, beside)
    return beside, digest(Path(folder, beside))


def probed(name: str, settings: dict, runs: dict[int, Run]) -> dict:
    """Return the network of a dataset as probe_model takes it; {} without one. ConfigError for what does not fit."""
    try:
        return model(settings, [run.files[-1][0] for run in runs.values()])
    except (ValueError, OSError) as error:
        raise ConfigError(completed(("datasets", name), error)) from None

"""The experiment for a folder of recorded runs or of checkpoints: everything that weights alone reveal, as a page."""

from pathlib import Path
from typing import NamedTuple

from kernelscope.api import settings_file
from kernelscope.io import records
from kernelscope.pretrained import file_names
from kernelscope.refusal import refuse

RUN, BANKS = "run.json", "kernels.npz"


class Found(NamedTuple):
    """What a folder holds: the `source` of its kernels, and the names of its runs."""

    source: str
    runs: list[str]


def find(folder: Path) -> Found:
    """Return what a folder holds.

    Raises
    ------
    ValueError
        If it is no folder, or has neither recorded runs nor checkpoints.
    """
    if not folder.is_dir():
        refuse(str(folder), "no folder", "a folder with recorded runs or checkpoints")
    if (folder / "statements.csv").is_file():
        hint = f"its page is {folder / 'index.html'}; `kernelscope watch` writes a page while it runs"
        refuse(str(folder), "the results of an experiment", "a folder with recorded runs or checkpoints", hint)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    banks = [name for name in names if Path(name).name == BANKS and (folder / name).with_name(RUN).exists()]
    if runs := list(file_names.runs(file_names.named(banks, f"{{run}}/{BANKS}", ""))):
        return Found("recorded", runs)
    if banks:
        hint = f"choose one, such as {(folder / banks[0]).parent.parent}"
        refuse(str(folder), "recorded runs in folders of folders", "a folder with the runs of one network", hint)
    for pattern in file_names.DEFAULTS:
        if files := file_names.named(names, pattern, folder.resolve().name):
            return Found("pretrained", list(file_names.runs(files)))
    expected = "folders of a recorder (seed0/kernels.npz), or checkpoints (seed0/12.pt)"
    return refuse(
        str(folder), f"none among {len(names)} files", expected, "docs/tutorial/your-checkpoints.md has other names"
    )


def config(folder: Path, found: Found) -> dict:
    """Return the config of the experiment."""
    name = settings_file.short_name(folder)
    return {
        "pathvars": {"results": f"results/{name}"},
        "experiment": {"datasets": [name], "architectures": [name], "seeds": list(range(len(found.runs)))},
        "datasets": {name: {"source": found.source, "folder": str(folder.resolve())}},
        "architectures": {name: {"network": "pretrained"}},
    }


def are_finished(folder: Path, found: Found) -> bool:
    """Return whether no run of a recorder goes on; checkpoints do not say, so they count as finished."""
    if found.source != "recorded":
        return True
    return all(records.read_json(folder / run / RUN).get("finished") for run in found.runs)


def state(folder: Path, found: Found) -> list[int]:
    """Return the time of the last change of each recorded run."""
    return [(folder / run / RUN).stat().st_mtime_ns for run in found.runs]

"""Read what an experiment left in its folders: its statements, and its networks."""

from pathlib import Path

from kernelscope.io import cells, partial_arrays, records
from kernelscope.refusal import refuse

MOMENTS = ("first", "last")


def statements(folder: str | Path) -> list[dict]:
    """Return the rows of statements.csv of an experiment, with numbers as numbers and None in empty cells.

    Parameters
    ----------
    folder : path
        The results of the experiment, such as `results`.

    Raises
    ------
    ValueError
        If the folder has no statements.
    """
    path = Path(folder) / "statements.csv"
    if not path.is_file():
        refuse(str(folder), "no statements.csv", "the results of an experiment", "such as `results`")
    return cells.read(path)


def load_network(folder: str | Path, moment: str = "last"):
    """Return the network of a run as a torch.nn.Module, in evaluation.

    Its input are images (n, channels, rows, cols) from 0 to 1, its output one number for each class.

    Parameters
    ----------
    folder : path
        The folder of a run, such as `results/runs/waveforms/templates/seed0`.
    moment : str
        `last`, or `first` for the untrained network.

    Raises
    ------
    ValueError
        If the folder has no run that was trained here.
    """
    from kernelscope.models import networks  # torch takes seconds to import

    folder = Path(folder)
    if moment not in MOMENTS:
        refuse("moment", repr(moment), " or ".join(MOMENTS))
    if not (folder / "run.json").is_file():
        refuse(str(folder), "no run.json", "the folder of a run", "such as results/runs/waveforms/templates/seed0")
    layers = records.read_json(folder / "run.json")["spec"].get("layers")
    if not isinstance(layers, list) or not layers or not isinstance(layers[0], dict):
        refuse(str(folder), "a run whose network is unknown", "a run that was trained here, with labels")
    arrays = partial_arrays.read(folder / "snapshots.npz", lambda name: name.startswith(f"{moment}/"))
    return networks.loaded(layers, {name.removeprefix(f"{moment}/"): array for name, array in arrays.items()})

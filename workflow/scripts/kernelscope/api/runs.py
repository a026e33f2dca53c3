"""Read what an experiment left in its folder: its statements."""

from pathlib import Path

from kernelscope.io import cells
from kernelscope.refusal import refuse


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

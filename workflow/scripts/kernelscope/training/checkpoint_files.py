"""Where a training keeps its checkpoint; nothing here reads or writes one, so planning can ask without NumPy."""

from pathlib import Path

NAME = "checkpoint.npz"


def remove(folder: Path) -> None:
    """Remove the checkpoint of a run that is complete and known to be."""
    (folder / NAME).unlink(missing_ok=True)

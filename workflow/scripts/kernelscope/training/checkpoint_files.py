"""Say where a training keeps its checkpoint. Nothing here reads or writes one, so planning works without NumPy."""

from pathlib import Path

NAME = "checkpoint.npz"


def remove(folder: Path) -> None:
    """Remove the checkpoint of a run once the run is complete and recorded as complete."""
    (folder / NAME).unlink(missing_ok=True)

"""What readers of files return besides plain arrays, and remarks about what is read."""

from typing import NamedTuple

LEFT_OUT, ASSUMED, CONVERTED = "left_out", "assumed", "converted"  # kinds of remarks, as of notes


class Remark(NamedTuple):
    """What is not read as a layer, or not as it is in the file: its name, its shape in words, and why.

    shape : "" for a part of a checkpoint
    kind : of the note that it becomes
    """

    name: str
    shape: str
    why: str
    kind: str = LEFT_OUT

    def __str__(self) -> str:
        return f"{self.name}{f' ({self.shape})' if self.shape else ''}: {self.why}"


class Weights(dict):
    """Name -> weights (out, in, *space), from a format that gives the kinds of layers, with remarks about them."""

    def __init__(self, arrays: dict, remarks: list[Remark]):
        super().__init__(arrays)
        self.remarks = remarks


class Unreadable(NamedTuple):
    """Weights that are no floating-point numbers we can read: their shape, and what they are."""

    shape: tuple[int, ...]
    words: str


def described(value) -> str:
    """Return the shape of an array in words."""
    return " x ".join(map(str, value.shape))

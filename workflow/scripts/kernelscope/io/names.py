"""Names of arrays, and the order of names with numbers in them, as people count: seed2 before seed10."""

import re
from collections.abc import Mapping

from kernelscope.refusal import LONGEST, listed

FOR_PEOPLE = 3  # names in a message at most
MOMENTS = ("steps", "epochs")  # arrays of snapshots.npz and kernels.npz that are not of a layer
KERNELS, OTHER_KERNELS = "kernels/", "other_kernels/"  # before the layers in snapshots.npz; others: not square planes


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key by which names sort in the order of the numbers in them.

    Numbers come before other text, and of equal numbers the shorter spelling first.

    >>> sorted(["seed10", "seed2", "seed02"], key=natural)
    ['seed2', 'seed02', 'seed10']
    """
    parts = re.split(r"([0-9]+)", name)
    key = [(0, int(part), "") if i % 2 else (1, 0, part) for i, part in enumerate(parts) if part]
    return [*key, (-1, len(name), name)]  # the end comes before anything else


def below(prefix: str, arrays: Mapping) -> dict:
    """Return the arrays whose names begin with a prefix, under the rest of their names."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def readable(name: str) -> str:
    """Return a name with its non-printable characters escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def first_names(names) -> str:
    """Return the first names for a message, and the number of the others; "none" without names."""
    return listed((readable(str(name))[:60] for name in names), LONGEST, FOR_PEOPLE) or "none"

"""Names of arrays, and the order of names with numbers in them, as people count: seed2 before seed10."""

import re

MOMENTS = ("steps", "epochs")  # arrays of snapshots.npz and kernels.npz that are not of a layer


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key by which names sort in the order of the numbers in them.

    Numbers come before other text, and of equal numbers the shorter spelling first.

    >>> sorted(["seed10", "seed2", "seed02"], key=natural)
    ['seed2', 'seed02', 'seed10']
    """
    parts = re.split(r"([0-9]+)", name)
    key = [(0, int(part), "") if i % 2 else (1, 0, part) for i, part in enumerate(parts) if part]
    return [*key, (-1, len(name), name)]  # the end comes before anything else

"""What the kernels of a network in towers are in, in words."""

TOWER, HALF = "tower", "half"  # a half is that of the joined control, whose towers are only numbers
PLURAL = {TOWER: "towers", HALF: "halves"}


def part(towers: int) -> str:
    """The word for a network in so many towers."""
    return TOWER if towers > 1 else HALF

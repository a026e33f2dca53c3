"""Damaged TIFFs of several pages and channels, and damaged arrays: each is an image or one line."""

import io
import random

import numpy as np
import pytest
import tifffile
from tiers import budget

from kernelscope.data.decoding import decoded
from kernelscope.data.planes import Choice, NotAnImageError

RNG = np.random.default_rng(0)
PAGES, CHANNELS = ("first", "max", "mean", "channels", 2, None), (None, (0,), (1, 0), ("GFP",))
BYTES = (0, 1, 255)


def levels(*shape) -> np.ndarray:
    return RNG.integers(0, 65536, shape).astype(np.uint16)


def whole() -> list[bytes]:
    """Return files of every kind, which can be read."""
    contents = [
        (levels(5, 24, 20), {"imagej": True, "metadata": {"axes": "ZYX"}}),
        (levels(5, 2, 24, 20), {"ome": True, "metadata": {"axes": "ZCYX", "Channel": {"Name": ["DAPI", "GFP"]}}}),
        (levels(24, 20, 5), {"photometric": "minisblack", "planarconfig": "contig", "compression": "zlib"}),
        (levels(5, 24, 20), {"photometric": "minisblack", "metadata": None}),
        (levels(4, 24, 20), {"photometric": "minisblack", "planarconfig": "separate"}),
        (levels(3, 24, 20, 3).astype(np.uint8), {"photometric": "rgb"}),
    ]
    files = [io.BytesIO() for _ in range(len(contents) + 2)]
    for file, (content, options) in zip(files, contents, strict=False):
        tifffile.imwrite(file, content, **options)
    np.save(files[-2], levels(24, 20, 5))
    np.savez_compressed(files[-1], image=levels(24, 20, 5))
    return [file.getvalue() for file in files]


WHOLE = whole()


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Return a file that is cut, or in which some bytes are others, mostly in its headers."""
    if draw.random() < 0.2:
        return content[: draw.randrange(len(content))]
    changed, end = bytearray(content), draw.choice([600, len(content)])
    for _ in range(draw.choice([1, 1, 2, 4, 8])):
        changed[draw.randrange(min(end, len(content)))] = draw.choice([*BYTES, draw.randrange(256)])
    return bytes(changed)


@pytest.mark.parametrize("number", range(len(WHOLE)))
def test_a_damaged_stack_or_array_is_an_image_or_one_line(number):
    draw = random.Random(number)
    assert decoded(WHOLE[number], 0, Choice("first")).size == (24, 20)
    for _ in range(budget(60)):
        data, choice = damaged(WHOLE[number], draw), Choice(draw.choice(PAGES), draw.choice(CHANNELS))
        try:
            assert min(decoded(data, 0, choice).size) > 0
        except NotAnImageError as error:
            assert str(error).isprintable()
            assert 0 < len(str(error)) <= 300

"""Small odd collections of images: arrays of every type, and folders with files of every format and other things."""

import csv
import random
from pathlib import Path

import hostile_images
import numpy as np
from PIL import Image

CLASSES = ("bar", "ring", "10", "2", "a b", "<b>", "été", "猫", "سلام", "x" * 60)
DTYPES = ("u1", "u2", "i8", "f4", "f8", "?")
BESIDE = ("notes.txt", ".hidden.png", "Thumbs.db", "images.zip")  # files that are no images
TURNS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


def arrays(path: Path, chance: random.Random, is_split: bool) -> None:
    """Write an NPZ file of labeled images, whose classes have their bright halves at different sides."""
    rng, dtype = np.random.default_rng(chance.randrange(2**32)), chance.choice(DTYPES)
    side, wide = chance.randint(8, 32), chance.choice((1, 1, 2))
    channels = chance.choice(((), (), (1,), (2,), (3,), (4,)))
    names = chance.sample(CLASSES, chance.choice((2, 2, 3, 5)))
    kept: dict[str, np.ndarray] = {}
    for prefix in ("train_", "test_") if is_split else ("",):
        labels = np.arange(chance.randint(8, 15) * len(names)) % len(names)
        pixels = rng.uniform(0, 1, (len(labels), side, wide * side, *channels))
        for label in range(len(names)):
            pixels[labels == label, : side // 2 if label % 2 else side, : (label + 1) * side // len(names)] *= 0.3
        kept[f"{prefix}images"] = typed(pixels, dtype, chance)
        shape = (-1, 1) if chance.random() < 0.2 else (-1,)
        kept[f"{prefix}labels"] = labels.reshape(shape)
    if chance.random() < 0.5:
        kept["class_names"] = np.array(names)
    if chance.random() < 0.3:
        kept["weights"] = np.ones(3)  # is not read
    np.savez(path, **kept)


def typed(pixels: np.ndarray, dtype: str, chance: random.Random) -> np.ndarray:
    """Return pixels from 0 to 1 as numbers of a type, in one of the ranges in which people keep it."""
    if dtype == "?":
        return pixels > 0.5
    ranges = {"u1": ((0, 255), (0, 1)), "u2": ((0, 65535), (0, 4095)), "i8": ((0, 255), (-300, 300))}
    low, high = chance.choice(ranges.get(dtype, ((0, 1), (0, 255), (-2, 2), (0.5, 0.5))))
    return (low + pixels * (high - low)).astype(dtype)


def folder(root: Path, chance: random.Random, layout: str, table: Path) -> None:
    """Write a folder of images: classes (`folder`), splits with classes (`split folder`), or files of a `table`."""
    names, common = chance.sample(CLASSES, chance.choice((2, 2, 3, 5))), chance.choice(list(hostile_images.KINDS))
    splits = chance.choice((("train", "test"), ("Training", "testing"))) if layout == "split folder" else ("",)
    sides, rows = chance.choice(((16,), (16,), (9, 20), (8, 40))), []
    for split in splits:
        for label, name in enumerate(names):
            for number in range(chance.choice((5, 8, 12))):
                kind = chance.choice(list(hostile_images.KINDS)) if chance.random() < 0.1 else common
                place = f"{number}.{hostile_images.SUFFIX[kind]}"
                place = f"{label}-{place}" if layout == "table" else "/".join(filter(None, (split, name, place)))
                written(root / place, picture(chance, label, kind, sides))
                rows.append({"file": place, "label": name})
    others(root, chance, [root / row["file"] for row in rows])
    if layout == "table":
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ("file", "label"))
            writer.writeheader()
            writer.writerows(rows)


def picture(chance: random.Random, label: int, kind: str, sides: tuple[int, ...]) -> bytes:
    """Return a file with an image that is noise in one half, which classes have at different sides."""
    rng, mode = np.random.default_rng(chance.randrange(2**32)), chance.choice(hostile_images.KINDS[kind])
    image = hostile_images.drawn(rng, chance.choice(sides), chance.choice(sides), mode)
    turned = image.transpose(TURNS[label % 4]) if TURNS[label % 4] is not None else image
    ways = [{}, {}, *hostile_images.WAYS.get(kind, ())]
    options = chance.choice(ways)
    more = {"append_images": [turned.copy()]} if options.get("save_all") else {}
    return hostile_images.encoded(turned, kind, **options, **more)


def others(root: Path, chance: random.Random, images: list[Path]) -> None:
    """Write files that are no images, damaged images, and copies of images, beside images."""
    for name in BESIDE:
        if chance.random() < 0.3:
            written(chance.choice(images).parent / name, b"not an image")
    if chance.random() < 0.3:
        for name, content in hostile_images.damaged(2, chance.randrange(2**32)):
            written(chance.choice(images).parent / name, content)
    if chance.random() < 0.3:
        first, second = chance.sample(images, 2)
        second.write_bytes(first.read_bytes())
    if chance.random() < 0.2 and any(path.parent != root for path in images):  # of a table, other folders do not matter
        written(root / "__MACOSX" / "._a.png", b"\0")


def written(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

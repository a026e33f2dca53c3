"""The page read back by an independent decoder, byte by byte instead of array by array."""

import json
import string
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase + "!#$%/()*+-;,=.?@^_`{|}~"
SIZES = {"f4": 4, "i4": 4, "u1": 1}


class Elements(HTMLParser):
    """Every element of a page with its attributes and the text at its beginning, in order."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict, list[str]]] = []
        self.inside = False  # the last element that began
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))
        self.inside = True

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found[-1][2].append(data)

    def all(self, tag: str, **attributes) -> list[tuple[dict, str]]:
        """Return attributes and text of all elements with this tag and these attributes."""
        same = [(attributes_of, "".join(text)) for name, attributes_of, text in self.found if name == tag]
        return [(attributes_of, text) for attributes_of, text in same if attributes.items() <= attributes_of.items()]


class Page:
    """The overview, and the payloads by id as (arrays, JSON)."""

    def __init__(self, path: Path):
        self.text = path.read_text(encoding="utf-8")
        self.elements = Elements(self.text)
        ((_, overview),) = self.elements.all("script", id="overview")
        self.overview = strict_json(overview)
        self.packed = {attributes["id"]: text for attributes, text in self.elements.all("script", **{"class": "block"})}

    def block(self, name: str) -> tuple[dict[str, np.ndarray], dict]:
        return block(self.packed[name])


def strict_json(text: str):
    def refuse(word):
        raise ValueError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def block(text: str) -> tuple[dict[str, np.ndarray], dict]:
    raw = zlib.decompress(content(text))
    (length,) = struct.unpack_from("<I", raw)
    head, rest, arrays = strict_json(raw[4 : 4 + length].decode()), list(raw[4 + length :]), {}
    for array in head["arrays"]:
        count = int(np.prod(array["shape"], dtype=int))
        if array["kind"] == "series":
            values = series(rest, array["shape"], array)
        elif array["kind"] == "pictures":
            values = pictures(rest, array["shape"])
        elif array["kind"] == "f4":
            values = floats(rest, count)
        else:
            values = whole(bytes(taken(rest, count * SIZES[array["kind"]])), array["kind"])
        arrays[array["name"]] = np.array(values, {"i4": "i4", "u1": "u1"}.get(array["kind"], "f4")).reshape(
            array["shape"]
        )
    assert rest == []
    return arrays, by_row(head["json"])


def content(text: str) -> bytes:
    """Return the bytes of a text in base 85, by arithmetic on one whole number for every five letters."""
    pad = -len(text) % 5
    groups = [(text + "~" * pad)[at : at + 5] for at in range(0, len(text), 5)]
    numbers = [sum(LETTERS.index(letter) * 85 ** (4 - place) for place, letter in enumerate(group)) for group in groups]
    return b"".join(number.to_bytes(4, "big") for number in numbers)[: 4 * len(groups) - pad]


def taken(rest: list[int], count: int) -> list[int]:
    part, rest[:count] = rest[:count], []
    assert len(part) == count
    return part


def by_row(content):
    """Return JSON with the cells of every table by row."""
    if not isinstance(content, dict):
        return content
    if content.keys() == {"columns", "cells"}:
        count = len(content["cells"][0])
        return {
            "columns": content["columns"],
            "rows": [[column[at] for column in content["cells"]] for at in range(count)],
        }
    return {key: by_row(value) for key, value in content.items()}


def whole(part: bytes, kind: str) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<i" if kind == "i4" else "B", part)]


def floats(rest: list[int], count: int) -> list[float]:
    """Return each number from its bytes in all four planes."""
    part = taken(rest, 4 * count)
    return [struct.unpack("<f", bytes(part[at::count]))[0] for at in range(count)]


def drawn(start: dict, count: int) -> np.ndarray:
    """Return weights drawn from a state of PCG64, by arithmetic on whole numbers (O'Neill 2014, XSL RR 128/64)."""
    state, increment = int(start["state"], 16), int(start["increment"], 16)
    bound, weights = 1 / start["inputs"] ** 0.5, []
    for _ in range(count):
        state = (state * 0x2360ED051FC65DA44385DF649FCCF645 + increment) % 2**128
        mixed, turn = (state >> 64) ^ state % 2**64, state >> 122
        rotated = (mixed >> turn | mixed << (64 - turn)) % 2**64
        weights.append(-bound + 2 * bound * ((rotated >> 11) / 2**53))
    return np.array(weights, np.float32)


def series(rest: list[int], shape: list[int], head: dict) -> np.ndarray:
    """Return a series, number by number: each slice between is a x earlier + b x later + a whole number of steps."""
    slices, each, step = shape[0], int(np.prod(shape[1:], dtype=int)), head["step"]
    between = max(slices - 2, 0)
    start = [drawn(head["start"], each)] if "start" in head else []
    stored = slices - between - len(start)
    ends = [*start, *np.array(floats(rest, each * stored), np.float32).reshape(stored, each)]
    factors = struct.unpack(f"<{2 * between}h", bytes(taken(rest, 4 * between)))
    halves = [half for byte in taken(rest, -(-between * each // 2)) for half in (byte % 16, byte // 16)]
    low, high = (taken(rest, head["large"]) for _ in range(2))
    large = (first + 256 * second for first, second in zip(low, high, strict=True))
    codes = [next(large) if half == 15 else half for half in halves[: between * each]]
    assert next(large, None) is None
    known, todo, number = {0: ends[0], slices - 1: ends[-1]} if slices else {}, [(0, slices - 1)], 0
    for before, after in todo:
        if after - before < 2:
            continue
        middle = (before + after) // 2
        values = []
        for at in range(each):
            code = codes[number * each + at]
            count = code // 2 if code % 2 == 0 else -(code + 1) // 2
            first, last = (float(np.nan_to_num(known[end][at], nan=0, posinf=0, neginf=0)) for end in (before, after))
            guess = factors[2 * number] / 256 * first + factors[2 * number + 1] / 256 * last
            values.append(np.nan if code == 65535 else guess + count * step)
        known[middle], number = np.array(values, np.float32), number + 1
        todo += [(before, middle), (middle, after)]
    return np.array([known[at] for at in range(slices)], np.float32)


def pictures(rest: list[int], shape: list[int]) -> np.ndarray:
    """Return images: a byte is the number of steps minus (left + above - diagonal), modulo 256."""
    images, channels, height, width = shape
    largest = floats(rest, images)
    codes = np.array(taken(rest, int(np.prod(shape))), int).reshape(shape)
    steps = np.zeros((images, channels, height + 1, width + 1), int)
    for row in range(height):
        for col in range(width):
            plane = steps[..., row + 1, col] + steps[..., row, col + 1] - steps[..., row, col]
            steps[..., row + 1, col + 1] = (codes[..., row, col] + plane) % 256
    signed = (steps[..., 1:, 1:] + 128) % 256 - 128
    values = signed / 63 * np.array(largest).reshape(-1, 1, 1, 1)
    return np.where(signed == -128, np.nan, values)

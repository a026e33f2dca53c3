"""The page read back by an independent decoder, byte by byte instead of array by array."""

import base64
import json
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

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
    raw = zlib.decompress(base64.b64decode(text, validate=True))
    (length,) = struct.unpack_from("<I", raw)
    head, at, arrays = strict_json(raw[4 : 4 + length].decode()), 4 + length, {}
    for array in head["arrays"]:
        count, dtype = int(np.prod(array["shape"], dtype=int)), array["dtype"]
        planes = array.get("planes", 4)
        size = count * (planes if dtype == "f4" else SIZES[dtype])
        part, at = raw[at : at + size], at + size
        assert len(part) == size
        values = floats(part, count, array, planes) if dtype == "f4" else whole(part, dtype)
        arrays[array["name"]] = values.reshape(array["shape"])
    assert at == len(raw)
    return arrays, head["json"]


def whole(part: bytes, dtype: str) -> np.ndarray:
    return np.array([number for (number,) in struct.iter_unpack("<i" if dtype == "i4" else "B", part)], dtype)


def floats(part: bytes, count: int, array: dict, planes: int) -> np.ndarray:
    """Return each number from its bytes in all planes, plus the number one row above if differences are stored."""
    bits, row = [], count // array["shape"][0] if count else 0
    for place in range(count):
        difference = sum(part[plane * count + place] << 8 * (plane + 4 - planes) for plane in range(planes))
        above = bits[place - row] if array["delta"] and place >= row else 0
        bits.append((difference + above) % 2**32)
    return np.frombuffer(struct.pack(f"<{count}I", *bits), np.float32)

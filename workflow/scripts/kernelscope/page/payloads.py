"""Arrays and JSON as one payload of text, small enough that a page can contain all of an experiment.

A payload is text85(zlib(n as little-endian uint32, n bytes of JSON, the bytes of all arrays)). The JSON lists the
arrays in the order of their bytes. Numbers of several bytes are stored in planes, all lowest bytes first, which
compresses better than whole numbers.
"""

import base64
import json
import math
import zlib

import numpy as np

from kernelscope.page import pictures, series
from kernelscope.page.pictures import Pictures
from kernelscope.page.series import Series
from kernelscope.refusal import refuse

KINDS = {"f": "f4", "u": "u1", "i": "i4", "b": "u1"}  # kind of a NumPy dtype -> kind in the payload
PLAIN = frozenset((int, str, bool, type(None)))  # types that JSON takes as they are
MEMORY = 6  # of deflate: blocks short enough that each slice of a series has its own code
MARKUP, INSTEAD = b"<>&", b",./"  # text85 has no letters of markup


def packed(arrays: dict[str, np.ndarray | Series | Pictures], content: dict) -> str:
    """Return the payload of arrays by name and of JSON.

    Parameters
    ----------
    arrays : dict
        Name -> array. Floats of any size become float32 and integers int32; bool and uint8 stay bytes. Series and
        pictures are within their tolerances.
    content : object
        The JSON.

    Raises
    ------
    ValueError
        If an array has another dtype, or an integer does not fit.
    """
    entries = [entry(name, array) for name, array in arrays.items()]
    text = json_text({"arrays": [head for head, _ in entries], "json": by_column(content)}).encode()
    parts = [np.uint32(len(text)).astype("<u4").tobytes(), text, *(part for _, part in entries)]
    return text85(compressed(b"".join(parts)))


def compressed(content: bytes) -> bytes:
    """Return the bytes deflated; Z_FILTERED suits small numbers without repetitions, such as the steps of a series."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, MEMORY, zlib.Z_FILTERED)
    return deflate.compress(content) + deflate.flush()


def text85(content: bytes) -> str:
    """Return bytes as text, four bytes in five letters: RFC 1924's base 85, without letters of markup."""
    return base64.b85encode(content).translate(bytes.maketrans(MARKUP, INSTEAD)).decode()


def entry(name: str, array: np.ndarray | Series | Pictures) -> tuple[dict, bytes]:
    """Return an array's entry in the JSON, and its bytes.

    An entry has "name", "kind" and "shape"; that of a series also "step", how many of its numbers of steps are "large",
    and "start" if the page can draw its first slice.
    """
    if isinstance(array, Series):
        parts = series.encoded(array)
        if parts is None:
            return entry(name, array.values)
        small, large = series.halves(series.zigzag(parts.steps))
        ends = parts.ends if array.start is None else parts.ends[1:]
        numbers = planes(ends.astype("<f4")), parts.factors.astype("<i2").tobytes(), small.tobytes(), planes(large)
        head = {"step": parts.step, "large": large.size} | drawn_again(array)
        return about(name, "series", array.values) | head, b"".join(numbers)
    if isinstance(array, Pictures):
        largest, steps = pictures.encoded(array)
        return about(name, "pictures", array.values), planes(largest.astype("<f4")) + steps.tobytes()
    array = stored_as(name, array)
    kind = array.dtype.str[1:]
    return about(name, kind, array), planes(array) if kind == "f4" else array.tobytes()


def drawn_again(array: Series) -> dict:
    """Return the part of a series' entry that says how the page draws its first slice, if it can."""
    if array.start is None:
        return {}
    state, increment, inputs = array.start
    return {"start": {"state": f"{state:032x}", "increment": f"{increment:032x}", "inputs": inputs}}


def about(name: str, kind: str, array: np.ndarray) -> dict:
    """Return the entry of an array in the JSON."""
    return {"name": name, "kind": kind, "shape": list(np.shape(array))}


def stored_as(name: str, array: np.ndarray) -> np.ndarray:
    """Return the array in one of the three plain kinds of a payload."""
    array = np.asarray(array)
    kind = KINDS.get(array.dtype.kind)
    if kind is None or (array.dtype.kind == "u" and array.dtype.itemsize > 1):
        refuse(f"array {name}", f"dtype {array.dtype}", "floats, signed integers, uint8 or bool")
    if kind == "i4" and array.size and np.abs(array.astype(np.int64)).max() >= 2**31:
        refuse(f"array {name}", "an integer beyond 32 bits", "integers that fit into 32 bits")
    return array.astype(np.dtype(kind).newbyteorder("<"))


def planes(array: np.ndarray) -> bytes:
    """Return the bytes of an array in planes: the lowest byte of every number, then the next."""
    return np.ascontiguousarray(array).reshape(-1, 1).view(np.uint8).T.tobytes()


def rounded(array: np.ndarray) -> np.ndarray:
    """Return floats as float32 with 16 bits of mantissa, which is 4 to 5 digits, half to even; NaN stays NaN."""
    bits = np.ascontiguousarray(array, "<f4").view("<u4")
    up = bits + np.uint32(0x7F) + (bits >> np.uint32(8) & np.uint32(1))
    nan = (bits & np.uint32(0x7FFFFFFF)) > np.uint32(0x7F800000)
    return np.where(nan, np.uint32(0x7FC00000), up & np.uint32(0xFFFFFF00)).astype("<u4").view("<f4")


def by_column(content):
    """Return JSON with the cells of every table by column instead of by row, which compresses better."""
    if not isinstance(content, dict):
        return content
    if content.keys() == {"columns", "rows"} and isinstance(content["columns"], list | tuple):
        cells = zip(*content["rows"], strict=True) if content["rows"] else [()] * len(content["columns"])
        return {"columns": content["columns"], "cells": [list(column) for column in cells]}
    return {key: by_column(value) for key, value in content.items()}


def json_text(content) -> str:
    """Return content as ASCII JSON; floats have at most 6 significant digits, and NaN becomes null."""
    return json.dumps(short(content), separators=(",", ":"), allow_nan=False)


def short(value):
    """Return content with floats of 6 significant digits, and None for numbers that are not finite."""
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in PLAIN else short(item) for item in value]
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None

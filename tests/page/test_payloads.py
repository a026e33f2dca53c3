import json
import math
import zlib

import numpy as np
import pytest
import unpacked

from kernelscope.page import payloads
from kernelscope.page.drawn import Start
from kernelscope.page.pictures import Pictures
from kernelscope.page.series import Series

RNG = np.random.default_rng(0)
STRANGE = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1e-45, -1e-40, 3.4e38, -3.4028235e38, 1 / 3], np.float32)
FLOATS = {
    "a walk": np.cumsum(RNG.standard_normal((5, 3, 2, 2)), 0).astype(np.float32),
    "one row": RNG.standard_normal((1, 7)).astype(np.float32),
    "strange numbers": np.stack([STRANGE, STRANGE[::-1], STRANGE]),
    "no row": np.zeros((0, 4), np.float32),
    "rows of nothing": np.zeros((3, 0), np.float32),
    "one axis": STRANGE,
    "not contiguous": RNG.standard_normal((4, 6)).astype(np.float32).T[::2],
}
WHOLE = {
    "steps": np.array([0, 1, -1, 2**31 - 1, -(2**31) + 1]),
    "images": RNG.integers(0, 256, (2, 3, 4, 3)).astype(np.uint8),
    "truths": np.array([True, False]),
    "none": np.zeros((0, 2), np.int64),
    "small integers": np.array([[1, 2], [3, 4]], np.int16),
}


def nearest_of_16_bits(x: float) -> float:
    """Return the nearest integer below 2^16 times a power of two, by arithmetic; ties go to the even integer."""
    if not math.isfinite(x) or x == 0:
        return x
    power = max(math.frexp(x)[1], -125) - 16
    near = round(x / 2.0**power) * 2.0**power
    return near if abs(near) < 2.0**128 else math.copysign(math.inf, x)


def bits(array):
    return np.ascontiguousarray(array, np.float32).view(np.uint32)


@pytest.mark.parametrize("name", FLOATS)
def test_floats_come_back_bit_by_bit(name):
    array = FLOATS[name]
    arrays, content = unpacked.block(payloads.packed({"a/b": array}, {}))
    assert (list(arrays), content) == (["a/b"], {})
    assert arrays["a/b"].shape == array.shape
    np.testing.assert_array_equal(bits(arrays["a/b"]), bits(array))


def test_rounding_is_that_of_arithmetic_for_every_kind_of_number():
    any_bits = RNG.integers(0, 2**32, 3000, np.uint32)
    ties = any_bits & np.uint32(0xFFFFFF00) | np.uint32(0x80)
    near = np.concatenate([any_bits, ties, ties + np.uint32(1), ties - np.uint32(1)]).view(np.float32)
    rounded = payloads.rounded(near)
    with np.errstate(over="ignore"):
        expected = np.array([nearest_of_16_bits(float(x)) for x in near], np.float32)
    np.testing.assert_array_equal(rounded, expected)
    assert not (bits(rounded) & 0xFF).any()


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_come_back(name):
    values = unpacked.block(payloads.packed({"a": WHOLE[name]}, {}))[0]["a"]
    assert values.dtype.str[1:] == ("u1" if name in ("images", "truths") else "i4")
    np.testing.assert_array_equal(values, WHOLE[name])


def test_a_block_of_two_arrays_byte_by_byte():
    """Compare bytes: 1 is 0x3F800000, 2 is 0x40000000, 2 ** -126 is 0x00800000."""
    arrays = {"f": np.array([[2.0], [1.0], [2.0**-126]]), "i": np.array([-2, 258])}
    raw = zlib.decompress(unpacked.content(payloads.packed(arrays, {"b": "é"})))
    length = int.from_bytes(raw[:4], "little")
    assert json.loads(raw[4 : 4 + length]) == {
        "arrays": [{"name": "f", "kind": "f4", "shape": [3, 1]}, {"name": "i", "kind": "i4", "shape": [2]}],
        "json": {"b": "é"},
    }
    planes = [number >> 8 * place & 0xFF for place in range(4) for number in (0x40000000, 0x3F800000, 0x00800000)]
    assert raw[4 + length :] == bytes([*planes, 0xFE, 0xFF, 0xFF, 0xFF, 2, 1, 0, 0])


@pytest.mark.parametrize("count", range(12))
def test_bytes_come_back_from_text_without_markup(count):
    for content in (bytes(range(256 - count, 256)), RNG.bytes(count), bytes(count)):
        text = payloads.text85(content)
        assert not set(text) & set("<>&\"'\\ \n")
        assert len(text) == count + -(-count // 4)
        assert unpacked.content(text) == content


def test_a_series_and_pictures_come_back_within_their_tolerance():
    walk = np.cumsum(RNG.standard_normal((9, 4, 3)), 0)
    images = RNG.standard_normal((3, 2, 5, 6))
    arrays, _ = unpacked.block(
        payloads.packed({"w": Series(walk, 0.01), "i": Pictures(images), "n": WHOLE["steps"]}, {})
    )
    np.testing.assert_array_equal(arrays["w"][[0, -1]], walk[[0, -1]].astype(np.float32))
    assert 0.005 < np.abs(arrays["w"] - walk).max() <= 0.01
    off = np.abs(arrays["i"] - images).max((1, 2, 3)) / np.abs(images).max((1, 2, 3))
    assert (off <= 1.001 / 126).all()
    np.testing.assert_array_equal(arrays["n"], WHOLE["steps"])


@pytest.mark.parametrize("count", [2, 3, 9])
def test_a_series_that_begins_with_drawn_weights_comes_back_without_their_bytes(count):
    state = np.random.default_rng([7, 0]).bit_generator.state["state"]
    start = Start(state["state"], state["inc"], 25)
    first = np.random.default_rng([7, 0]).uniform(-0.2, 0.2, (8, 1, 5, 5)).astype(np.float32)
    walk = first + np.cumsum(0.02 * RNG.standard_normal((count, *first.shape)), 0).astype(np.float32)
    walk[0] = first
    texts = [payloads.packed({"w": Series(walk, 0.01, start)}, {}), payloads.packed({"w": Series(walk, 0.01)}, {})]
    again, stored = (unpacked.block(text)[0]["w"] for text in texts)
    np.testing.assert_array_equal(bits(again), bits(stored))
    np.testing.assert_array_equal(bits(again[[0, -1]]), bits(walk[[0, -1]]))
    assert len(texts[1]) - len(texts[0]) > 3 * first.size


def test_large_numbers_of_steps_come_back_among_small_ones():
    walk = np.zeros((5, 7), np.float32)
    walk[1:4] = 0.02 * RNG.choice([0, 1, -1, 7, -7, 8, -8, 300, -9000], (3, 7))
    arrays, _ = unpacked.block(payloads.packed({"w": Series(walk, 0.01)}, {}))
    np.testing.assert_allclose(arrays["w"], walk, atol=0.0101)


def test_a_series_that_is_infinite_between_its_ends_is_stored_bit_by_bit():
    walk = RNG.standard_normal((4, 3)).astype(np.float32)
    walk[1, 2] = np.inf
    arrays, _ = unpacked.block(payloads.packed({"w": Series(walk, 0.1)}, {}))
    np.testing.assert_array_equal(bits(arrays["w"]), bits(walk))


@pytest.mark.parametrize("rows", [[[1, "x"], [None, "y"], [2.5, "z"]], []])
def test_tables_come_back_at_any_depth(rows):
    table = {"columns": ["a", "b"], "rows": rows}
    content = {"t": table, "columns": {"rows": table}, "rows": [1]}
    assert unpacked.block(payloads.packed({}, content))[1] == content
    raw = zlib.decompress(unpacked.content(payloads.packed({}, table)))
    stored = json.loads(raw[4:])["json"]
    assert stored == {"columns": ["a", "b"], "cells": [[row[at] for row in table["rows"]] for at in (0, 1)]}


def test_the_same_content_gives_the_same_text_and_changes_nothing():
    arrays = {name: array.copy() for name, array in (FLOATS | WHOLE).items()}
    first, again = (payloads.packed(arrays, {"a": [1.5]}) for _ in range(2))
    assert first == again
    for name, array in (FLOATS | WHOLE).items():
        np.testing.assert_array_equal(arrays[name], array)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (1234567.0, "1234570.0"),
        (1234567, "1234567"),
        (1e-9 / 3, "3.33333e-10"),
        (np.float32(0.1), "0.1"),
        (np.int64(3), "3"),
        (np.bool_(True), "true"),
        (math.nan, "null"),
        (-math.inf, "null"),
        (None, "null"),
        ("é</script>", '"\\u00e9</script>"'),
        ({"a": [(1.0, math.nan), {"b": 2 / 3}]}, '{"a":[[1.0,null],{"b":0.666667}]}'),
    ],
)
def test_numbers_in_json_are_short_and_never_nan(value, text):
    assert payloads.json_text(value) == text


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.array(["a"]), "array a: got dtype <U1, expected floats"),
        (np.array([1 + 2j]), "array a: got dtype complex128"),
        (np.array([1], np.uint16), "array a: got dtype uint16"),
        (np.array([2**31]), "array a: got an integer beyond 32 bits, expected integers that fit"),
    ],
)
def test_arrays_of_other_kinds_are_refused(array, words):
    with pytest.raises(ValueError, match=words):
        payloads.packed({"a": array}, {})

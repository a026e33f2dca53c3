"""Manifests that are damaged or written by somebody else: refused or used, and never a traceback."""

import copy
import hashlib
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tiers import budget

from kernelscope.io import manifest, notes

MADE_BY = {"rule": "draw", "spec": {"seed": 1}, "code": "0123abcd", "software": {"numpy": "2"}}
TEXTS = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("kernels", "picture.png")}
WHOLE = MADE_BY | {
    "inputs": {"kernels": TEXTS["kernels"]},
    "outputs": {"picture.png": {"sha256": TEXTS["picture.png"], "bytes": 11}},
    "notes": [{"kind": "cut", "item": "kernels", "count": 6, "of": 12, "text": "not drawn"}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def made(tmp_path):
    """Return the manifest of a figure that was drawn from a file in the same folder."""
    for name in TEXTS:
        (tmp_path / name).write_text(name)
    (tmp_path / ".manifest").mkdir()
    (tmp_path / ".manifest" / "draw.json").write_text(json.dumps(WHOLE))
    return tmp_path / ".manifest" / "draw.json"


def holds(made) -> bool:
    return manifest.still_holds(made, MADE_BY, [made.parent.parent / "picture.png"])


def test_a_manifest_may_be_written_by_hand(made):
    assert manifest.read(made) == WHOLE
    assert holds(made)


DAMAGES = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00\xd8{}",
    "nested too deep": b"[" * 100_000,
    "a number too long": b"1" * 100_000,
    "a list": b"[]",
    "no mapping": b'"text"',
    "an empty mapping": b"{}",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_manifest_is_refused(made, damage):
    made.write_bytes(DAMAGES[damage])
    assert manifest.read(made) is None


@pytest.mark.parametrize(
    "parts",
    [
        {"inputs": {"kernels": 7}},
        {"inputs": {"kernels": None}},
        {"outputs": {"picture.png": {"sha256": "0"}}},
        {"outputs": {"picture.png": {"sha256": 0, "bytes": 1}}},
        {"outputs": {"picture.png": "0"}},
    ],
)
def test_a_manifest_of_files_without_sha256_or_size_is_refused(made, parts):
    made.write_text(json.dumps(WHOLE | parts))
    assert manifest.read(made) is None


def test_a_manifest_that_is_missing_a_folder_or_of_another_rule_is_refused(made):
    assert manifest.read(made.with_name("other.json")) is None
    assert manifest.read(made.parent) is None
    made.rename(made.with_name("other.json"))
    assert manifest.read(made.with_name("other.json")) is None


@pytest.mark.parametrize("key", [*MADE_BY, "inputs", "outputs", "notes"])
def test_a_manifest_without_a_part_or_with_another_kind_of_value_is_refused(made, key):
    values = [value for value in (None, 1, "text", [], {}) if key == "rule" or type(value) is not type(WHOLE[key])]
    for found in [{k: v for k, v in WHOLE.items() if k != key}, *(WHOLE | {key: value} for value in values)]:
        made.write_text(json.dumps(found))
        assert manifest.read(made) is None, found


@settings(max_examples=budget(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([(), ("inputs",), ("inputs", "kernels"), ("outputs",), ("outputs", "picture.png"), ("notes",)])
    | st.sampled_from([("outputs", "picture.png", "bytes"), ("outputs", "picture.png", "sha256"), ("spec",)]),
    JSON,
    st.none() | st.text(max_size=300),
)
@example(("outputs", "picture.png", "bytes"), "7", None)
@example(("outputs", "picture.png", "sha256"), 7, None)
@example(("inputs", "kernels"), 7, None)
@example(("outputs",), {}, "\0")
@example(("inputs",), {}, "\ud800")
@example(("outputs",), {}, "n" * 300)
def test_whatever_a_manifest_says_it_is_refused_or_can_be_asked(made, place, value, name):
    found = {"": copy.deepcopy(WHOLE)}
    *way, last = ("", *place)
    node = found
    for key in way:
        node = node[key]
    node[last] = value
    if isinstance(value, dict) and name is not None:
        value[name] = {"sha256": "0", "bytes": 1} if place[:1] == ("outputs",) else "0"
    made.write_text(json.dumps(found[""]))
    read = manifest.read(made)
    assert holds(made) in (True, False)
    for output, entry in read["outputs"].items() if read else ():
        assert manifest.change(made.parent.parent / output, entry) in ("missing", "truncated", "edited", "")
        assert isinstance(entry["sha256"], str)
    assert all(note["kind"] in notes.KINDS for note in (read["notes"] if read else ()))
    assert manifest.maker(made.parent.parent / "picture.png") in (None, (made, read))


@pytest.mark.parametrize("name", ["../kernels", "/etc/passwd", "deeper/picture.png", "./picture.png"])
def test_a_manifest_that_names_a_file_outside_its_own_folder_as_made_is_refused(made, name):
    made.write_text(json.dumps(WHOLE | {"outputs": WHOLE["outputs"] | {name: {"sha256": "0", "bytes": 1}}}))
    assert manifest.read(made) is None

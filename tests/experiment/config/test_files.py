"""Files that are no config, each refused in one line that says where and what to write instead."""

import json
import os
from pathlib import Path

import pytest
import yaml
from hostile import one_line
from hypothesis import given, settings
from hypothesis import strategies as st

from experiment.config import files
from experiment.config.problems import ConfigError
from experiment.plan.rule_table import NEEDS


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(name: str = "mine.yaml") -> str:
    with pytest.raises(ConfigError) as caught:
        files.read(name)
    return one_line(caught.value)


def written(content: str | bytes) -> str:
    """Write a file with this content, and return its refusal."""
    Path("mine.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    return refusal()


TREE = "expected keys and values, such as `experiment: {seeds: [0]}`"
CONFIG = "expected a config file, YAML or JSON in UTF-8"
CONTENT = {  # content -> the refusal
    "": f"mine.yaml: got an empty file, {TREE}",
    " \n\n": f"mine.yaml: got an empty file, {TREE}",
    "# only words\n": f"mine.yaml: got no keys, {TREE}",
    "null": f"mine.yaml: got no keys, {TREE}",
    "- a\n- b\n": f"mine.yaml: got a list at the top, {TREE}",
    "[1, 2]": f"mine.yaml: got a list at the top, {TREE}",
    "training": f"mine.yaml: got text at the top, {TREE}",
    "3": f"mine.yaml: got a number at the top, {TREE}",
    "a: \x07": "mine.yaml line 1, column 4: got the character 0x7, expected printable text",
    "a: 1\nb: 2\n\x07": "mine.yaml line 3, column 1: got the character 0x7, expected printable text",
    "__use_yte__: true": "mine.yaml: got a template (__use_yte__), expected plain YAML, as templates run code",
}
BYTES = {
    b'a: "\xe9"': f"mine.yaml: got bytes that are not UTF-8 text (byte 5), {CONFIG}",
    b"\x89PNG\r\n\x1a\n\x00": f"mine.yaml: got bytes that are not UTF-8 text (byte 1), {CONFIG}",
    "a: 1".encode("utf-16"): f"mine.yaml: got bytes that are not UTF-8 text (byte 1), {CONFIG}",
    b"\x00\x00": "mine.yaml line 1, column 1: got the character 0x0, expected printable text",
}


@pytest.mark.parametrize("content", [*CONTENT, *BYTES])
def test_what_is_no_config_is_refused_with_its_place(content):
    assert written(content).startswith((CONTENT | BYTES)[content])


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("a: 1\nb: 2\na: 3\n", ["a: got it twice in mine.yaml (lines 1 and 3)"]),
        ("a: 1\na: 2\n'a': 3\n", ["a: got it 3 times in mine.yaml (lines 1, 2 and 3)"]),
        (
            "a:\n  b: 1\n  b: 2\nc: {d: 1, d: 1}\n",
            ["a.b: got it twice in mine.yaml (lines 2 and 3)", "c.d: got it twice in mine.yaml (line 4)"],
        ),
        ("a: [{b: 1}, {c: 1, c: 2}]", ["a[1].c: got it twice in mine.yaml (line 1)"]),
        ("a: {b: 1}\na: {b: 2}\n", ["a: got it twice in mine.yaml (lines 1 and 2)"]),
        ("a: &a {b: 1, b: 2}\nc: *a\n", ["a.b: got it twice in mine.yaml (line 1)"]),
        ('{"a": {"b": 1, "b": 2}}', ["a.b: got it twice in mine.yaml (line 1)"]),
        ('{\n\t"a": 1,\n\t"a": 2\n}', ["a: got it twice in mine.yaml (lines 2 and 3)"]),
    ],
)
def test_a_key_that_is_there_twice_is_refused_although_yaml_would_keep_the_last(content, lines):
    assert written(content).splitlines() == [f"{line}, expected once" for line in lines]


def test_what_a_merge_brings_may_be_replaced():
    Path("mine.yaml").write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {x: 1}\n")
    assert files.read("mine.yaml")["b"] == {"x": 1, "y": 3}


def test_json_may_have_tabs_and_a_file_may_begin_with_a_byte_order_mark():
    Path("mine.json").write_text('{\n\t"training": {"epochs": 3}}')
    assert files.read("mine.json") == {"training": {"epochs": 3}}
    Path("mark.yaml").write_bytes(b"\xef\xbb\xbftraining: {epochs: 3}")
    assert files.read("mark.yaml") == {"training": {"epochs": 3}}


def test_a_missing_file_is_refused_with_a_similar_one_beside_it(folder):
    assert refusal("mine.yaml") == f"mine.yaml: got no such file, {CONFIG}"
    (folder / "mien.yaml").touch()
    (folder / "mine.txt").touch()
    assert refusal("mine.yaml") == f"mine.yaml: got no such file, {CONFIG} (did you mean 'mien.yaml'?)"
    assert refusal("nowhere/mine.yaml") == f"nowhere/mine.yaml: got no such file, {CONFIG}"


def test_what_is_no_file_is_refused(folder):
    os.mkfifo("pipe")
    assert refusal("pipe") == f"pipe: got a special file, {CONFIG}"
    assert refusal("/dev/null") == f"/dev/null: got a special file, {CONFIG}"
    assert refusal(str(folder)) == f"{folder}: got a folder, {CONFIG}"
    assert refusal("x" * 300).startswith(f"{'x' * 30}")
    assert "got no such file" in refusal("a\x00b") or "cannot be read" in refusal("a\x00b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(folder):
    (folder / "mine.yaml").touch(mode=0)
    assert refusal() == f"mine.yaml: got a file that cannot be read (reading it is not permitted), {CONFIG}"


TARGETS = ["results/smoke/index.html", "results", "results/smoke", "results/smoke/run.json", "all", *NEEDS]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("target", TARGETS)
def test_a_target_that_configfile_swallowed_is_refused_with_the_way_to_write_it(folder, target, there):
    if there and target.startswith("results"):
        (folder / target).mkdir(parents=True)
    words = f"write `snakemake {target} --configfile FILE` or `snakemake --configfile FILE -- {target}`"
    assert refusal(target) == f"{target}: got a target, {CONFIG} ({words})"


def test_a_config_file_may_be_in_results_or_be_named_like_a_stage(folder):
    (folder / "results").mkdir()
    for name in ("results/mine.yaml", "page"):
        (folder / name).write_text("training: {epochs: 3}")
        assert files.read(name) == {"training": {"epochs": 3}}


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text("abc", min_size=1), below, max_size=3),
)


@settings(database=None, derandomize=True, deadline=None, max_examples=60)
@given(config=st.dictionaries(st.text("abc", min_size=1), trees, min_size=1, max_size=4))
def test_what_yaml_and_json_write_is_read_as_it_was(tmp_path_factory, config):
    path = tmp_path_factory.getbasetemp() / "written.yaml"
    for text in (json.dumps(config), yaml.safe_dump(config)):
        path.write_text(text)
        assert files.read(path) == config

import json

import pytest

from experiment.provenance import parses
from experiment.provenance.parses import Parsed, Parses

ONE = Parsed("form", [("numpy", []), ("kernelscope", ["files", "locks"])])


def never():
    pytest.fail("it was parsed before")


@pytest.fixture
def path(tmp_path):
    (tmp_path / ".snakemake").mkdir()
    return tmp_path / ".snakemake" / "parses.json"


def kept(path, text=b"text"):
    first = Parses(path)
    assert first.found(text, lambda: ONE) == ONE
    first.write()
    return path


def test_what_was_parsed_is_not_parsed_again(path):
    again = Parses(kept(path))
    assert again.found(b"text", never) == ONE
    assert again.found(b"text", never) == ONE


def test_another_text_or_another_python_is_parsed(path, monkeypatch):
    two = ONE._replace(form="another")
    assert Parses(kept(path)).found(b"texts", lambda: two) == two
    monkeypatch.setattr(parses.sys, "version", "3.99")
    assert Parses(path).found(b"text", lambda: two) == two


def test_only_what_was_used_last_is_kept_and_nothing_is_written_where_nothing_is_new(path):
    kept(path)
    before = path.read_text()
    same = Parses(path)
    same.found(b"text", never)
    same.write()
    assert path.read_text() == before
    other = Parses(path)
    other.found(b"other", lambda: ONE)
    other.write()
    assert len(json.loads(path.read_text())) == 1
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"a": 1}', '{"a": ["form"]}', '{"a": ["form", [["numpy"]]]}', '{"a": ["form", 3]}']
)
def test_a_damaged_file_is_as_none(path, damage):
    path.write_text(damage)
    assert parses.read(path) == {}


def test_without_a_folder_of_snakemake_nothing_is_kept(tmp_path):
    made = Parses(tmp_path / ".snakemake" / "parses.json")
    made.found(b"text", lambda: ONE)
    made.write()
    assert list(tmp_path.iterdir()) == []

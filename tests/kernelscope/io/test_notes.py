"""The notes of a job: how they read, and that they are kept for its manifest."""

import json

import pytest

from kernelscope.io import files, manifest, notes
from kernelscope.io.notes import Note

FILES = Note("left_out", "files", 1200, 1300, "unreadable")
GUESS = Note("assumed", "settings", 2, 6, "colors: gray, invert: true")
MADE_BY = {"rule": "draw", "spec": {}, "code": "0123abcd", "software": {}}


@pytest.fixture(autouse=True)
def kept(monkeypatch) -> list[Note]:
    """Return the notes of this process, of which there are none at first."""
    monkeypatch.setattr(notes, "KEPT", [])
    monkeypatch.setattr(files, "READ", {})
    return notes.KEPT


def written(folder) -> str:
    """Write a manifest, and return its path."""
    manifest.write(folder / ".manifest" / "draw.json", MADE_BY, [])
    return folder / ".manifest" / "draw.json"


def test_a_note_is_a_sentence_with_its_kind_and_its_numbers():
    assert str(FILES) == "left out: 1,200 of 1,300 files: unreadable"
    assert str(GUESS) == "assumed: 2 of 6 settings: colors: gray, invert: true"


def test_a_note_is_printed_kept_and_read_from_the_manifest_again(kept, tmp_path, capsys):
    notes.keep([FILES, GUESS])
    assert capsys.readouterr().out == f"{FILES}\n{GUESS}\n"
    assert kept == notes.read(written(tmp_path)) == [FILES, GUESS]


def test_a_note_that_concerns_nothing_or_was_made_before_is_not_kept(kept, capsys):
    notes.keep([FILES, notes.beyond("kernels", 12, 12, "not drawn"), FILES])
    assert kept == [FILES]
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(("of", "most", "cut"), [(10, 4, 6), (4, 4, 0), (3, 4, 0), (1, 0, 1)])
def test_what_is_cut_and_what_is_left_add_up(of, most, cut):
    note = notes.beyond("kernels", of, most, "not drawn")
    assert (note.kind, note.count, note.of) == ("cut", cut, of)
    assert note.count + min(of, most) == of


def test_layers_are_left_out_where_they_do_not_fit_and_smaller_ones_behind_them_are_not():
    fitting, note = notes.within({"a": 3, "b": 9, "c": 5, "d": 1}, 8, "too large")
    assert fitting == ["a", "c"]
    assert str(note) == "left out: 2 of 4 layers: too large: b, d"
    assert notes.within({}, 8, "too large") == ([], Note("left_out", "layers", 0, 0, "too large: "))


def test_notes_of_several_jobs_are_sentences_each_with_the_number_of_its_jobs(tmp_path):
    notes.keep([GUESS])
    paths = [written(tmp_path / name) for name in "ab"]
    notes.keep([FILES])
    paths.append(written(tmp_path / "c"))
    assert notes.sentences(paths) == [
        "Assumed: 2 of 6 settings: colors: gray, invert: true (3 runs).",
        "Left out: 1,200 of 1,300 files: unreadable.",
    ]


NO_NOTES = [None, {}, "text", [1], [{}], [FILES._asdict() | {"more": 1}], [FILES._asdict() | {"kind": "lost"}]]
NO_NOTES += [[FILES._asdict() | {name: value}] for name, value in (("count", 1.5), ("of", True), ("text", None))]


@pytest.mark.parametrize("entries", NO_NOTES)
def test_what_are_no_notes_is_refused(tmp_path, entries):
    path = written(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"notes": entries}))
    assert manifest.read(path) is None
    with pytest.raises(ValueError, match=r"draw\.json is damaged"):
        notes.read(path)


def test_a_manifest_still_holds_whatever_its_notes_say(kept, tmp_path):
    notes.keep([FILES])
    path = written(tmp_path)
    kept.clear()
    assert manifest.still_holds(path, MADE_BY)

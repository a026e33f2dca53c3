import copy
import hashlib
import json
import platform
import shutil

import pytest

from kernelscope.io import files, manifest, notes

MADE_BY = {"rule": "draw", "spec": {"seed": 1, "decay": {"conv": 0.5}}, "code": "0123abcd", "software": {"numpy": "2"}}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Write the manifest of a figure in run/seed0 that was drawn from a file in its folder and a file in data/."""
    monkeypatch.setattr(files, "READ", {})
    monkeypatch.setattr(notes, "KEPT", [notes.Note("cut", "kernels", 6, 12, "not drawn")])
    folder = tmp_path / "results" / "run" / "seed0"
    folder.mkdir(parents=True)
    (tmp_path / "results" / "data").mkdir()
    for path, text in ((tmp_path / "results/data/images", "images"), (folder / "kernels", "kernels")):
        path.write_text(text)
        with files.opened(path):
            pass
    (folder / "picture.png").write_text("picture")
    manifest.write(folder / ".manifest" / "draw.json", MADE_BY, [folder / "picture.png"])
    return folder / ".manifest" / "draw.json"


def holds(made, made_by=MADE_BY) -> bool:
    """Return `still_holds` for a job whose arguments are the path of its figure and another path."""
    folder = made.parent.parent
    return manifest.still_holds(made, made_by, [folder / "picture.png", folder.parent / "kernels"])


def test_a_manifest_says_what_was_made_from_what_by_which_code(made):
    assert manifest.read(made) == MADE_BY | {
        "python": platform.python_version(),
        "inputs": {"../../data/images": sha256("images"), "kernels": sha256("kernels")},
        "outputs": {"picture.png": {"sha256": sha256("picture"), "bytes": 7}},
        "notes": [{"kind": "cut", "item": "kernels", "count": 6, "of": 12, "text": "not drawn"}],
    }
    assert [path.name for path in made.parent.iterdir()] == ["draw.json"]


def test_a_manifest_is_sorted_json_that_a_person_can_read(made):
    text = made.read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def test_two_manifests_of_the_same_are_equal_byte_for_byte(made):
    text = made.read_bytes()
    manifest.write(made, dict(reversed(MADE_BY.items())), [made.parent.parent / "picture.png"])
    assert made.read_bytes() == text


def test_a_folder_that_moves_with_its_data_stays_true(made, tmp_path):
    shutil.move(tmp_path / "results", tmp_path / "elsewhere")
    moved = tmp_path / "elsewhere" / "run" / "seed0"
    assert holds(moved / ".manifest" / "draw.json")
    assert manifest.maker(moved / "picture.png")[0] == moved / ".manifest" / "draw.json"
    assert str(tmp_path) not in (moved / ".manifest" / "draw.json").read_text()


def test_the_maker_of_a_file_is_the_manifest_that_names_it(made):
    folder = made.parent.parent
    manifest.write(made.with_name("another.json"), MADE_BY | {"rule": "another"}, [folder / "kernels"])
    (made.parent / "broken.json").write_text("{")
    assert manifest.maker(folder / "picture.png") == (made, manifest.read(made))
    assert manifest.maker(folder / "kernels")[1]["rule"] == "another"
    assert manifest.maker(folder / "unknown") is None
    assert manifest.maker(folder.parent / "no folder" / "picture.png") is None


@pytest.mark.parametrize(
    ("text", "change"),
    [("picture", ""), ("pictur", "truncated"), ("", "truncated"), ("pictures", "edited"), ("PICTURE", "edited")],
)
def test_a_file_is_as_it_was_made_or_truncated_or_edited(made, text, change):
    path, entry = made.parent.parent / "picture.png", manifest.read(made)["outputs"]["picture.png"]
    path.write_text(text)
    assert manifest.change(path, entry) == change


def test_a_file_that_is_not_there_or_a_folder_is_missing(made):
    path, entry = made.parent.parent / "picture.png", manifest.read(made)["outputs"]["picture.png"]
    path.unlink()
    assert manifest.change(path, entry) == "missing"
    path.mkdir()
    assert manifest.change(path, entry) == "missing"


def test_what_is_there_still_holds_and_with_anything_else_it_does_not(made):
    assert holds(made, copy.deepcopy(MADE_BY))
    for key, other in (
        ("rule", "another"),
        ("spec", {"seed": 2, "decay": {"conv": 0.5}}),
        ("code", "0123abce"),
        ("software", {"numpy": "3"}),
    ):
        assert not holds(made, MADE_BY | {key: other}), key


@pytest.mark.parametrize("path", ["picture.png", "kernels", "../../data/images"])
@pytest.mark.parametrize("how", ["edited", "gone", "a folder"])
def test_it_does_not_hold_after_any_of_its_files_has_changed(made, path, how):
    path = made.parent.parent / path
    path.unlink()
    if how != "gone":
        path.mkdir() if how == "a folder" else path.write_text("KERNELS")
    assert not holds(made)


def test_it_does_not_hold_for_a_job_that_is_to_write_elsewhere(made):
    folder = made.parent.parent
    shutil.copy(folder / "picture.png", folder / "another.png")
    assert not manifest.still_holds(made, MADE_BY, [folder / "another.png", folder / "kernels"])
    assert not manifest.still_holds(made, MADE_BY, [])


def test_an_artifact_is_intact_as_long_as_it_is_as_its_manifest_says(made):
    folder = made.parent.parent
    assert manifest.is_intact(folder / "picture.png")
    assert not manifest.is_intact(folder / "kernels")
    (folder / "picture.png").write_text("PICTURE")
    assert not manifest.is_intact(folder / "picture.png")


def test_without_a_manifest_nothing_holds(made):
    made.write_text(made.read_text()[:-9])
    assert not holds(made)
    made.unlink()
    assert not holds(made)


def test_a_link_to_a_manifest_is_that_manifest(made, tmp_path):
    """Snakemake's cache makes such links."""
    (tmp_path / "cached").write_text(made.read_text())
    made.unlink()
    made.symlink_to(tmp_path / "cached")
    assert holds(made)

import hashlib
import json
from pathlib import Path

import pytest

from experiment.provenance import trace
from kernelscope.io import files, manifest


def job(rule, folder, outputs, inputs=(), spec=None):
    """Write files as a job leaves them: each output contains its own name."""
    paths = [Path(folder, name) for name in outputs]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    files.READ.clear()
    files.READ.update({Path(path).absolute(): files.digest_of(path) for path in inputs})
    made_by = {"rule": rule, "spec": spec or {"seed": 0}, "code": "c0de", "software": {"numpy": "2.4", "torch": "2.13"}}
    manifest.write(Path(folder, ".manifest", f"{rule}.json").absolute(), made_by, [path.absolute() for path in paths])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make images, a training on them, and a figure of the training."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "READ", {})
    job("make", "data", ["images"], spec={"noise": 0.1, "dataset": "waves"})
    job("train", "runs/a", ["snapshots", "run.json"], ["data/images"])
    Path("runs/colors.txt").write_text("gray")
    job("draw", "runs/a", ["picture"], ["runs/a/snapshots", "runs/a/run.json", "runs/colors.txt"])
    return tmp_path


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def lines(path: str) -> list[str]:
    return list(trace.chain(Path(path)))


VERSIONS = "numpy 2.4, torch 2.13"


def test_a_file_is_traced_through_all_jobs_to_its_config_each_told_once(folder):
    assert lines("runs/a/picture") == [
        f"runs/a/picture  sha256 {sha256('picture')}, as it was made",
        f"  made by draw, code c0de, {VERSIONS}",
        '  as {"seed": 0}',
        "  from runs/colors.txt  not made by a job with a manifest",
        f"  from runs/a/run.json  sha256 {sha256('run.json')}, as it was made",
        f"    made by train, code c0de, {VERSIONS}",
        '    as {"seed": 0}',
        f"    from data/images  sha256 {sha256('images')}, as it was made",
        f"      made by make, code c0de, {VERSIONS}",
        '      as {"dataset": "waves", "noise": 0.1}',
        f"  from runs/a/snapshots  sha256 {sha256('snapshots')}, as it was made",
        "    made by train: see above",
    ]


def line_about(path: str, traced: str = "runs/a/picture") -> str:
    (line,) = {line.strip() for line in lines(traced) if f"{path}  " in line}
    return line.removeprefix("from ")


@pytest.mark.parametrize(
    ("text", "state"),
    [("SNAPSHOTS", "EDITED since"), ("snap", "TRUNCATED since"), ("snapshots and more", "EDITED since")],
)
def test_a_file_that_was_changed_since_is_said_to_be(folder, text, state):
    Path("runs/a/snapshots").write_text(text)
    assert line_about("runs/a/snapshots") == f"runs/a/snapshots  sha256 {sha256('snapshots')}, {state}"
    assert line_about("runs/a/picture").endswith("as it was made")


def test_a_file_that_is_gone_is_said_to_be_missing(folder):
    for path in ("runs/a/snapshots", "runs/a/picture", "runs/colors.txt"):
        Path(path).unlink()
    assert line_about("runs/a/snapshots") == f"runs/a/snapshots  sha256 {sha256('snapshots')}, MISSING"
    assert line_about("runs/a/picture") == f"runs/a/picture  sha256 {sha256('picture')}, MISSING"
    assert line_about("runs/colors.txt") == "runs/colors.txt  MISSING, not made by a job with a manifest"


def test_a_file_of_which_another_one_was_read_is_said_to_be(folder):
    path = Path("data/.manifest/make.json")
    entry = json.loads(path.read_text())
    entry["outputs"]["images"]["sha256"] = "0" * 64
    path.write_text(json.dumps(entry))
    assert line_about("data/images") == f"data/images  sha256 {'0' * 16}, EDITED since, ANOTHER one was read"


def test_a_copied_folder_is_traced_where_it_is(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    for name in ("data", "runs"):
        Path(name).rename(tmp_path / "elsewhere" / name)
    found = lines(str(tmp_path / "elsewhere/runs/a/run.json"))
    assert found[3].startswith(f"  from {tmp_path}/elsewhere/data/images  sha256 {sha256('images')}, as it was made")


def test_jobs_that_name_one_another_in_a_circle_are_told_once(folder):
    job("make", "data", ["images"], ["runs/a/run.json"])
    found = lines("runs/a/run.json")
    assert found[-1] == "      made by train: see above"
    assert len(found) == 8


@pytest.mark.parametrize("path", ["runs/colors.txt", "missing", "runs", "runs/a/.manifest/draw.json"])
def test_a_file_that_no_manifest_names_cannot_be_traced(folder, path):
    with pytest.raises(ValueError, match=f"{path}: got no manifest beside it that names it"):
        lines(path)


def test_of_a_damaged_manifest_nothing_is_known(folder):
    Path("runs/a/.manifest/train.json").write_text("{")
    assert line_about("runs/a/run.json") == "runs/a/run.json  not made by a job with a manifest"


def test_every_artifact_of_an_experiment_leads_to_its_dataset(smoke, monkeypatch):
    monkeypatch.chdir(smoke.folder)
    kinds = ("*.png", "*.npz", "*.json", "*.mp4", "*.gif", "matches.csv", "summary.csv", "findings.md")
    found = [path for kind in kinds for path in Path("results/smoke").rglob(kind) if path.parent.name != ".manifest"]
    assert len(found) == 55 + 25 + 4 + 4 + 4 + 2 + 2 + 1 + 1
    for path in found:
        text = "\n".join(trace.chain(path))
        assert text.count("made by make_dataset, code ") == 1
        assert '"image_size": [48, 48]' in text
        assert not {"EDITED", "TRUNCATED", "MISSING", "ANOTHER"} & set(text.split())

import json

import pytest
import write_notes
from default_config import CONFIG

from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs
from kernelscope.io import csv_files, files, manifest, notes
from kernelscope.io.notes import Note

RUN = "runs/{dataset}/{arch}/seed{seed}"
SPEC = {
    "jobs": [
        ["read", "data/{dataset}", [{"dataset": ["photos"]}]],
        ["draw", RUN, [{"arch": [arch], "dataset": ["photos"], "seed": ["0", "10"]} for arch in ("deep", "flat")]],
        ["write_summary", "", [{}]],
    ]
}
LOST, CUT = Note("left_out", "files", 2, 9, 'damaged: "a, b".png'), Note("cut", "kernels", 6, 12, "not drawn")


def leave(folder, rule: str, *kept: Note) -> None:
    """Write the manifest of a job with these notes."""
    notes.KEPT[:] = kept
    made_by = {"rule": rule, "spec": {}, "code": "0", "software": {}}
    manifest.write(folder / manifest.FOLDER / f"{rule}.json", made_by, [])


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Return a folder with the manifests of all jobs, of which two have notes."""
    monkeypatch.setattr(notes, "KEPT", [])
    monkeypatch.setattr(files, "READ", {})
    leave(tmp_path / "data/photos", "read", LOST)
    for arch in ("deep", "flat"):
        for seed in (0, 10):
            leave(tmp_path / f"runs/photos/{arch}/seed{seed}", "draw", *[CUT] * (seed == 10))
    leave(tmp_path, "write_summary")
    return tmp_path


def test_each_note_has_a_row_with_its_job_in_the_order_of_the_jobs(results):
    write_notes.write_notes(SPEC, str(results), str(results / "notes.csv"))
    rows = csv_files.read_csv(results / "notes.csv")
    assert list(rows[0]) == list(notes.COLUMNS)
    assert [(row["rule"], row["dataset"], row["arch"], row["seed"]) for row in rows] == [
        ("read", "photos", "", ""),
        *(("draw", "photos", arch, "10") for arch in ("deep", "flat")),
    ]
    assert {name: rows[0][name] for name in Note._fields} == LOST._asdict() | {"count": "2", "of": "9"}


def test_files_that_no_run_has_are_the_last_row_and_a_note_of_its_own(results):
    notes.KEPT.clear()
    unread = {"photos": {"count": 2, "of": 9, "names": "a.txt, b.txt"}, "others": {"count": 0, "of": 4, "names": ""}}
    write_notes.write_notes(SPEC | {"unread": unread}, str(results), str(results / "notes.csv"))
    row = csv_files.read_csv(results / "notes.csv")[-1]
    assert (row["rule"], row["dataset"], row["kind"], row["count"], row["of"]) == (
        *("write_notes", "photos", "left_out", "2", "9"),
    )
    assert row["text"] == "their names do not fit the pattern: a.txt, b.txt"
    assert [note.count for note in notes.KEPT] == [2]


def test_the_manifests_of_all_jobs_are_its_inputs(results):
    write_notes.write_notes(SPEC, str(results), str(results / "notes.csv"))
    assert len(files.READ) == 1 + 4 + 1


def test_a_job_without_a_manifest_is_an_error(results):
    (results / "data/photos/.manifest/read.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"read\.json"):
        write_notes.write_notes(SPEC, str(results), str(results / "notes.csv"))


def test_the_jobs_of_an_experiment_are_all_but_its_own_and_that_of_the_cost():
    experiment = Experiment(CONFIG)
    spec = json.loads(experiment.spec("write_notes", {}))
    listed = {(rule, *sorted(wildcards.items())) for rule, _, wildcards in write_notes.jobs(spec)}
    every = {(job.rule, *sorted(job.wildcards.items())) for job in jobs(experiment)}
    assert listed == {job for job in every if job[0] not in ("write_notes", "write_cost")}

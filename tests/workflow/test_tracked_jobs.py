"""Jobs with a manifest: its content, and two jobs that make the same files."""

import platform

import pytest
from job_folder import MANIFEST, Folder

from kernelscope.io import cli, locks, manifest, records, usage

DONE = (0, "working\n", "")
MEANWHILE = (0, "another process finished this job in the meantime\n", "")


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path)
    yield folder
    folder.end()


def test_a_job_writes_a_manifest_of_what_it_read_and_wrote(folder):
    assert folder.run(spec='{"a": [1, 2]}') == DONE
    assert folder.left() == {"out/t.csv", MANIFEST}
    content = manifest.read(folder.path / MANIFEST)
    made_by = {"rule": "do_it", "spec": {"a": [1, 2]}, "code": "c0de", "software": {"numpy": "2"}}
    assert content == made_by | {
        "python": platform.python_version(),
        "notes": [],
        "inputs": {"../in.txt": manifest.identity(folder.path / "in.txt")["sha256"]},
        "outputs": {"t.csv": manifest.identity(folder.path / "out/t.csv")},
    }


def test_without_a_manifest_there_is_neither_lock_nor_key(folder):
    assert folder.run(manifest=None) == DONE
    assert folder.left() == {"out/t.csv"}
    assert (folder.path / "out/t.csv").read_text() == "CONTENT"


def test_the_key_follows_from_spec_code_and_software_and_from_no_path(folder):
    def key(name, **options):
        assert folder.run(table=f"{name}/t.csv", manifest=f"{name}/.manifest/do_it.json", **options) == DONE
        return (folder.path / name / "t.csv").read_text().removeprefix("CONTENT")

    first = key("a")
    assert len(first) == 64
    assert int(first, 16) >= 0
    (folder.path / "in.txt").write_text("CONTENT")
    assert key("b", spec=" { } ", in_file=str(folder.path / "in.txt")) == first
    others = {key("c", spec='{"a": 1}'), key("d", code="c0d3"), key("e", software='{"numpy": "3"}'), first}
    assert len(others) == 4


def test_the_key_is_no_option_and_code_and_software_may_be_left_out(folder):
    status, _, err = folder.run(key="x")
    assert (status, err.splitlines()[-1]) == (2, "do_it.py: error: unrecognized arguments: --key x")
    status, _, err = folder.run(software="{")
    assert (status, err.splitlines()[-1]) == (2, "do_it.py: error: argument --software: invalid spec value: '{'")
    assert folder.run(code=None, software=None) == DONE
    content = manifest.read(folder.path / MANIFEST)
    assert (content["code"], content["software"]) == ("", {})


def test_a_job_whose_work_is_there_already_does_nothing_until_something_differs(folder):
    assert folder.run() == DONE
    before = (folder.path / "out/t.csv").stat()
    assert folder.run() == MEANWHILE
    assert (folder.path / "out/t.csv").stat() == before
    assert folder.run(code="other") == DONE
    (folder.path / "in.txt").write_text("edited")
    assert folder.run(code="other") == DONE
    (folder.path / "out/t.csv").write_text("edited")
    assert folder.run(code="other") == DONE
    assert (folder.path / "out/t.csv").read_text().startswith("EDITED")


def test_work_under_another_name_is_not_there_already(folder):
    assert folder.run() == DONE
    assert folder.run(table="out/other.csv") == DONE
    assert (folder.path / "out/other.csv").exists()


def test_a_job_that_fails_leaves_neither_lock_nor_manifest_not_even_an_old_one(folder):
    assert folder.run() == DONE
    status, _, err = folder.run(spec='{"fail": true}')
    assert (status, err) == (1, "do_it.py: it failed\n")
    assert folder.left() == {"out/t.csv"}


def test_a_bug_has_a_traceback_unless_an_input_was_changed_after_its_job(folder):
    made_by = {"rule": "make", "spec": {}, "code": "", "software": {}}
    manifest.write(folder.path / ".manifest/make.json", made_by, [folder.path / "in.txt"])
    status, _, error = folder.run(spec='{"bug": true}')
    assert (status, error.splitlines()[0]) == (1, "Traceback (most recent call last):")
    assert error.endswith("\nTypeError: a bug\n")
    (folder.path / "in.txt").write_text("edited")
    status, _, error = folder.run(spec='{"bug": true}')
    assert (status, error) == (
        1,
        f"do_it.py: {folder.path}/in.txt is not the file that its job wrote (TypeError: a bug)\n",
    )


def test_a_job_that_another_process_does_meanwhile_is_not_done_again(folder):
    first = folder.holding()
    second = folder.waiting(first)
    folder.go()
    assert folder.ended(first) == (0, "", "")
    assert folder.ended(second) == MEANWHILE
    assert folder.left() == {"out/t.csv", MANIFEST}


def test_a_job_that_another_process_does_with_other_settings_is_done_after_it(folder):
    first = folder.holding()
    second = folder.waiting(first, spec="{}")
    folder.go()
    assert folder.ended(second) == DONE
    assert manifest.read(folder.path / MANIFEST)["spec"] == {}


def test_a_job_that_another_process_was_killed_at_is_done(folder):
    first = folder.holding()
    second = folder.waiting(first)
    first.kill()
    assert second.stdout.readline() == "working\n"
    folder.go()
    assert folder.ended(second) == (0, "", "")
    assert folder.left() == {"out/t.csv", MANIFEST}


@pytest.mark.parametrize("made_before", [False, True])
def test_the_cost_of_a_job_is_written_while_it_holds_the_lock(tmp_path, monkeypatch, made_before):
    """Check the lock, without which two jobs that make the same files could delete each other's half-written table."""
    held = []
    monkeypatch.setattr(usage, "write", lambda path, since: held.append(locks.taken(tmp_path / ".manifest/do_it.lock")))
    provenance = {"manifest": [str(tmp_path / ".manifest/do_it.json")], "code": "", "software": {}, "usage": "t.tsv"}
    arguments = {"spec": {}, "table": str(tmp_path / "t.csv")}
    for _ in range(1 + made_before):
        cli.tracked(lambda spec, table: records.write_text(table, "x"), arguments, "do_it", provenance, usage.now())
    assert held == [True] * (1 + made_before)

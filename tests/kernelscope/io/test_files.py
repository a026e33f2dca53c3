import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from projects import ROOT

from kernelscope.io import files

SCRIPTS = ROOT / "workflow" / "scripts"


@pytest.fixture(autouse=True)
def journal(monkeypatch):
    """Give every test an empty journal."""
    monkeypatch.setattr(files, "READ", {})
    monkeypatch.setattr(files, "WRITTEN", set())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_block_that_ends_well_puts_the_file_in_place_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "new" / "folder" / "a.txt"
    with files.atomic(target) as temporary:
        temporary.write_text("content")
        assert not target.exists()
        assert temporary.parent == target.parent
        assert temporary.suffix == ".txt"
    assert target.read_text() == "content"
    assert list(target.parent.iterdir()) == [target]


def test_an_exception_inside_leaves_the_old_file_and_no_temporary(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError, match="half way"), files.atomic(target) as temporary:
        temporary.write_text("half of the n")
        raise RuntimeError("half way")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_inside_leaves_no_file_where_none_was(tmp_path, end):
    with pytest.raises(end), files.atomic(tmp_path / "a.txt") as temporary:
        temporary.write_text("half")
        raise end
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_writes_nothing_is_an_error_and_leaves_the_old_file(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(FileNotFoundError), files.atomic(target):
        pass
    assert target.read_text() == "old"
    assert not files.WRITTEN


def test_the_content_is_on_the_disk_before_it_takes_its_name(tmp_path, monkeypatch):
    target, seen = tmp_path / "a.txt", []

    def fsync(descriptor):
        seen.append((os.fstat(descriptor).st_ino, os.fstat(descriptor).st_size, target.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    with files.atomic(target) as temporary:
        temporary.write_text("content")
    assert seen == [(target.stat().st_ino, 7, False)]


def test_what_a_killed_process_left_is_overwritten(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    killed = f"""
import os, signal, sys
sys.path.insert(0, {str(SCRIPTS)!r})
from kernelscope.io import files
with files.atomic({str(target)!r}) as temporary:
    temporary.write_text("half of something long")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-S", "-E", "-c", killed], check=False)
    assert done.returncode == -signal.SIGKILL
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", ".a.part.txt"}
    assert target.read_text() == "old"
    with files.atomic(target) as temporary:
        assert temporary.name == ".a.part.txt"
        temporary.write_text("new")
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_without_a_suffix_and_one_with_two_have_temporaries_of_their_own(tmp_path):
    for name, expected in (("a", ".a.part"), ("a.tar.gz", ".a.tar.part.gz"), ("a.png", ".a.part.png")):
        with files.atomic(tmp_path / name) as temporary:
            assert temporary.name == expected
            temporary.write_text(name)
    assert {path.name for path in tmp_path.iterdir()} == {"a", "a.tar.gz", "a.png"}


def test_a_link_is_replaced_and_what_it_points_to_stays(tmp_path):
    kept, link = tmp_path / "kept.txt", tmp_path / "link.txt"
    kept.write_text("old")
    link.symlink_to(kept)
    with files.atomic(link) as temporary:
        temporary.write_text("new")
    assert not link.is_symlink()
    assert (kept.read_text(), link.read_text()) == ("old", "new")


def test_the_journal_has_the_absolute_path_and_digest_of_what_was_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_bytes(b"content")
    with files.opened("a.txt") as handle:
        assert handle.read() == b"content"
    assert dict(files.READ) == {tmp_path / "a.txt": sha256(b"content")}
    assert not files.WRITTEN


def test_the_journal_has_the_digest_of_what_was_read_last(tmp_path):
    path = tmp_path / "a.txt"
    for content in (b"first", b"second"):
        path.write_bytes(content)
        with files.opened(path) as handle:
            path.unlink()  # whatever becomes of the name while it is open
            assert handle.read() == content
    assert dict(files.READ) == {path: sha256(b"second")}


def test_a_file_that_cannot_be_read_is_named_and_not_in_the_journal(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.txt"), files.opened(tmp_path / "missing.txt"):
        pass
    assert not files.READ


def test_the_journal_has_the_absolute_path_of_what_was_written_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with files.atomic("a.txt") as temporary:
        temporary.write_text("content")
        assert not files.WRITTEN
    with pytest.raises(RuntimeError), files.atomic("b.txt") as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert list(files.WRITTEN) == [tmp_path / "a.txt"]
    assert not files.READ


def test_a_digest_is_the_sha256_of_the_whole_file_from_wherever_it_stands(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with path.open("rb") as handle:
        handle.read(2)
        assert files.digest(handle) == expected
        assert handle.read() == b"abc"
    assert files.digest_of(path) == files.digest_of(str(path)) == expected
    large = bytes(range(256)) * 5000
    path.write_bytes(large)
    assert files.digest_of(path) == sha256(large)

import hashlib
import json
import os
import subprocess
import sys
import time

import pytest
from projects import ROOT

from experiment.plan import hash_cache
from kernelscope.io import files

LONG_AGO = time.time_ns() - 3600 * 10**9


@pytest.fixture
def reads(monkeypatch):
    """Return the list of files that were read to be hashed."""
    found = []
    plain = files.digest_of
    monkeypatch.setattr(files, "digest_of", lambda path: found.append(path.name) or plain(path))
    return found


@pytest.fixture
def later(monkeypatch):
    """Set the clock forward by an hour, so that files made now count as settled."""
    plain = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: plain() + 3600 * 10**9)


def made(folder, content=b"kernels", name="a.pt"):
    path = folder / name
    path.write_bytes(content)
    return path


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def remembered(folder):
    return hash_cache.Book(folder / "own" / "digests.json")


def test_it_is_the_sha256_of_the_content(tmp_path):
    assert remembered(tmp_path).digest(made(tmp_path, b"abc")) == sha256(b"abc")


def test_a_file_is_read_once_and_known_to_the_next_process(tmp_path, reads, later):
    path, first = made(tmp_path), remembered(tmp_path)
    assert first.digest(path) == first.digest(path) == sha256(b"kernels")
    first.save()
    assert remembered(tmp_path).digest(path) == sha256(b"kernels")
    assert reads == ["a.pt"]


@pytest.mark.parametrize("change", ["touched", "edited", "edited with the old date", "replaced"])
def test_it_is_read_again_where_anything_of_it_is_another(tmp_path, reads, later, change):
    path, first = made(tmp_path), remembered(tmp_path)
    before = path.stat()
    assert first.digest(path) == sha256(b"kernels")
    content = b"kernels" if change == "touched" else b"colonel"
    if change == "touched":
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
    else:
        target = made(tmp_path, content, "b.pt") if change == "replaced" else path
        target.write_bytes(content)
        if change == "edited with the old date":
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        target.replace(path)
    assert first.digest(path) == sha256(content)
    assert len(reads) == 2


def test_one_that_has_just_changed_is_not_remembered(tmp_path, reads):
    path, first = made(tmp_path), remembered(tmp_path)
    os.utime(path, ns=(LONG_AGO, LONG_AGO))  # its ctime is now
    first.digest(path), first.digest(path)
    first.save()
    assert len(reads) == 2
    assert not first.path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a": 1}', "[" * 100_000, b"\xff\xfe".decode("latin-1")])
def test_a_damaged_book_is_as_none_and_is_written_anew(tmp_path, later, text):
    path = made(tmp_path)
    remembered(tmp_path).path.parent.mkdir()
    remembered(tmp_path).path.write_text(text, encoding="latin-1")
    first = remembered(tmp_path)
    assert first.digest(path) == sha256(b"kernels")
    first.save()
    assert list(json.loads(first.path.read_text())) == [str(path)]


@pytest.mark.parametrize("wrong", ["7", None, True, "0" * 63, "Z" * 64])
def test_an_entry_that_is_none_is_not_believed(tmp_path, later, wrong):
    path, first = made(tmp_path), remembered(tmp_path)
    first.path.parent.mkdir()
    first.path.write_text(json.dumps({str(path): [*hash_cache.identity(path), wrong], "other": [wrong]}))
    assert remembered(tmp_path).digest(path) == sha256(b"kernels")


def test_what_another_process_wrote_meanwhile_stays(tmp_path, later):
    a, b = made(tmp_path, b"a", "a.pt"), made(tmp_path, b"b", "b.pt")
    first, second = remembered(tmp_path), remembered(tmp_path)
    first.digest(a), second.digest(b)
    first.save(), second.save()
    assert set(remembered(tmp_path).known) == {str(a), str(b)}


def test_without_a_place_for_the_book_it_goes_without(tmp_path, later):
    path = made(tmp_path)
    (tmp_path / "own").write_text("a file where the folder would be")
    first = remembered(tmp_path)
    assert first.digest(path) == sha256(b"kernels")
    first.save()


def test_a_missing_file_is_an_oserror_that_names_it(tmp_path):
    with pytest.raises(OSError, match="missing"):
        remembered(tmp_path).digest(tmp_path / "missing.pt")


def test_the_book_of_a_process_is_saved_in_its_working_folder_as_it_ends(tmp_path):
    path = made(tmp_path)
    code = (
        "import time; plain = time.time_ns; time.time_ns = lambda: plain() + 3600 * 10**9\n"
        "from experiment.plan import hash_cache as digests; print(digests.digest('a.pt'))"
    )
    places = os.pathsep.join(str(ROOT / place) for place in ("workflow", "workflow/scripts"))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": places},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == sha256(b"kernels"), done.stderr
    assert list(json.loads((tmp_path / hash_cache.REMEMBERED).read_text())) == [str(path)]

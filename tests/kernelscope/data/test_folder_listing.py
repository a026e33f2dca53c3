"""What a folder of pictures holds, by folders and by tables, and hostile ones: names, links, pipes, tables."""

import inspect
import os
import sys
import unicodedata
from pathlib import Path

import pytest

from kernelscope.data import folder_listing
from kernelscope.data.folder_listing import Entry, listing

PLAIN = ("cat/1.png", "cat/2.JPG", "cat/young/3.webp", "dog/1.png", "dog/2.tiff")


def made(root: Path, *names: str | bytes) -> Path:
    """A folder with files that nobody reads."""
    for name in names:
        path = Path(os.fsdecode(os.fsencode(root) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


@pytest.fixture
def root(tmp_path):
    return made(tmp_path / "pictures", *PLAIN)


def files(found) -> list[str]:
    return [entry.file for entry in found.entries]


def refused(root, table=None) -> str:
    """The line that says why."""
    with pytest.raises(ValueError, match=r".") as error:
        listing(str(root), table and str(table))
    assert len(str(error.value).splitlines()) == 1
    return str(error.value).replace(str(root.parent), "")


def problems(root, table=None) -> dict[str, str]:
    return dict(listing(str(root), table and str(table)).problems)


def test_each_folder_is_a_class_with_all_pictures_below_it(root):
    found = listing(str(root))
    assert files(found) == list(PLAIN)
    assert [entry.label for entry in found.entries] == ["cat"] * 3 + ["dog"] * 2
    assert {entry.split for entry in found.entries} == {None}
    assert found.classes == ["cat", "dog"]
    assert found[1:] == ([], [])


def test_train_and_test_are_the_splits_if_there_is_nothing_else(tmp_path):
    root = made(tmp_path / "p", "train/cat/1.png", "train/dog/1.png", "test/cat/deep/9.png", "test/dog/2.png")
    entries = listing(str(root)).entries
    assert entries[0] == Entry("test/cat/deep/9.png", "cat", "test")
    assert [(entry.label, entry.split) for entry in entries] == [
        (c, s) for s in ("test", "train") for c in ("cat", "dog")
    ]
    made(root, "cat/1.png")
    assert "/p holds cat, test, train; allowed: train and test, or a folder for each class" in refused(root)


def test_the_order_is_that_of_the_names_not_of_the_file_system(root, monkeypatch):
    expected, whole = listing(str(root)), Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: sorted(whole(path), reverse=True))
    assert listing(str(root)) == expected


def test_what_is_no_picture_by_its_name_is_left_aside_and_what_is_hidden_is_not_there(root):
    made(root, "notes.txt", "cat/Thumbs.db", "a.png", ".hidden.png", "cat/.1.png", ".git/x/y.png", "cat/no_suffix")
    found = listing(str(root))
    assert files(found) == list(PLAIN)
    assert found.ignored == ["a.png", "cat/Thumbs.db", "cat/no_suffix", "notes.txt"]


def test_a_class_without_pictures_is_told(root):
    made(root, "bird/1.heic")
    (root / "fish").mkdir()
    assert problems(root) == {"bird": "holds no picture", "fish": "holds no picture"}


NAMES = [  # what a person may call a picture
    *("a b.png", "ä.png", "a\u0308.png", "日本.png", 'it\'s "x".png', "$(x) `y`;&|*?.png", "<b>.png", "-rf.png"),
    *("Screen 1.02.03\u202fPM.png", "a\u00a0b.png", "\u3000.x.png", "\u0645\u06cc\u200c\u062e.png", "%s{seed}.png"),
    *("\U0001f468\u200d\U0001f469.png", "\\n.png", "x" * 251 + ".png", "a.PNG", "a.b.c.Jpeg"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_may_be_called_anything_that_can_be_seen(root, name):
    made(root, f"cat/{name}", f"cat/{name[:60]}_/1.png")
    found = listing(str(root))
    assert not found.problems
    assert set(files(found)) - set(PLAIN) == {f"cat/{name}", f"cat/{name[:60]}_/1.png"}


UNSEEN = (b"a\nb.png", b"a\x1b[31m.png", b"\xff\xfe.png", "\u202egnp.png".encode(), b"a\rb.png", "\u2028.png".encode())


@pytest.mark.parametrize("name", UNSEEN)
@pytest.mark.parametrize("place", [b"cat/%s", b"cat/%s/1.png"])
def test_a_name_that_cannot_be_printed_is_told_and_printed(root, name, place):
    made(root, place % name)
    (told,) = problems(root).items()
    assert told[1] == "has a name that is no text"
    assert told[0].isprintable()


@pytest.mark.parametrize("name", [*UNSEEN, "x" * 65, "\u3000\u00a0", "\u200d", "\u3164"])
def test_a_class_has_a_name_that_can_be_seen_and_is_short(root, name):
    made(root, os.fsencode(name) + b"/1.png")
    assert "; allowed: a name of at most 64 letters" in refused(root)
    assert refused(root).isprintable()


ALIKE = [
    *(("Cat", "cat"), ("cat ", "cat"), ("a  b", "a b"), ("a\u00a0b", "a b"), ("straße", "STRASSE"), ("Σ", "ς")),
    *((unicodedata.normalize("NFC", "né"), unicodedata.normalize("NFD", "né")), ("ｃat", "cat"), ("ﬁsh", "fish")),
    *(("x²", "x2"), ("ca\u200dt", "cat"), ("❤\ufe0f", "❤"), ("c\u034fat", "cat"), ("İ", "i̇"), ("Ⅳ", "iv")),
]


@pytest.mark.parametrize("pair", ALIKE)
def test_no_two_classes_may_be_taken_for_each_other(tmp_path, pair):
    root = made(tmp_path / "p", *(f"{name}/1.png" for name in (*pair, "other")))
    assert "/p: found the classes '" in refused(root)
    assert refused(root).endswith("; allowed: names that differ in letters")


@pytest.mark.parametrize("pair", [("cat", "cats"), ("a b", "ab"), ("é", "e"), ("1", "01"), ("a-b", "a_b")])
def test_classes_that_differ_are_classes(tmp_path, pair):
    assert listing(str(made(tmp_path / "p", *(f"{name}/1.png" for name in pair)))).classes == sorted(pair)


def test_a_name_given_twice_is_two_classes_that_nobody_can_tell_apart():
    with pytest.raises(ValueError, match="found the classes 'cat' and 'cat'"):
        folder_listing.check_classes(["".join("cat"), "dog", "".join(["c", "at"])], "x.npz")


def links(root: Path) -> None:
    """Every way in which a link can lead astray, and one that is right."""
    outside = made(root.parent / "outside", "1.png", "deep/2.png")
    for name, target in {
        "out.png": outside / "1.png",
        "away.png": "../../outside/1.png",
        "folder_out": outside,
        "round.png": "round.png",
        "there.png": "back.png",
        "back.png": "there.png",
        "up": "..",
        "nowhere.png": "nothing",
        "folder.png": "../dog",
        "device.png": "/dev/zero",
        "fine.png": "../dog/1.png",
    }.items():
        (root / "cat" / name).symlink_to(target)
    os.mkfifo(root / "cat/pipe.png")


def test_links_and_pipes_are_told_and_never_opened_nor_entered(root):
    links(root)
    found = listing(str(root))
    assert files(found) == sorted([*PLAIN, "cat/fine.png"])
    assert dict(found.problems) == {
        "cat/out.png": "is a link that leaves the folder",
        "cat/away.png": "is a link that leaves the folder",
        "cat/device.png": "is a link that leaves the folder",
        "cat/folder_out": "is a link to a folder",
        "cat/up": "is a link to a folder",
        "cat/folder.png": "is a link to a folder",
        "cat/round.png": "is a link that leads nowhere",
        "cat/there.png": "is a link that leads nowhere",
        "cat/back.png": "is a link that leads nowhere",
        "cat/nowhere.png": "is a link that leads nowhere",
        "cat/pipe.png": "is no file",
    }


def test_a_class_that_is_a_link_is_told(root):
    (root / "fish").symlink_to(made(root.parent / "outside", "1.png"))
    assert problems(root) == {"fish": "is a link to a folder"}


def test_the_folder_itself_may_be_a_link_and_a_way_with_dots(root, monkeypatch):
    (root.parent / "link").symlink_to(root)
    for way in ("link", "pictures/../pictures", "./link/", "link/../pictures/cat/.."):
        monkeypatch.chdir(root.parent)
        assert files(listing(way)) == list(PLAIN), way
        Path("t.csv").write_text("file,label\ncat/1.png,a\ndog/1.png,b\n")
        assert not listing(way, "t.csv").problems, way


def test_folders_may_be_deeper_than_calls(root):
    deep = root / "cat" / "/".join("d" * 400)
    deep.mkdir(parents=True)
    (deep / "1.png").write_bytes(b"x")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 150)
    try:
        assert len(listing(str(root)).entries) == len(PLAIN) + 1
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("name", ["nothing", "cat/1.png", "x" * 300, "a\0b", "a\nb"])
def test_what_is_no_folder_is_told(root, name):
    line = refused_line(root / name)
    assert "is no folder" in line or "cannot be read" in line


def refused_line(path) -> str:
    with pytest.raises(ValueError, match=r".") as error:
        listing(str(path))
    return str(error.value)


def test_a_folder_without_two_classes_is_told(tmp_path):
    assert refused(made(tmp_path / "p", "1.png", "2.png")) == "/p holds no pictures; allowed: two at least"
    assert refused(made(tmp_path / "p", "cat/1.png")) == "/p holds pictures of one class; allowed: two at least"


def test_a_folder_that_vanishes_while_it_is_listed_is_told(root, monkeypatch):
    def gone(path):
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(Path, "iterdir", gone)
    assert refused(root) == "/pictures cannot be read (No such file or directory)"


# Tables.


def tabled(root: Path, text: str | bytes) -> Path:
    path = root.parent / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


GOOD = {
    "plain": "file,label\ncat/1.png,a\ndog/1.png,b\n",
    "with a mark of its order": "\ufefffile,label\ncat/1.png,a\ndog/1.png,b\n",
    "of another system": "file,label\r\ncat/1.png,a\r\ndog/1.png,b\r\n",
    "in quotes": '"file","label"\n"cat/1.png","a"\n"dog/1.png","b"\n',
    "with other columns": "id,label,file,label2\n7,a,cat/1.png,x\n8,b,dog/1.png,y\n",
    "with spaces": "file,label\ncat/1.png, a\ndog/1.png,b \n",
    "without an end": "file,label\ncat/1.png,a\ndog/1.png,b",
    "with empty lines": "file,label\n\ncat/1.png,a\n\n\ndog/1.png,b\n\n",
    "by detours": "file,label\n./cat/../cat//1.png,a\ndog/./1.png,b\n",
    "in another order": "file,label\ndog/1.png,b\ncat/1.png,a\n",
}


@pytest.mark.parametrize("case", GOOD)
def test_a_table_says_the_classes_however_it_is_written(root, case):
    found = listing(str(root), str(tabled(root, GOOD[case])))
    assert found == ([Entry("cat/1.png", "a", None), Entry("dog/1.png", "b", None)], [], [])


def test_a_table_may_say_the_splits_and_give_whole_paths(root):
    table = tabled(root, f"file,label,split\n{root}/cat/1.png,a,train\ndog/1.png,b,test\n")
    assert listing(str(root), str(table)).entries == [Entry("cat/1.png", "a", "train"), Entry("dog/1.png", "b", "test")]


def test_names_with_commas_quotes_and_lines_are_files_if_they_can_be_seen(root):
    made(root, 'a, "b".png', "c\nd.png")
    table = tabled(root, 'file,label\n"a, ""b"".png",a\n"c\nd.png",b\ncat/1.png,b\n')
    found = listing(str(root), str(table))
    assert files(found) == ['a, "b".png', "cat/1.png"]
    assert found.problems == [("c\\nd.png", "has a name that is no text")]


BAD = {
    "nothing": ("", "found the columns nothing; needed: file and label"),
    "other columns": ("name,class\n1,2\n", "found the columns name, class; needed: file and label"),
    "semicolons": ("file;label\ncat/1.png;a\n", "found the columns file;label; needed"),
    "only a header": ("file,label\n", "holds no pictures"),
    "one class": ("file,label\ncat/1.png,a\ncat/2.JPG,a\n", "holds pictures of one class"),
    "no label": ("file,label\ncat/1.png\n", "line 2: found no label; allowed: one in each row"),
    "a label of spaces": ("file,label\ncat/1.png,  \n", "line 2: found no label"),
    "no file": ("file,label\n,a\n", "line 2: found no file"),
    "twice": ("file,label\ncat/1.png,a\n\ncat/./1.png,b\n", "line 4: found 'cat/./1.png' once more"),
    "a strange split": ("file,label,split\ncat/1.png,a,val\n", "line 2: found the split 'val'; allowed: train or test"),
    "half a split": ("file,label,split\ncat/1.png,a,train\ndog/1.png,b,\n", "found a split in some rows"),
    "alike": ("file,label\ncat/1.png,a\ndog/1.png,A\n", "found the classes 'A' and 'a'"),
    "an open quote": ('file,label\n"cat/1.png,a\n', "is no table of text ("),
    "no text": (b"file,label\n\xff\xfe,a\n", "is no table of text ("),
    "of two bytes a letter": ("file,label\ncat/1.png,a\n".encode("utf-16"), "is no table of text ("),
    "an endless cell": ("file,label\n" + "x" * 200_000 + ",a\n", "is no table of text (field larger"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", "is no table of text ("),
}


@pytest.mark.parametrize("case", BAD)
def test_a_table_that_is_none_is_told(root, case):
    text, words = BAD[case]
    assert words in refused(root, tabled(root, text))


ASTRAY = {
    "../outside.png": "leaves the folder",
    "cat/../../outside.png": "leaves the folder",
    "/etc/passwd": "leaves the folder",
    "..": "leaves the folder",
    "nothing.png": "is not there",
    "cat/1.png/x.png": "is not there",
    "x" * 300 + ".png": "is not there",
    "x/" * 3000 + "1.png": "is not there",
    "a\0b.png": "has a name that is no text",
    "cat": "is no file",
    ".": "is no file",
    "cat/pipe.png": "is no file",
    "cat/out.png": "is a link that leaves the folder",
    "cat/folder_out/1.png": "is a link that leaves the folder",
    "cat/round.png": "is a link that leads nowhere",
}


@pytest.mark.parametrize("file", ASTRAY, ids=lambda file: file[:20])
def test_a_file_of_a_table_that_leads_astray_is_told(root, file):
    links(root)
    made(root.parent, "outside.png")
    found = problems(root, tabled(root, f"file,label\n{file},a\ncat/1.png,a\ndog/1.png,b\n"))
    assert found == {folder_listing.readable(file): ASTRAY[file]}


def test_a_table_that_is_no_file_is_told_and_not_waited_for(root):
    os.mkfifo(root.parent / "pipe.csv")
    for name in ("pipe.csv", "pictures"):
        assert refused(root, root.parent / name) == f"/{name} is no file; allowed: a table"
    assert refused(root, Path("/dev/zero")) == "/dev/zero is no file; allowed: a table"
    assert refused(root, root.parent / "none.csv") == "/none.csv cannot be read (No such file or directory)"
    assert "cannot be read" in refused(root, root.parent / ("x" * 300))


def test_names_are_told_some_at_a_time():
    assert folder_listing.told([]) == "nothing"
    assert folder_listing.told(["a", "b\n", "c"]) == "a, b\\n, c"
    assert folder_listing.told([*"abcde"]) == "a, b, c and 2 more"
    assert folder_listing.readable("\udcff\u202e") == "\\udcff\\u202e"

"""The content of folders of images, by subfolders and by tables, with hostile names, links, pipes and tables."""

import inspect
import os
import re
import sys
import tempfile
import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiers import budget

from kernelscope.data import folder_listing, label_table
from kernelscope.data.folder_listing import Entry, described, listing

PLAIN = ("cat/1.png", "cat/2.JPG", "cat/young/3.webp", "dog/1.png", "dog/2.tiff")


def made(root: Path, *names: str | bytes) -> Path:
    """Make a folder with files whose content does not matter."""
    for name in names:
        path = Path(os.fsdecode(os.fsencode(root) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


@pytest.fixture
def root(tmp_path):
    return made(tmp_path / "pictures", *PLAIN)


def files(result) -> list[str]:
    return [entry.file for entry in result.entries]


def refused(root, table=None) -> str:
    """Return the message of the refusal, one line."""
    with pytest.raises(ValueError, match=r".") as error:
        listing(str(root), table and str(table))
    assert len(str(error.value).splitlines()) == 1
    return str(error.value).replace(str(root.parent), "")


def problems(root, table=None) -> dict[str, str]:
    return dict(listing(str(root), table and str(table)).problems)


def test_each_folder_is_a_class_with_all_pictures_below_it(root):
    result = listing(str(root))
    assert files(result) == list(PLAIN)
    assert [entry.label for entry in result.entries] == ["cat"] * 3 + ["dog"] * 2
    assert {entry.split for entry in result.entries} == {None}
    assert result.classes == ["cat", "dog"]
    assert (result.problems, result.ignored, result.nested) == ([], [], ())


def test_train_and_test_are_the_splits_if_there_is_nothing_else(tmp_path):
    root = made(tmp_path / "p", "train/cat/1.png", "train/dog/1.png", "test/cat/deep/9.png", "test/dog/2.png")
    entries = listing(str(root)).entries
    assert entries[0] == Entry("test/cat/deep/9.png", "cat", "test")
    assert [(entry.label, entry.split) for entry in entries] == [
        (c, s) for s in ("test", "train") for c in ("cat", "dog")
    ]
    made(root, "cat/1.png")
    assert "/p: got the subfolders cat, test, train, expected train and test only, or a subfolder" in refused(root)


SPLIT_NAMES = [
    *(("Train", "Test"), ("TRAIN", "TEST"), ("training", "testing"), ("Training", "test"), ("train_set", "test-set")),
    *(("train_data", "test_data"), ("trn", "tst")),
]


@pytest.mark.parametrize("names", SPLIT_NAMES)
def test_splits_may_be_spelled_as_people_spell_them(tmp_path, names):
    train, test = names
    root = made(tmp_path / "p", f"{train}/cat/1.png", f"{train}/dog/1.png", f"{test}/cat/9.png", f"{test}/dog/2.png")
    result = listing(str(root))
    assert result.classes == ["cat", "dog"]
    assert {(entry.file.split("/")[0], entry.split) for entry in result.entries} == {(train, "train"), (test, "test")}
    assert not result.problems


@pytest.mark.parametrize("names", [("train", "val"), ("Training", "Validation", "Test"), ("train", "Train", "test")])
def test_other_sets_of_splits_are_refused_and_no_classes(tmp_path, names):
    root = made(tmp_path / "p", *(f"{name}/{label}/1.png" for name in names for label in ("cat", "dog")))
    assert "expected train and test only, or a subfolder for each class" in refused(root)


def test_a_class_may_have_a_name_that_begins_like_a_split(tmp_path):
    root = made(tmp_path / "p", "trains/1.png", "testers/1.png", "devil/1.png")
    assert listing(str(root)).classes == ["devil", "testers", "trains"]


def test_what_systems_put_into_folders_is_ignored_as_a_whole(root):
    made(root, "__MACOSX/cat/._1.png", "@eaDir/1.png", "cat/@eaDir/1.png", "lost+found/1.png")
    result = listing(str(root))
    assert files(result) == list(PLAIN)
    folders = ("@eaDir", "__MACOSX", "cat/@eaDir", "lost+found")
    assert (sorted(result.ignored), result.problems) == (
        [(name, "hidden, or made by a system") for name in folders],
        [],
    )


PARTS = st.sampled_from(["cat", "dog", "train", "test", ".hidden", "__MACOSX", "1.png", "2.JPG", "notes.txt", ".3.png"])


@settings(max_examples=budget(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(PARTS, min_size=1, max_size=4).map("/".join), max_size=12), st.booleans())
def test_every_file_is_an_image_or_has_a_reason_why_it_is_not(names, in_splits):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "p")
        tops = ("train/", "Testing/") if in_splits else ("",)
        made(root, *(f"{top}{label}/0.png" for top in tops for label in ("cat", "dog")))
        for name in names:
            with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
                made(root, name)
        try:
            result = listing(str(root))
        except ValueError:  # the folders are neither classes nor the two splits
            return
        left_out = dict(result.ignored) | dict(result.problems)
        assert len(left_out) == len(result.ignored) + len(result.problems)
        assert not left_out.keys() & set(files(result))
        for path in (path for path in root.rglob("*") if path.is_file()):
            file = path.relative_to(root)
            known = [file, *file.parents] if any(part.startswith((".", "__")) for part in file.parts) else [file]
            assert file.as_posix() in files(result) or any(place.as_posix() in left_out for place in known), file


def test_subfolders_that_every_class_has_may_be_the_classes(tmp_path):
    root = made(tmp_path / "p", *(f"{day}/{label}/1.png" for day in ("day1", "day2") for label in ("cat", "dog")))
    result = listing(str(root))
    assert (result.classes, result.nested) == (["day1", "day2"], ("cat", "dog"))
    made(root, "day1/bird/1.png")
    assert listing(str(root)).nested == ()


def test_if_no_file_can_be_used_the_commonest_reason_is_told(tmp_path):
    outside = made(tmp_path / "o", "1.png")
    root = made(tmp_path / "p", "note.txt")
    for label in ("cat", "dog"):
        (root / label).mkdir()
        for number in range(2):
            (root / label / f"{number}.png").symlink_to(outside / "1.png")
    assert "got no image, as 4 of 6 files or folders are a link that leaves the folder, such as 'cat/0.png'" in refused(
        root
    )


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ((".\\cat\\1.png", "dog\\1.png"), "no file (write / in place of \\)"),
        (("cat/1", "dog/1"), "no file (names in the table lack the endings of the files)"),
        (("cat\\1", "dog\\1"), "no file (names in the table lack the endings of the files)"),
        (("cat/9.png", "dog/9.png"), "no file"),
    ],
)
def test_a_table_whose_names_are_written_otherwise_is_refused_with_what_to_write(root, names, reason):
    made(root, "cat/1.png", "dog/1.png")
    table = tabled(root, f"file,label\n{names[0]},a\n{names[1]},b\n")
    assert f"as 2 of 2 files or folders are {reason}, such as {names[0]!r}" in refused(root, table)


def test_the_order_is_that_of_the_names_not_of_the_file_system(root, monkeypatch):
    expected, whole = listing(str(root)), Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: sorted(whole(path), reverse=True))
    assert listing(str(root)) == expected


def test_what_is_hidden_or_no_picture_by_its_name_or_in_no_class_is_ignored_with_the_reason(root):
    made(root, "notes.txt", "cat/Thumbs.db", "a.png", ".hidden.png", "cat/.1.png", ".git/x/y.png", "cat/no_suffix")
    result = listing(str(root))
    assert files(result) == list(PLAIN)
    hidden, ending = "hidden, or made by a system", "no image by the ending of its name"
    assert result.ignored == [
        *((".git", hidden), (".hidden.png", hidden), ("a.png", "in no class folder"), ("cat/.1.png", hidden)),
        *(("cat/Thumbs.db", ending), ("cat/no_suffix", ending), ("notes.txt", ending)),
    ]


def test_what_is_beside_the_folders_of_the_splits_is_ignored_with_the_reason(tmp_path):
    images = [f"{split}/{label}/1.png" for split in ("Training", "test") for label in ("cat", "dog")]
    root = made(tmp_path / "p", *images, "a.png", "README.txt", ".git/x", "test/b.png")
    result = listing(str(root))
    assert result.splits == {"Training": "train", "test": "test"}
    assert dict(result.ignored) == {
        **{".git": "hidden, or made by a system", "README.txt": "no image by the ending of its name"},
        **dict.fromkeys(("a.png", "test/b.png"), "in no class folder"),
    }


def test_what_is_beside_listed_files_and_not_in_the_table_is_ignored_with_the_reason(root):
    table = root / "cat" / "table.csv"
    images = list(PLAIN)
    made(root, "cat/more.png", "cat/notes.txt", "dog/.hidden.png")
    table.write_text("file,label\n" + "".join(f"{file},{file[:3]}\n" for file in images))
    assert dict(listing(str(root), str(table)).ignored) == {
        "cat/more.png": "not in the table",
        "cat/notes.txt": "no image by the ending of its name",
        "dog/.hidden.png": "hidden, or made by a system",
    }


def test_a_class_without_pictures_is_told(root):
    made(root, "bird/1.heic")
    (root / "fish").mkdir()
    heic = "a folder without images (its files end in .heic)"
    assert problems(root) == {"bird": heic, "fish": "a folder without images"}


NAMES = [  # names that people may give to images
    *("a b.png", "ä.png", "a\u0308.png", "日本.png", 'it\'s "x".png', "$(x) `y`;&|*?.png", "<b>.png", "-rf.png"),
    *("Screen 1.02.03\u202fPM.png", "a\u00a0b.png", "\u3000.x.png", "\u0645\u06cc\u200c\u062e.png", "%s{seed}.png"),
    *("\U0001f468\u200d\U0001f469.png", "\\n.png", "x" * 251 + ".png", "a.PNG", "a.b.c.Jpeg"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_may_be_called_anything_that_can_be_seen(root, name):
    made(root, f"cat/{name}", f"cat/{name[:60]}_/1.png")
    result = listing(str(root))
    assert not result.problems
    assert set(files(result)) - set(PLAIN) == {f"cat/{name}", f"cat/{name[:60]}_/1.png"}


UNSEEN = (b"a\nb.png", b"a\x1b[31m.png", b"\xff\xfe.png", "\u202egnp.png".encode(), b"a\rb.png", "\u2028.png".encode())


@pytest.mark.parametrize("name", UNSEEN)
@pytest.mark.parametrize("place", [b"cat/%s", b"cat/%s/1.png"])
def test_a_name_that_cannot_be_printed_is_told_and_printed(root, name, place):
    made(root, place % name)
    ((file, why),) = problems(root).items()
    assert why == "a name with non-printable characters"
    assert file.isprintable()


@pytest.mark.parametrize("name", [*UNSEEN, "x" * 65, "\u3000\u00a0", "\u200d", "\u3164"])
def test_a_class_has_a_name_that_can_be_seen_and_is_short(root, name):
    made(root, os.fsencode(name) + b"/1.png")
    assert ", expected a printable name of at most 64 characters" in refused(root)
    assert refused(root).isprintable()


ALIKE = [
    *(("Cat", "cat"), ("cat ", "cat"), ("a  b", "a b"), ("a\u00a0b", "a b"), ("straße", "STRASSE"), ("Σ", "ς")),
    *((unicodedata.normalize("NFC", "né"), unicodedata.normalize("NFD", "né")), ("ｃat", "cat"), ("ﬁsh", "fish")),
    *(("x²", "x2"), ("ca\u200dt", "cat"), ("❤\ufe0f", "❤"), ("c\u034fat", "cat"), ("İ", "i̇"), ("Ⅳ", "iv")),
]


@pytest.mark.parametrize("pair", ALIKE)
def test_no_two_classes_may_be_taken_for_each_other(tmp_path, pair):
    root = made(tmp_path / "p", *(f"{name}/1.png" for name in (*pair, "other")))
    assert "/p: got the classes '" in refused(root)
    assert refused(root).endswith(", expected names that do not look alike")


@pytest.mark.parametrize("pair", [("cat", "cats"), ("a b", "ab"), ("é", "e"), ("1", "01"), ("a-b", "a_b")])
def test_classes_that_differ_are_classes(tmp_path, pair):
    classes = listing(str(made(tmp_path / "p", *(f"{name}/1.png" for name in pair)))).classes
    assert classes == sorted(pair, key=lambda name: (len(name), name) if name.isdigit() else (0, name))


def test_a_name_given_twice_is_two_classes_that_nobody_can_tell_apart():
    with pytest.raises(ValueError, match="got the classes 'cat' and 'cat'"):
        folder_listing.check_classes(["".join("cat"), "dog", "".join(["c", "at"])], "x.npz")


def links(root: Path) -> None:
    """Make links that fail in every possible way, and a correct link."""
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
    result = listing(str(root))
    assert files(result) == sorted([*PLAIN, "cat/fine.png"])
    assert dict(result.problems) == {
        "cat/out.png": "a link that leaves the folder",
        "cat/away.png": "a link that leaves the folder",
        "cat/device.png": "a link that leaves the folder",
        "cat/folder_out": "a link to a folder",
        "cat/up": "a link to a folder",
        "cat/folder.png": "a link to a folder",
        "cat/round.png": "a broken link",
        "cat/there.png": "a broken link",
        "cat/back.png": "a broken link",
        "cat/nowhere.png": "a broken link",
        "cat/pipe.png": "no regular file",
    }


def test_a_class_that_is_a_link_is_told(root):
    (root / "fish").symlink_to(made(root.parent / "outside", "1.png"))
    assert problems(root) == {"fish": "a link to a folder"}


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
    assert "got a path that is not a folder" in line or "cannot be read" in line


def refused_line(path) -> str:
    with pytest.raises(ValueError, match=r".") as error:
        listing(str(path))
    return str(error.value)


def test_a_folder_without_two_classes_is_told(tmp_path):
    assert (
        refused(made(tmp_path / "p", "1.png", "2.png"))
        == "/p: got 2 images, but no subfolders with images, expected a subfolder for each class, or a table with the "
        "columns file and label (table: labels.csv)"
    )
    line = refused(made(tmp_path / "p", "cat/1.png"))
    assert line == "/p: got images of one class only, expected images of at least two classes"


def test_a_folder_above_the_class_folders_is_refused_with_the_place_of_the_classes(tmp_path):
    line = refused(made(tmp_path / "p", "all/cat/1.png", "all/dog/1.png"))
    assert (
        line == "/p: got images of one class only, expected images of at least two classes (are the classes in /p/all?)"
    )


def test_a_folder_of_other_files_is_refused_with_their_endings(tmp_path):
    line = refused(made(tmp_path / "p", "cat/1.avif", "dog/1.avif"))
    assert "2 of 2 files or folders are a folder without images (its files end in .avif), such as 'cat'" in line


def test_a_folder_that_vanishes_while_it_is_listed_is_told(root, monkeypatch):
    def gone(path):
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(Path, "iterdir", gone)
    assert refused(root).startswith("/pictures: got a path that cannot be read (it does not exist), expected")


# Tables.


def tabled(root: Path, text: str | bytes) -> Path:
    path = root.parent / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


GOOD = {
    "plain": "file,label\ncat/1.png,a\ndog/1.png,b\n",
    "with a mark of its order": "\ufefffile,label\ncat/1.png,a\ndog/1.png,b\n",
    "of another system": "file,label\r\ncat/1.png,a\r\ndog/1.png,b\r\n",
    "with semicolons": "file;label\ncat/1.png;a\ndog/1.png;b\n",
    "with tabs": "file\tlabel\ncat/1.png\ta\ndog/1.png\tb\n",
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
    result = listing(str(root), str(tabled(root, GOOD[case])))
    assert (result.entries, result.problems) == ([Entry("cat/1.png", "a", None), Entry("dog/1.png", "b", None)], [])
    assert result.ignored == [(file, "not in the table") for file in ("cat/2.JPG", "dog/2.tiff")]


def test_a_table_may_say_the_splits_and_give_whole_paths(root):
    table = tabled(root, f"file,label,split\n{root}/cat/1.png,a,train\ndog/1.png,b,test\n")
    assert listing(str(root), str(table)).entries == [Entry("cat/1.png", "a", "train"), Entry("dog/1.png", "b", "test")]


def test_names_with_commas_quotes_and_lines_are_files_if_they_can_be_seen(root):
    made(root, 'a, "b".png', "c\nd.png")
    table = tabled(root, 'file,label\n"a, ""b"".png",a\n"c\nd.png",b\ncat/1.png,b\n')
    result = listing(str(root), str(table))
    assert files(result) == ['a, "b".png', "cat/1.png"]
    assert result.problems == [("c\\nd.png", "a name with non-printable characters")]


BAD = {
    "nothing": ("", "got no columns, expected the columns file and label"),
    "other columns": ("name,class\n1,2\n", "got the columns name, class, expected the columns file and label"),
    "several labels": (
        "file,label\ncat/1.png,a;b\n",
        "line 2: got 2 labels, 'a;b', expected one label for each image (",
    ),
    "several labels with bars": ("file,label\ncat/1.png,a|b|c\n", "got 3 labels, 'a|b|c', expected one label"),
    "half of the groups": ("file,label,group\ncat/1.png,a,p\ndog/1.png,b,\n", "got a group in some rows only"),
    "the same row twice": (
        "file,label\ncat/1.png,a\ncat/1.png,a\n",
        "line 3: got 'cat/1.png' again, expected each file once",
    ),
    "only a header": ("file,label\n", "got no images"),
    "one class": ("file,label\ncat/1.png,a\ncat/2.JPG,a\n", "got images of one class only"),
    "no label": ("file,label\ncat/1.png\n", "line 2: got no label, expected a file and a label in each row"),
    "a label of spaces": ("file,label\ncat/1.png,  \n", "line 2: got no label"),
    "no file": ("file,label\n,a\n", "line 2: got no file"),
    "twice": (
        "file,label\ncat/1.png,a\n\ncat/./1.png,b\n",
        "line 4: got 'cat/./1.png' with the labels 'a' and 'b', expected one label",
    ),
    "a strange split": ("file,label,split\ncat/1.png,a,val\n", "line 2: got the split 'val', expected train or test"),
    "half a split": ("file,label,split\ncat/1.png,a,train\ndog/1.png,b,\n", "got a split in some rows only"),
    "alike": ("file,label\ncat/1.png,a\ndog/1.png,A\n", "got the classes 'A' and 'a'"),
    "an open quote": (
        'file,label\n"cat/1.png,a\n',
        "got a file that is not a CSV table, expected a CSV table in UTF-8 (",
    ),
    "no text": (b"file,label\n\xff\xfe,a\n", "got a file that is not a CSV table, expected a CSV table in UTF-8 ("),
    "of two bytes a letter": (
        "file,label\ncat/1.png,a\n".encode("utf-16"),
        "got a file that is not a CSV table, expected a CSV table in UTF-8 (",
    ),
    "an endless cell": (
        "file,label\n" + "x" * 200_000 + ",a\n",
        "got a file that is not a CSV table, expected a CSV table in UTF-8 (field larger",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", "got a file that is not a CSV table, expected a CSV table in UTF-8 ("),
}


@pytest.mark.parametrize("case", BAD)
def test_a_table_that_is_none_is_told(root, case):
    text, words = BAD[case]
    assert words in refused(root, tabled(root, text))


ASTRAY = {
    "../outside.png": "a path that leaves the folder",
    "cat/../../outside.png": "a path that leaves the folder",
    "/etc/passwd": "a path that leaves the folder",
    "..": "a path that leaves the folder",
    "nothing.png": "no file",
    "cat/1.png/x.png": "no file",
    "x" * 300 + ".png": "no file",
    "x/" * 3000 + "1.png": "no file",
    "a\0b.png": "a name with non-printable characters",
    "cat": "no regular file",
    ".": "no regular file",
    "cat/pipe.png": "no regular file",
    "cat/out.png": "a link that leaves the folder",
    "cat/folder_out/1.png": "a link that leaves the folder",
    "cat/round.png": "a broken link",
}


@pytest.mark.parametrize("file", ASTRAY, ids=lambda file: file[:20])
def test_a_file_of_a_table_that_leads_astray_is_told(root, file):
    links(root)
    made(root.parent, "outside.png")
    result = problems(root, tabled(root, f"file,label\n{file},a\ncat/1.png,a\ndog/1.png,b\n"))
    assert result == {folder_listing.readable(file): ASTRAY[file]}


def test_a_table_that_is_no_file_is_told_and_not_waited_for(root):
    os.mkfifo(root.parent / "pipe.csv")
    no_file = "got a path that is not a regular file, expected a CSV table"
    for name in ("pipe.csv", "pictures"):
        assert refused(root, root.parent / name) == f"/{name}: {no_file}"
    assert refused(root, Path("/dev/zero")) == f"/dev/zero: {no_file}"
    line = refused(root, root.parent / "none.csv")
    assert line == "/none.csv: got a path that cannot be read (it does not exist), expected a CSV table"
    assert "cannot be read" in refused(root, root.parent / ("x" * 300))


def test_names_are_told_some_at_a_time():
    assert folder_listing.first_names([]) == "none"
    assert folder_listing.first_names(["a", "b\n", "c"]) == "a, b\\n, c"
    assert folder_listing.first_names([*"abcde"]) == "a, b, c and 2 more"
    assert folder_listing.readable("\udcff\u202e") == "\\udcff\\u202e"


def test_a_table_that_is_in_a_folder_without_classes_is_named(tmp_path):
    folder = made(tmp_path / "p", "1.png", "2.png", "labels.csv")
    assert refused(folder).endswith("(table: /p/labels.csv)") or "(table: " in refused(folder)


def test_columns_may_have_other_names(root):
    table = tabled(root, "image,diagnosis,patient\ncat/1.png,a,p1\ndog/1.png,b,p2\n")
    columns = label_table.Columns("image", "diagnosis", "patient")
    assert listing(str(root), str(table), columns).entries == [
        Entry("cat/1.png", "a", None, "p1"),
        Entry("dog/1.png", "b", None, "p2"),
    ]
    with pytest.raises(
        ValueError, match=r"got the columns image, diagnosis, patient, expected the columns image and lab"
    ):
        listing(str(root), str(table), label_table.Columns("image"))
    with pytest.raises(ValueError, match=r"expected the columns image, diagnosis, slide"):
        listing(str(root), str(table), columns._replace(group="slide"))


def test_groups_are_a_column_or_a_pattern_of_the_path(root):
    table = tabled(root, "file,label,group\ncat/1.png,a,p1\ndog/1.png,b,p2\n")
    settings = {"folder": str(root), "table": str(table), "group_pattern": None}
    assert [entry.group for entry in described(settings).entries] == ["p1", "p2"]
    with pytest.raises(ValueError, match=r"group_pattern: got '\^\.', expected null beside a table with groups"):
        described(settings | {"group_pattern": "^."})
    found = described(settings | {"table": None, "group_pattern": r"([0-9])\.[a-zA-Z]+$"})
    assert [entry.group for entry in found.entries] == [re.search("[0-9]", entry.file)[0] for entry in found.entries]

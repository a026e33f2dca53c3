"""Numbers find their places in documents, and their changes are reported."""

import pytest

from documents import entries, tables
from documents.entries import Entry

TABLE = tables.written(("network", "accuracy"), [("`one`", "99.0 %"), ("`two`", "98.5 %")])
START, END = entries.marks("accuracy")
DOCUMENT = f"# Title\n\n99 % of kernels stay\nbelow 0.11, not all.\n\n{START}\n\n{TABLE}\n\n{END}\n\nThe end.\n"


def entry(
    key="below", text="99 % of kernels stay below 0.11", value=0.11, unit="", file="README.md", **others
) -> Entry:
    given = {"command": "make numbers", "code": "0" * 16, "date": "2026-01-01"} | others
    return Entry(key, value, unit, text, file, **given)


def test_a_table_is_written_and_read_again():
    assert TABLE == "| network | accuracy |\n|---|---|\n| `one` | 99.0 % |\n| `two` | 98.5 % |"
    assert tables.read(DOCUMENT, "network") == [
        {"network": "one", "accuracy": "99.0 %"},
        {"network": "two", "accuracy": "98.5 %"},
    ]
    with pytest.raises(ValueError, match="got none with the first column 'seed'"):
        tables.read(DOCUMENT, "seed")


def test_the_list_is_read_as_it_was_written():
    kept = [entry(), entry("table", TABLE, [[1, None, "±"]])]
    assert entries.loads(entries.dumps(kept)) == kept


@pytest.mark.parametrize("text", ["", "null", "[1]", '{"a": 1}', '[{"key": "a"}]', "<<<<<<< HEAD\n[]"])
def test_a_malformed_list_is_refused_in_one_line(text):
    with pytest.raises(ValueError, match=r"^docs/numbers\.json: got '.*', expected a list as") as error:
        entries.loads(text)
    assert "\n" not in str(error.value)


def test_a_phrase_is_found_over_a_break_of_lines_and_in_no_longer_number():
    assert entries.count(DOCUMENT, "99 % of kernels stay below 0.11") == 1
    for other in ("9 % of kernels", "of kernels stay below 0.1", "of kernels stay below 0"):
        assert entries.count(DOCUMENT, other) == 0
    assert entries.count("0.11 and 0.11.", "0.11") == 2


def test_a_phrase_takes_the_place_of_the_old_one_and_nothing_else_changes():
    old, new = "99 % of kernels stay below 0.11", r"99 % of kernels stay below 0.12 (\1)"
    after = entries.replaced(DOCUMENT, old, new, "below")
    assert after == DOCUMENT.replace("99 % of kernels stay\nbelow 0.11", new)
    assert entries.replaced(after, old, new, "below") == after


def test_a_table_goes_between_its_marks_whatever_was_there():
    new = tables.written(("network", "accuracy"), [("`one`", "97.0 %")])
    for before in (DOCUMENT, DOCUMENT.replace("98.5", "12.3")):
        assert entries.replaced(before, None, new, "accuracy") == DOCUMENT.replace(TABLE, new)


@pytest.mark.parametrize(
    ("document", "old", "new", "words"),
    [
        (DOCUMENT, None, "a phrase of 7", "got the phrase 'a phrase of 7' 0 times, expected it once"),
        (DOCUMENT, "an old one", "a phrase of 7", "got the phrase 'an old one' 0 times, expected it once"),
        (DOCUMENT * 2, "0.11", "0.12", "got the phrase '0.11' 2 times, expected it once"),
        (DOCUMENT.replace(END, ""), None, "| a |\n|---|", "got <!-- numbers: accuracy --> 1 times and"),
        (DOCUMENT + START, None, "| a |\n|---|", "expected each once, around the table"),
    ],
)
def test_a_text_without_a_place_is_an_error_in_one_line(document, old, new, words):
    with pytest.raises(ValueError, match=words) as error:
        entries.replaced(document, old, new, "accuracy")
    assert "\n" not in str(error.value)


def test_a_change_is_reported_with_file_old_and_new_text():
    old = [entry(), entry("table", TABLE), entry("docs/a.png", "", "00", "sha256", "docs/a.png")]
    new = [
        entry(text="99 % of kernels stay below 0.12", value=0.12),
        entry("table", TABLE),
        entry("docs/a.png", "", "11", "sha256", "docs/a.png"),
        entry("largest a", "", [300, 1], "MB, s", ""),
    ]
    documents, lines = entries.changed(old, new, {"README.md": DOCUMENT, "docs/a.png": "00"})
    assert "below 0.12," in documents["README.md"]
    assert lines == [
        "README.md: below: '99 % of kernels stay below 0.11, not all.' -> '99 % of kernels stay below 0.12, not all.'",
        "docs/a.png: is not the figure that the results have now; run `make figures`",
        "docs/numbers.json: largest a: None -> [300, 1] MB, s",
    ]
    same = {"README.md": DOCUMENT, "docs/a.png": "00"}
    assert entries.changed(old, old, same) == (same, [])


def test_a_number_edited_in_the_text_is_also_reported():
    """Edit a document by hand or by a merge, so that it no longer has the number of the list."""
    edited = DOCUMENT.replace("98.5", "99.9")
    documents, lines = entries.changed([entry("accuracy", TABLE)], [entry("accuracy", TABLE)], {"README.md": edited})
    assert documents == {"README.md": DOCUMENT}
    assert lines == ["README.md: accuracy: '| `two` | 99.9 % |' -> '| `two` | 98.5 % |'"]
    with pytest.raises(ValueError, match=r"README\.md: below: got the phrase"):
        entries.changed([entry()], [entry()], {"README.md": DOCUMENT.replace("0.11", "0.10")})


def test_an_entry_keeps_its_date_while_its_value_stays_the_same_whatever_the_code():
    old = [entry(), entry("other", "0.5", 0.5)]
    new = [entry(date="2026-02-02", code="1" * 16), entry("other", "0.6", 0.6, date="2026-02-02")]
    assert entries.merged(old, new) == [entry(code="1" * 16), entry("other", "0.6", 0.6, date="2026-02-02")]


@pytest.mark.parametrize(("megabytes", "kept"), [(300, True), (330, True), (260, True), (400, False), (200, False)])
def test_costs_change_with_memory_alone_and_not_by_a_little(megabytes, kept):
    old = entry("largest a", "", [300, 2], "MB, s", "")
    new = entry("largest a", "", [megabytes, 9], "MB, s", "", date="2026-02-02")
    assert entries.merged([old], [new]) == [old if kept else new]
    assert bool(entries.changed([old], [new], {})[1]) is not kept

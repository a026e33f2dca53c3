import pytest
from made_up import statement_rows

from kernelscope.findings import document
from kernelscope.page import html


def test_a_page_checked_by_eye():
    text = (
        "lost\n\n# Top\n\nOne line\nand another.\nA second  one.\n\n  New. \n"
        "## d\n\n* first\n* second\n  goes on\n\nafter\n### a b\n"
    )
    assert html.sections(text) == [
        {"level": 1, "heading": "Top", "lines": ["One line and another. A second  one.", "New."]},
        {"level": 2, "heading": "d", "lines": ["first", "second goes on", "after"]},
        {"level": 3, "heading": "a b", "lines": []},
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "words only\n"])
def test_without_a_heading_there_is_nothing(text):
    assert html.sections(text) == []


@pytest.mark.parametrize("line", ["#### four", "#five", "#"])
def test_what_is_no_heading_is_text(line):
    assert html.sections(f"# a\n\n{line}\n") == [{"level": 1, "heading": "a", "lines": [line]}]


def test_of_the_findings_no_word_is_lost():
    rows = statement_rows.rows(statement_rows.network("a"))
    text = document.page("f.md", rows, {"d": ["two images occur twice."]}, ["a"], [])
    parsed = html.sections(text)
    assert [(section["level"], section["heading"]) for section in parsed] == [
        *((1, "Findings"), (2, "d"), (3, "In short"), (3, "a: 6 seeds")),
    ]
    words = " ".join(word for section in parsed for word in (section["heading"], *section["lines"]))
    plain = text.replace("*", "").split()
    assert words.split() == [word for word in plain if word not in ("#", "##", "###")]


def test_italics_and_escapes_are_plain():
    text = "# a\n* *What.* \\*b\\* \\<i> [x\\](y)\n"
    assert html.sections(text) == [{"level": 1, "heading": "a", "lines": ["What. *b* <i> [x](y)"]}]

"""The place and text of a mutant's change, the tests that can detect it, and the page of results."""

import pytest
from quality import coverages, in_process, mutants, pages, settings, staging

SOURCE = """import numpy


class Rule:
    size = 1

    def __init__(self, size):
        self.size = size + 1


def area(a, b):
    if a < 0:
        raise ValueError
    return a * b
"""
# as mutmut writes it, without the code that calls the mutants
MUTATED = """import numpy


class Rule:
    size = 1

    @_mutmut_mutated(mutants)
    def __init__(self, size):
        self.size = size + 1

    def xǁRuleǁ__init____mutmut_orig(self, size):
        self.size = size + 1

    def xǁRuleǁ__init____mutmut_1(self, size):
        self.size = None


@_mutmut_mutated(mutants)
def area(a, b):
    if a < 0:
        raise ValueError
    return a * b


def x_area__mutmut_orig(a, b):
    if a < 0:
        raise ValueError
    return a * b


def x_area__mutmut_1(a, b):
    if a <= 0:
        raise ValueError
    return a * b


def x_area__mutmut_2(a, b):
    if a < 0:
        raise ValueError
    return a / b
"""


def test_a_mutant_is_described_by_line_function_and_change():
    names = ["xǁRuleǁ__init____mutmut_1", "x_area__mutmut_1", "x_area__mutmut_2"]
    assert mutants.changes(MUTATED, SOURCE, names) == {
        names[0]: (8, "Rule.__init__", "`self.size = size + 1` becomes `self.size = None`"),
        names[1]: (12, "area", "`if a < 0:` becomes `if a <= 0:`"),
        names[2]: (14, "area", "`return a * b` becomes `return a / b`"),
    }


@pytest.mark.parametrize(
    ("old", "new", "shortened"),
    [
        ("x = 1", "x = 2", ["x = 1", "x = 2"]),
        ("a" * 40 + "1" + "b" * 40, "a" * 40 + "2" + "b" * 40, [f"…{'a' * 25}{i}{'b' * 25}…" for i in (1, 2)]),
        ("f(" + "a" * 60 + ", a)", "f(" + "a" * 60 + ", )", [f"…{'a' * 23}, a)", f"…{'a' * 23}, )"]),
        ("a" * 60, "a" * 59, [f"…{'a' * 26}", f"…{'a' * 25}"]),
    ],
)
def test_a_long_line_is_cut_to_what_changed(old, new, shortened):
    assert mutants.without_the_same(old, new) == shortened


def test_functions_with_other_decorators_are_listed():
    text = "@no_grad()\ndef a(): pass\nclass B:\n  @staticmethod\n  def c(): pass\n  @property\n  def d(self): pass"
    assert mutants.left_out(text) == ["a", "B.d"]


@pytest.mark.parametrize(
    ("text", "fixtures", "kept"),
    [
        ("from kernelscope.measures import nulls", ["tmp_path"], True),
        ("from kernelscope.measures.nulls import layer", [], True),
        ("from kernelscope.measures import nulls", ["tmp_path", "smoke"], False),
        ("from kernelscope.measures import nulls\nimport subprocess", [], False),
        ("from kernelscope.measures import nulls\ndef test():\n    from browser import View", [], False),
        ("from kernelscope.page import html as page", [], False),
        ("import nulls_of_another_kind", [], False),
    ],
)
def test_tests_that_can_notice_a_mutant_import_the_core_and_start_no_programs(tmp_path, text, fixtures, kept):
    path = tmp_path / "test_it.py"
    path.write_text(text)
    assert in_process.can_notice(path, fixtures) == kept


def test_the_fixtures_that_start_programs_are_in_conftest():
    conftest = (settings.ROOT / "tests/conftest.py").read_text()
    for name in in_process.FIXTURES:
        assert f"def {name}(" in conftest


def test_only_what_is_between_the_marks_of_a_page_is_replaced():
    page = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n<!-- y -->\n<!-- end of y -->\n"
    once = pages.replaced(page, "x", "new")
    assert once == "a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n<!-- y -->\n<!-- end of y -->\n"
    assert pages.replaced(once, "x", "new") == once


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="got no part 'z' in the page, expected one <!-- z --> before one"):
        pages.replaced("<!-- x -->\n<!-- end of x -->\n", "z", "new")


def test_a_page_without_the_marks_is_refused_before_a_long_measurement(tmp_path):
    page = tmp_path / "page.md"
    with pytest.raises(SystemExit, match=f"^--page: .*{page}"):
        pages.require(page, "z")
    page.write_text("<!-- x -->\n<!-- end of x -->\n")
    with pytest.raises(SystemExit, match=f"^--page: {page}: got no part 'z' in the page"):
        pages.require(page, "z")
    pages.require(page, "x")


def test_every_module_of_the_core_is_there_once():
    listed = [name for names in settings.READ["core"].values() for name in names]
    assert len(listed) == len(set(listed))
    assert [
        name for name in listed if not (settings.ROOT / settings.LIBRARY / f"{name.replace('.', '/')}.py").is_file()
    ] == []


def test_pytest_finds_the_mutated_library_first():
    text = '[tool.pytest.ini_options]\npythonpath = ["a", "b"]\nx = 1\n'
    assert staging.with_settings(text, {"source_paths": ["src"], "timeout": 2.5}) == (
        '[tool.pytest.ini_options]\npythonpath = ["src", "a", "b"]\nx = 1\n\n'
        '[tool.mutmut]\nsource_paths = ["src"]\ntimeout = 2.5\n'
    )


def summary(lines, covered, branches, taken):
    return {"summary": dict(zip(coverages.COUNTS, (lines, covered, branches, taken), strict=True))}


REPORT = {
    "files": {
        "workflow/scripts/kernelscope/measures/nulls.py": summary(10, 10, 4, 4),
        "workflow/scripts/kernelscope/page/html.py": summary(30, 15, 8, 6),
        "workflow/scripts/write_page.py": summary(2000, 1999, 0, 0),
        "workflow/experiment/plan/jobs.py": summary(10, 9, 2, 1),
    }
}


def test_the_parts_of_the_workflow_are_summed():
    lines = coverages.table(REPORT).splitlines()
    assert lines[2:] == [
        "| core | 1 | 10 | 100 % | 4 | 100 % |",
        "| the rest of the library | 1 | 30 | 50.0 % | 8 | 75.0 % |",
        "| scripts | 1 | 2000 | 99.9 % | 0 | 100 % |",
        "| experiment and commands | 1 | 10 | 90.0 % | 2 | 50.0 % |",
        "| **all** | 4 | 2050 | 99.2 % | 14 | 78.6 % |",
    ]


def test_the_files_with_the_most_missed_come_first_and_complete_ones_not_at_all():
    assert coverages.least(REPORT) == (
        "Most lines and branches missed: `scripts/kernelscope/page/html.py` 17, `experiment/plan/jobs.py` 2, "
        "`scripts/write_page.py` 1."
    )

"""One word for one thing: the glossary, what is generated from it, and the words that claims and findings use."""

import ast
import re

import pytest
from made_up.experiments import EXPERIMENTS
from made_up.statement_rows import rows
from projects import ROOT

from documents import glossary as page
from kernelscope.findings import document
from kernelscope.statements import glossary
from kernelscope.statements.claims import CLAIMS

LIBRARY = ROOT / "workflow/scripts/kernelscope"
TERMS = glossary.entries()
SAID = [path for name in ("findings", "statements", "figures", "page") for path in LIBRARY.glob(f"{name}/*.py")]
ON_PAGE = sorted((ROOT / "workflow/page").rglob("*.js"))
MEASURED = {  # words before the numbers of claims -> the term that they are
    **{word: word for word in ("response", "selectivity", "smoothness", "orientation", "CKA", "similarity")},
    **{word: word for word in ("variance explained", "decay factor", "difference", "test accuracy", "chance")},
    **{
        "permuted": "permuted",
        "rotated at random": "rotated at random",
        "equally smooth noise": "equally smooth noise",
    },
    **{"energy profiles": "energy profile", "re-initialized kernels": "re-initialized kernel", "needed": "needed"},
    **{"types": "type", "similar kernels": "similar kernels", "representations": "representation", "settles": "settle"},
}


def strings(path) -> list[str]:
    """Return the strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [value for value in constants if isinstance(value, str) and value not in docs]


def test_every_term_is_explained_in_a_line_and_has_its_name_once():
    names = [of.term for of in TERMS]
    assert len(set(names)) == len(names)
    for of in TERMS:
        assert of.meaning.endswith(".") and 20 < len(of.meaning) < 120, of.term
        assert "|" not in "".join((of.meaning, of.unit, of.yardstick))


def test_the_page_of_the_docs_is_up_to_date():
    assert (ROOT / "docs/reference/glossary.md").read_text(encoding="utf-8") == page.text(), "run `make reference`"


def test_tooltips_have_meaning_unit_and_yardstick():
    (tip,) = [tip for tip in glossary.tips() if tip["term"] == "smoothness"]
    assert list(tip) == ["term", "meaning", "unit", "yardstick"]
    assert (tip["unit"], tip["yardstick"]) == ("-1 to 1", "0 for noise, near 1 for smooth kernels")


@pytest.mark.parametrize("column", sorted({column for of in TERMS for column in of.columns}))
def test_columns_of_the_glossary_are_columns_of_tables(column):
    assert any(re.search(rf"[\"'\[(,]{column}\b", path.read_text(encoding="utf-8")) for path in LIBRARY.rglob("*.py"))


def test_claims_are_made_in_words_of_the_glossary():
    terms = {of.term for of in TERMS}
    text = " ".join(f"{claim.clause} {claim.numbers}" for claim in CLAIMS.values())
    for word, term in MEASURED.items():
        assert word in text, word
        assert term in terms, term


@pytest.mark.parametrize("of", [of for of in TERMS if of.instead_of], ids=lambda of: of.term)
def test_no_other_word_is_said_for_a_term(of):
    other = re.compile(rf"\b(?:{'|'.join(map(re.escape, of.instead_of))})s?\b", re.IGNORECASE)
    said = [text for path in SAID for text in strings(path) if other.search(text)]
    assert said == []


@pytest.mark.parametrize("of", [of for of in TERMS if of.instead_of], ids=lambda of: of.term)
def test_the_page_uses_no_other_word_for_a_term(of):
    words = "|".join(map(re.escape, of.instead_of))
    other = re.compile(rf"(?<![.\w])(?:{words})s?\b(?!\()", re.IGNORECASE)  # no call, such as array.filter(...)
    lines = [line for path in ON_PAGE for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 1000
    assert [line for line in lines if other.search(line)] == []


@pytest.mark.parametrize("name", ["100 runs", "without labels", "towers"])
def test_findings_use_no_other_word_for_a_term(name):
    drafts, archs, controls = EXPERIMENTS[name]
    text = document.page("f.md", rows(drafts()), {}, archs, controls)
    others = [word for of in TERMS for word in of.instead_of if re.search(rf"\b{re.escape(word)}\b", text)]
    assert others == []

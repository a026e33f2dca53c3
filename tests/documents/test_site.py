"""The documentation site has every page, every public name, and examples that are true."""

import doctest
import importlib.util
import re
from importlib import import_module

import pytest
from projects import ROOT

import kernelscope

DOCS = ROOT / "docs"
LIBRARY = ROOT / "workflow/scripts"
EXAMPLES = sorted(
    path.relative_to(LIBRARY).with_suffix("").as_posix().replace("/", ".")
    for path in LIBRARY.glob("kernelscope/**/*.py")
    if re.search(r">>> (?!.*\+SKIP)", path.read_text(encoding="utf-8"))
)


@pytest.fixture(scope="module")
def settings():
    """The module docs/conf.py, without what only the environment of the site has."""
    pytest.importorskip("docutils")
    text = (DOCS / "conf.py").read_text(encoding="utf-8").replace("from sphinx import addnodes\n", "")
    spec = importlib.util.spec_from_loader("conf", loader=None)
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(DOCS / "conf.py")
    exec(compile(text, module.__file__, "exec"), module.__dict__)
    return module


def test_every_page_is_in_the_contents_once(settings):
    listed = re.findall(r"^(?!```|:)(\S+)$", settings.contents(DOCS / "README.md"), re.MULTILINE)
    pages = [path for path in DOCS.rglob("*.md") if "_build" not in path.parts]
    named = {path.relative_to(ROOT).with_suffix("").as_posix() for path in pages}
    assert named | {"CHANGELOG", "CONTRIBUTING", "config/README"} == set(listed)
    assert len(listed) == len(set(listed))


def test_the_page_of_the_package_has_every_public_name():
    text = (DOCS / "reference/api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"auto(?:function|class):: kernelscope\.(\w+)$", text, re.MULTILINE)) == {*kernelscope.PUBLIC}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_in_docstrings_are_true(name):
    found = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert found.attempted > 0
    assert found.failed == 0

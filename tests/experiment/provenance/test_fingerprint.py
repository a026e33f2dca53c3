import ast
import json
import shutil
from importlib.metadata import version

import pytest
from projects import ROOT

from experiment.provenance import fingerprint

SCRIPT = '''"""A script."""
import json
from kernelscope import direct
from kernelscope.also import helper


def do_it(x):
    """Do it."""
    return direct.f(x) + helper(json.dumps(x))  # a comment
'''
LIBRARY = {
    "__init__": "",
    "direct": "import numpy as np\nfrom kernelscope import indirect\n\n\ndef f(x):\n    return indirect.g(x) + 1\n",
    "also": "def helper(x):\n    from PIL import Image\n    import imageio_ffmpeg, yaml\n    return len(x)\n",
    "indirect": "import kernelscope.deepest\n\n\ndef g(x):\n    return kernelscope.deepest.h(x)\n",
    "deepest": "class H:\n    '''Doc.'''\n\n    def h(self, x):\n        return [x, 'text']\n\n\nh = H().h\n",
    "unrelated": "import torch\n\n\ndef u():\n    return 1\n",
}


@pytest.fixture
def tree(tmp_path):
    """Return a function that writes a tree with some files changed, always in a new place, and returns its script."""
    made = []

    def write(script=SCRIPT, name="do_it.py", **library):
        folder = tmp_path / str(len(made))
        made.append(folder)
        (folder / "kernelscope").mkdir(parents=True)
        for module, text in (LIBRARY | library).items():
            (folder / "kernelscope" / f"{module}.py").write_text(text)
        (folder / name).write_text(script)
        return folder / name

    return write


def test_a_fingerprint_is_16_hexadecimal_digits_and_the_same_at_another_place(tree):
    code = fingerprint.code(tree())
    assert len(code) == 16
    assert int(code, 16) >= 0
    assert fingerprint.code(tree()) == code


SAME = {
    "a comment": SCRIPT.replace("# a comment", "# another comment\n    # and one more"),
    "no comment": SCRIPT.replace("  # a comment", ""),
    "docstrings": SCRIPT.replace("Do it.", "Do it well.\n\n    At length.").replace("A script.", "The script."),
    "no docstrings": SCRIPT.replace('    """Do it."""\n', "").replace('"""A script."""\n', ""),
    "layout": SCRIPT.replace("\n\n\n", "\n\n\n\n\n")
    .replace("direct.f(x) + helper", "(direct.f( x )\n     + helper")
    .replace("dumps(x))", "dumps(x)))"),
    "line ends": SCRIPT.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("script", SAME.values(), ids=SAME)
def test_comments_docstrings_and_layout_do_not_count(tree, script):
    assert script != SCRIPT
    assert fingerprint.code(tree(script)) == fingerprint.code(tree())


def test_the_same_holds_in_a_module(tree):
    deepest = LIBRARY["deepest"].replace("'''Doc.'''", "'''Other doc.'''  # why") + "# the end\n"
    assert fingerprint.code(tree(deepest=deepest)) == fingerprint.code(tree())


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("direct", "+ 1", "+ 2"),
        ("also", "len(x)", "len(x) + 1"),
        ("indirect", "deepest.h(x)", "deepest.h(-x)"),
        ("deepest", "'text'", "'test'"),
        ("deepest", "h = H().h", "h = H().h\nfresh = 1"),
    ],
)
def test_an_edit_of_a_module_that_is_imported_directly_or_not_counts(tree, module, old, new):
    edited = LIBRARY[module].replace(old, new)
    assert edited != LIBRARY[module]
    assert fingerprint.code(tree(**{module: edited})) != fingerprint.code(tree())


@pytest.mark.parametrize(("old", "new"), [("+ helper", "- helper"), ("do_it(x)", "do_it(x, y=1)")])
def test_an_edit_of_the_script_counts(tree, old, new):
    assert fingerprint.code(tree(SCRIPT.replace(old, new))) != fingerprint.code(tree())


def test_a_string_that_is_no_docstring_counts(tree):
    assert fingerprint.code(tree(SCRIPT + "\nA = 'a'\n")) != fingerprint.code(tree(SCRIPT + "\nA = 'b'\n"))


def test_a_module_that_is_not_imported_does_not_count(tree):
    assert fingerprint.code(tree(unrelated="import scipy\n\n\ndef u():\n    return 2\n")) == fingerprint.code(tree())


def test_code_that_moves_from_one_module_to_another_counts(tree):
    moved = tree(also="", direct=LIBRARY["direct"] + LIBRARY["also"])
    assert fingerprint.code(moved) != fingerprint.code(tree())


def test_the_sources_are_the_script_and_its_modules_each_once(tree):
    script = tree(deepest=LIBRARY["deepest"] + "import kernelscope.direct\n")  # a circle
    found = [path.name for path in fingerprint.sources(script)]
    assert found == ["do_it.py", "direct.py", "also.py", "__init__.py", "indirect.py", "deepest.py"]


def test_software_is_the_version_of_what_is_imported_and_nothing_else(tree):
    found = json.loads(fingerprint.software(tree()))
    expected = {name: version(name) for name in ("numpy", "pillow", "imageio-ffmpeg", "pyyaml")}
    assert found == expected
    assert list(found) == sorted(found)


HASH = " \\\n    --hash=sha256:00ff\n"


@pytest.fixture
def lock(tmp_path, monkeypatch):
    """Return a lock file with a library that is not installed, and with another version of an installed one."""
    (tmp_path / "lock.txt").write_text(
        f"no_such_library==1.2.3{HASH}numpy==0.1{HASH}pillow==9.8 ; sys_platform == 'linux'{HASH}"
    )
    monkeypatch.setattr(fingerprint, "LOCK", tmp_path / "lock.txt")
    for function in (fingerprint.software, fingerprint.installed, fingerprint.pins):
        function.cache_clear()
    yield
    for function in (fingerprint.software, fingerprint.installed, fingerprint.pins):
        function.cache_clear()


def test_a_library_that_is_not_installed_has_the_version_of_the_lock_or_is_absent(tree, lock):
    script = tree(SCRIPT.replace("import json\n", "import json\nimport no_such_library.part\nimport neither\n"))
    found = json.loads(fingerprint.software(script))
    assert (found["no_such_library"], found["neither"]) == ("1.2.3", "absent")
    assert (found["numpy"], found["pillow"]) == (version("numpy"), version("pillow"))


def test_jobs_in_an_environment_of_their_own_have_the_versions_of_the_lock(tree, lock):
    found = json.loads(fingerprint.software(tree(), own_environment=True))
    assert found == {"numpy": "0.1", "pillow": "9.8", "imageio-ffmpeg": "absent", "pyyaml": "absent"}


def test_the_lock_pins_what_the_scripts_import():
    """So a plan knows the version of each library without having it."""
    for script in (ROOT / "workflow/scripts").glob("*.py"):
        assert "absent" not in fingerprint.software(script, own_environment=True)


EVERY_SYNTAX = """
import json
from . import a as b


@decorated(1)
class C(B, key=None):
    x: int = 3

    def f(self, /, a, *args, b: float = 2e-3, c=None, **kwargs) -> "C":
        if a is not None and not args or -b:
            return f"{a!r:>{b}} {c:.2f}{{}}" f"{kwargs['d']:{a}.{b}}" "end"
        return [x for x in (1, 2.5, ..., b"bytes", "", 3j) if x], {**c, "key": {1, 2}}, lambda x: (yield)


async def g(queue):
    global y
    async with queue as y, other:
        y += await (z := queue)[1:, ::2]
    match y:
        case {"a": [1, *rest]} | C(x=None) if rest:
            del y
        case _:
            raise ValueError(f"{y=}") from None
    try:
        assert y, "why"
    except* (OSError, ValueError) as error:
        pass
    else:
        for x in y or []:
            continue
    finally:
        print("", u"text", f"", f"{y:%d}", sep="")
"""


def test_the_code_has_the_same_hash_in_every_python():
    """This number was found with Python 3.11, 3.12 and 3.13."""
    assert fingerprint.of_tree(ast.parse(EVERY_SYNTAX)).form[:16] == "f41668e20071e0b6"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f('')", "f()"),
        ("x = ['', a]", "x = [a]"),
        ("x = None", "x = []"),
        ("x = [[]]", "x = []"),
        ("f'{a}'", "f'{a} '"),
        ("f'{a:}'", "f'{a: }'"),
        ("f'{a!r}'", "f'{a!s}'"),
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = '1'", "x = 1"),
        ("def f(a, b=None): pass", "def f(a, b): pass"),
        ("def f(*, a, b=1): pass", "def f(*, a=1, b): pass"),
        ("x: int", "x: int = 1"),
        ("return_ = a.b", "return_ = a['b']"),
        ("{**a, 1: 2}", "{1: 2, **a}"),
        ("a < b < c", "(a < b) < c"),
        ("async def f(): pass", "def f(): pass"),
        ("import a.b", "import a.b as c"),
    ],
)
def test_code_that_does_something_else_has_another_hash(one, other):
    assert fingerprint.of_tree(ast.parse(one)).form != fingerprint.of_tree(ast.parse(other)).form


def test_a_copy_with_other_times_has_the_same_fingerprint(tree, tmp_path):
    script = tree()
    shutil.copytree(script.parent, tmp_path / "copy")
    assert fingerprint.code(tmp_path / "copy" / script.name) == fingerprint.code(script)


def test_the_name_of_the_script_counts(tree):
    assert fingerprint.code(tree(name="do_that.py")) != fingerprint.code(tree())


def test_relative_imports_are_followed_too(tree):
    library = {"direct": "from . import indirect\nfrom .also import helper\n\n\ndef f(x):\n    return indirect.g(x)\n"}
    before = fingerprint.code(tree(**library))
    assert fingerprint.code(tree(**library, deepest=LIBRARY["deepest"].replace("'text'", "'word'"))) != before
    assert "also" not in fingerprint.software(tree(**library))

"""What a script is made of: its code and that of all it imports, and the versions of the libraries behind it.

Comments, docstrings and layout do not count; touching or moving a file does not count, nor does the version of Python.
"""

import ast
import hashlib
import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from experiment.provenance.parses import Parsed, parses

LIBRARY = "kernelscope"
DISTRIBUTIONS = {  # import name -> distribution name, where they differ; imageio needs its encoder
    **{"PIL": "pillow", "skimage": "scikit-image", "sklearn": "scikit-learn"},
}
COMPANIONS = {"imageio": ("imageio-ffmpeg",)}
LOCK = Path(__file__).parents[3] / "envs" / "lock.txt"
NO_MEANING = {"kind", "ctx", "type_comment"}  # fields of a syntax tree that say nothing that others do not say


@cache
def code(script: Path) -> str:
    """A hash of the syntax trees of `script` and of every library module that it imports, directly or not."""
    forms = {path.relative_to(script.parent).as_posix(): parsed(path).form for path in sources(script)}
    return hashlib.sha256(json.dumps(forms, sort_keys=True).encode()).hexdigest()[:16]


@cache
def software(script: Path, own_environment: bool = False) -> str:
    """Sorted JSON of the versions of the libraries that `script` and its modules import.

    With `own_environment` the job does not run in this environment, but in one made from envs/lock.txt.
    """
    names = {name for path in sources(script) for name in third_party(path)}
    found = locked if own_environment else installed
    return json.dumps({name: found(name) for name in sorted(names)}, sort_keys=True)


@cache
def installed(name: str) -> str:
    """The version of a distribution here, or else in the lock: planning needs none of the libraries that jobs need."""
    try:
        return version(name)
    except PackageNotFoundError:
        return locked(name)


def locked(name: str) -> str:
    """The version of a distribution in envs/lock.txt, or "absent"."""
    return pins().get(name, "absent")


@cache
def pins() -> dict[str, str]:
    """Distribution -> version, from the lines `name==version` or `name==version ; for some systems only`."""
    lines = (line.partition(";")[0].strip().partition("==") for line in LOCK.read_text().splitlines())
    return {name: pinned for name, _, pinned in lines}


@cache
def sources(script: Path) -> tuple[Path, ...]:
    """The script and all library modules that it needs, in the order found."""
    found, queue = [], [script]
    while queue:
        path = queue.pop(0)
        if path not in found:
            found.append(path)
            queue += library_modules(path, script.parent / LIBRARY)
    return tuple(found)


@cache
def parsed(path: Path) -> Parsed:
    """What a file says, parsed once for every text."""
    text = path.read_bytes()
    return parses.found(text, lambda: of_tree(ast.parse(text, str(path))))


def of_tree(tree: ast.Module) -> Parsed:
    found = imports(tree)  # before docstrings go
    return Parsed(hashlib.sha256(normal_form(tree).encode()).hexdigest(), found)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements below a node; expressions, which are most of a tree, hold none."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, field, ()):
            yield child
            yield from statements(child)


def normal_form(tree: ast.Module) -> str:
    """The code without docstrings, comments and layout, in every Python alike; the docstrings are taken from `tree`."""
    for node in (tree, *statements(tree)):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return form(tree)


def form(node) -> str:
    """A syntax tree, a list of them or a constant as text: what `ast.dump` says, without what differs between Pythons.

    Fields that a later Python added are empty in code that an earlier one can read, and empty fields are left out.
    """
    if isinstance(node, ast.JoinedStr):  # Python 3.12 ends some of them with an empty string
        node = ast.JoinedStr([part for part in node.values if getattr(part, "value", None) != ""])
    if isinstance(node, ast.AST):
        kept = [(name, getattr(node, name)) for name in node._fields if name not in NO_MEANING]
        fields = [f"{name}={form(value)}" for name, value in kept if value is not None and value != []]
        return f"{type(node).__name__}({','.join(fields)})"
    if isinstance(node, list):
        return f"[{','.join(map(form, node))}]"
    return repr(node)


def imports(tree: ast.Module) -> list[tuple[str, list[str]]]:
    """(module, names) of every import statement anywhere in a file."""
    found = []
    for node in statements(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(part for part in (LIBRARY * bool(node.level), node.module) if part)
            found.append((module, [alias.name for alias in node.names]))
    return found


@cache
def library_modules(path: Path, library: Path) -> tuple[Path, ...]:
    """Return the files of the library's modules that a file imports, with the packages that hold them."""
    found = []
    for module, names in parsed(path).imports:
        top, *parts = module.split(".")
        if top == LIBRARY:
            whole = library.joinpath(*parts)
            found += [whole.with_suffix(".py")] if is_module(whole) else [whole / f"{name}.py" for name in names]
    folders = (folder for file in found for folder in file.parents[: len(file.parts) - len(library.parts)])
    return (*found, *(folder / "__init__.py" for folder in dict.fromkeys(folders)))


@cache
def is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file()


def third_party(path: Path) -> list[str]:
    tops = {module.split(".")[0] for module, _ in parsed(path).imports} - set(sys.stdlib_module_names) - {LIBRARY}
    return [name for top in tops for name in (DISTRIBUTIONS.get(top, top), *COMPANIONS.get(top, ()))]

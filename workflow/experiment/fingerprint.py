"""What a script is made of: its code and that of all it imports, and the versions of the libraries behind it.

Comments, docstrings and layout do not count; touching or moving a file does not count.
"""

import ast
import hashlib
import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from experiment.parses import Parsed, parses

LIBRARY = "kernelscope"
DISTRIBUTIONS = {  # import name -> distribution name, where they differ; imageio needs its encoder
    **{"PIL": "pillow", "skimage": "scikit-image", "sklearn": "scikit-learn"},
}
COMPANIONS = {"imageio": ("imageio-ffmpeg",)}


@cache
def code(script: Path) -> str:
    """A hash of the syntax trees of `script` and of every library module that it imports, directly or not."""
    forms = {path.name if path == script else path.stem: parsed(path).form for path in sources(script)}
    return hashlib.sha256(json.dumps(forms, sort_keys=True).encode()).hexdigest()[:16]


@cache
def software(script: Path) -> str:
    """Sorted JSON of the versions of the libraries that `script` and its modules import."""
    names = {name for path in sources(script) for name in third_party(path)}
    return json.dumps({name: installed(name) for name in sorted(names)}, sort_keys=True)


@cache
def installed(name: str) -> str:
    """The version of a distribution, or "absent" (jobs may run in an environment of their own)."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


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
    """The code without docstrings, comments and layout; the docstrings are taken out of `tree`."""
    for node in (tree, *statements(tree)):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


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


def library_modules(path: Path, library: Path) -> list[Path]:
    """The files of the library's modules that a file imports."""
    modules = []
    for module, names in parsed(path).imports:
        if module == LIBRARY:
            modules += names
        elif module.startswith(f"{LIBRARY}."):
            modules.append(module.split(".")[1])
    return [library / f"{name}.py" for name in (*modules, *["__init__"] * bool(modules))]


def third_party(path: Path) -> list[str]:
    tops = {module.split(".")[0] for module, _ in parsed(path).imports} - set(sys.stdlib_module_names) - {LIBRARY}
    return [name for top in tops for name in (DISTRIBUTIONS.get(top, top), *COMPANIONS.get(top, ()))]

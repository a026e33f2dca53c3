"""Hashes of a script's code with everything it imports, and the versions of the libraries that it uses.

Comments, docstrings, layout, timestamps, the folder of the project and the version of Python do not change a hash.
"""

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from experiment.provenance.parses import Parsed, parses

LIBRARY = "kernelscope"
DISTRIBUTIONS = {  # import name -> distribution name, where they differ
    **{"PIL": "pillow", "skimage": "scikit-image", "sklearn": "scikit-learn"},
    **{"imageio_ffmpeg": "imageio-ffmpeg", "yaml": "pyyaml", "google": "protobuf"},
}
LOCK = Path(__file__).parents[3] / "envs" / "lock.txt"
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)  # its other lines are hashes
NO_MEANING = {"kind", "ctx", "type_comment"}  # fields of a syntax tree that add nothing to the others


@cache
def code(script: Path) -> str:
    """Return a hash of the syntax trees of `script` and of every library module that it imports, directly or not."""
    forms = {path.relative_to(script.parent).as_posix(): parsed(path).form for path in sources(script)}
    return hashlib.sha256(json.dumps(forms, sort_keys=True).encode()).hexdigest()[:16]


@cache
def software(script: Path, own_environment: bool = False) -> str:
    """Return sorted JSON of the versions of the libraries that `script` and its modules import.

    With `own_environment` the job runs in an environment made from envs/lock.txt instead of this environment.
    """
    names = {name for path in sources(script) for name in third_party(path)}
    version_of = locked if own_environment else installed
    return json.dumps({name: version_of(name) for name in sorted(names)}, sort_keys=True)


@cache
def installed(name: str) -> str:
    """Return the installed version of a distribution, else the locked version: planning works without the libraries."""
    try:
        return version(name)
    except PackageNotFoundError:
        return locked(name)


def locked(name: str) -> str:
    """Return the version of a distribution in envs/lock.txt, or "absent"."""
    return pins().get(name, "absent")


@cache
def pins() -> dict[str, str]:
    """Read {distribution: version} from the lines `name==version` and `name==version ; for some systems only`."""
    return dict(PIN.findall(LOCK.read_text()) if LOCK.is_file() else ())


@cache
def sources(script: Path) -> tuple[Path, ...]:
    """Return the script and all library modules that it needs, breadth first."""
    reached, queue = [], [script]
    while queue:
        path = queue.pop(0)
        if path not in reached:
            reached.append(path)
            queue += library_modules(path, script.parent / LIBRARY)
    return tuple(reached)


@cache
def parsed(path: Path) -> Parsed:
    """Parse a file, once for every text."""
    text = path.read_bytes()
    return parses.found(text, lambda: of_tree(ast.parse(text, str(path))))


def of_tree(tree: ast.Module) -> Parsed:
    imported = imports(tree)  # first, because `normal_form` changes the tree
    return Parsed(hashlib.sha256(normal_form(tree).encode()).hexdigest(), imported)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements below a node, without visiting expressions, which are most of a tree and contain none."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, field, ()):
            yield child
            yield from statements(child)


def normal_form(tree: ast.Module) -> str:
    """Remove the docstrings of `tree`, and return its code without comments and layout, the same in every Python."""
    for node in (tree, *statements(tree)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return form(tree)


def form(node) -> str:
    """Return a syntax tree, a list of trees or a constant as text: `ast.dump` without differences between Pythons.

    Fields that a later Python added are empty in code that an earlier Python can read, and empty fields are left out.
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
    """Return (module, names) of every import statement anywhere in a file."""
    imported = []
    for node in statements(tree):
        if isinstance(node, ast.Import):
            imported += [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(part for part in (LIBRARY * bool(node.level), node.module) if part)
            imported.append((module, [alias.name for alias in node.names]))
    return imported


@cache
def library_modules(path: Path, library: Path) -> tuple[Path, ...]:
    """Return the files of the library modules that a file imports, and the `__init__.py` of their packages."""
    modules = []
    for module, names in parsed(path).imports:
        top, *parts = module.split(".")
        if top == LIBRARY:
            whole = library.joinpath(*parts)
            modules += [whole.with_suffix(".py")] if is_module(whole) else [whole / f"{name}.py" for name in names]
    folders = (folder for file in modules for folder in file.parents[: len(file.parts) - len(library.parts)])
    return (*modules, *(folder / "__init__.py" for folder in dict.fromkeys(folders)))


@cache
def is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file()


def third_party(path: Path) -> list[str]:
    tops = {module.split(".")[0] for module, _ in parsed(path).imports} - set(sys.stdlib_module_names) - {LIBRARY}
    return [DISTRIBUTIONS.get(top, top) for top in tops]

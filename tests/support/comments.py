"""The prose in the project's files: documents, comments and docstrings."""

import ast
import io
import subprocess
import tokenize
from functools import cache
from pathlib import Path

from projects import ROOT

WORDS = (".md", ".rst")
MARKED = {".smk": "#", ".yaml": "#", ".toml": "#", ".sh": "#", ".js": "//", ".css": "/*"}
MARKED_NAMES = {"Makefile": "#", "Snakefile": "#"}


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files of the project without generated files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(
        path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file() and not path.is_symlink()
    )


@cache
def said() -> dict[str, str]:
    """Return {path from the root: prose} of every file that has prose."""
    prose = {str(path.relative_to(ROOT)): words(path) for path in tracked()}
    return {name: text for name, text in prose.items() if text}


def words(path: Path) -> str:
    """Return the prose of a document, or the comments and docstrings of code."""
    mark = MARKED.get(path.suffix) or MARKED_NAMES.get(path.name)
    if path.suffix in WORDS:
        return path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return of_python(path.read_text(encoding="utf-8"))
    if mark is None:
        return ""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line.partition(mark)[2].strip() for line in lines if mark in line)


def of_python(code: str) -> str:
    """Return the comments and docstrings of a module, one per line."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    comments = [token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT]
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds))
    return "\n".join([*comments, *filter(None, map(ast.get_docstring, nodes))])

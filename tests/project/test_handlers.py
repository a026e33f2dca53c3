"""No handler catches whatever comes: a bug must not look like bad input. The few that must are named here."""

import ast

from projects import ROOT

EVERYTHING = ("Exception", "BaseException")
ALLOWED = {  # (file, function): at the ends of a process, where nobody else could take the error
    ("workflow/scripts/kernelscope/io/cli.py", "run"),  # keeps the traceback, unless an input was edited
    ("workflow/terminal/snakemake_logger_plugin_kernelscope/__init__.py", "emit"),  # a line must not end a run
}


def caught(node: ast.AST) -> list[str]:
    """Return the names of what a handler or a call of `suppress` catches."""
    if isinstance(node, ast.ExceptHandler):
        return [ast.unparse(part) for part in ast.walk(node.type) if isinstance(part, ast.Name)] if node.type else [""]
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        return [ast.unparse(argument) for argument in node.args]
    return []


def catch_all(code: str) -> list[str]:
    """Return the function of each handler that catches everything."""
    functions = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    return [
        function.name
        for function in functions
        for node in ast.walk(function)
        if any(name in ("", *EVERYTHING) for name in caught(node))
    ]


def test_a_handler_that_catches_everything_is_found():
    kinds = ("except:", "except Exception:", "except (ValueError, BaseException) as error:")
    code = "def f{}():\n    try:\n        g()\n    {}\n        pass\n"
    assert [catch_all(code.format(number, kind)) for number, kind in enumerate(kinds)] == [["f0"], ["f1"], ["f2"]]
    assert catch_all("def f():\n    with contextlib.suppress(Exception):\n        g()\n") == ["f"]
    assert catch_all(code.format("", "except (OSError, ValueError):")) == []


def test_handlers_name_what_they_catch():
    paths = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "workflow").rglob("*.py")}
    assert len(paths) > 200
    assert sorted((path, name) for path, code in paths.items() for name in catch_all(code)) == sorted(ALLOWED)

"""Join JavaScript modules into one script, because a page that is opened from disk cannot load modules from files.

Modules are written in a small part of the syntax of ECMAScript modules, and everything else is refused:

    import { name, other } from "./FILE.js";               a line of its own
    export const|class|function|async function name ...

A module becomes a function that takes its imports and returns its exports, so two modules may use the same private
name. These functions are called in the order in which a browser evaluates modules.
"""

import re
from collections.abc import Iterable
from posixpath import dirname, join, normpath
from typing import NamedTuple

from kernelscope.refusal import quoted, refuse

NAME = r"[A-Za-z_$][\w$]*"
IMPORT = re.compile(rf'import \{{ ({NAME}(?:, {NAME})*) \}} from "(\.\.?/[^"]+)";')
EXPORT = re.compile(rf"export (?:const|class|function|async function) ({NAME})\b")
DECLARATION = re.compile(rf"(?:const|let|var|class|function|async function) ({NAME})\b")  # top level: not indented
KEYWORD = re.compile(r"\b(?:import|export)\b")
ALLOWED = 'import { NAME, NAME } from "./FILE.js"; or export const|class|function|async function NAME'


class Module(NamedTuple):
    """A parsed module.

    name: its path. imports: path of another module -> names. body: the code without `import` and `export`.
    """

    name: str
    imports: dict[str, list[str]]
    exports: list[str]
    body: str


def bundle(sources: dict[str, str], entry: str) -> str:
    """Return the script that runs the module `entry` after all modules that it imports.

    Parameters
    ----------
    sources : dict
        Path of every module, from their common folder -> its text.
    entry : str
        The path of the module that imports all others, directly or not.

    Raises
    ------
    ValueError
        If a module uses other syntax, or a name twice; if it imports what does not exist; if modules import each other
        in a circle; if a module or an export is never imported.
    """
    modules = {name: parsed(name, text) for name, text in sources.items()}
    order = [modules[name] for name in evaluation_order(modules, entry)]
    check_exports(order)
    if unused := sorted(set(modules) - {module.name for module in order}):
        refuse(unused[0], "a module that no other module imports", "an import of it, or no such file")
    return f'"use strict";\n(() => {{\nconst modules = {{}};\n{"".join(map(as_function, order))}}})();\n'


def parsed(name: str, text: str) -> Module:
    """Parse a module; `name` is its path."""
    imports, exports, declared, body = {}, [], [], []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if statement := IMPORT.fullmatch(line):
            imports.setdefault(normpath(join(dirname(name), statement[2])), []).extend(statement[1].split(", "))
            line = ""
        elif statement := EXPORT.match(line):
            exports.append(statement[1])
            line = line.removeprefix("export ")
        if KEYWORD.search(line) and not line.lstrip().startswith("//"):
            refuse(f"{name}, line {number}", quoted(line.strip()), ALLOWED)
        if statement := DECLARATION.match(line):
            declared.append(statement[1])
        body.append(line)
    if twice := repeated([*declared, *(imported for names in imports.values() for imported in names)]):
        refuse(name, f"{twice} twice", "every name to be declared or imported once")
    return Module(name, imports, exports, "\n".join(body).strip("\n"))


def repeated(names: Iterable[str]) -> str:
    """Return the first name that occurs again, "" if there is none."""
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), "")


def evaluation_order(modules: dict[str, Module], entry: str) -> list[str]:
    """Return the names of `entry` and all that it imports, each after its own imports."""
    order: dict[str, None] = {}

    def visit(name: str, importers: list[str]) -> None:
        if name in importers:
            circle = [*importers[importers.index(name) :], name]
            refuse(name, f"imports in a circle, {' -> '.join(circle)}", "imports without a circle")
        if name not in modules:
            refuse(importers[-1] if importers else "the page", f"no module {name}", "this file among its modules")
        if name not in order:
            for other in modules[name].imports:
                visit(other, [*importers, name])
            order[name] = None

    visit(entry, [])
    return list(order)


def check_exports(modules: list[Module]) -> None:
    """Raise a ValueError if an import is not exported, or an export is not imported."""
    exported = {(module.name, name) for module in modules for name in module.exports}
    imported = set()
    for module in modules:
        for source, names in module.imports.items():
            imported |= {(source, name) for name in names}
            if absent := [name for name in names if (source, name) not in exported]:
                refuse(module.name, f"an import of {absent[0]}, which {source} does not export", "an exported name")
    if unused := sorted(exported - imported):
        refuse(unused[0][0], f"an export of {unused[0][1]}, which no module imports", "an import of it, or no export")


def as_function(module: Module) -> str:
    """Return the statement that evaluates a module: a call of a function with the modules that it imports from."""
    parameters = ", ".join(f"{{ {', '.join(names)} }}" for names in module.imports.values())
    arguments = ", ".join(f"modules[{source!r}]" for source in module.imports)
    exports = f"return {{ {', '.join(module.exports)} }};"
    return f"modules[{module.name!r}] = (({parameters}) => {{\n{module.body}\n{exports}\n}})({arguments});\n"

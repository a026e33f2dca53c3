"""JavaScript modules as one script, for a page that is opened from disk, where a browser loads no module from a file.

Modules are written in a small part of the syntax of ECMAScript modules, and the rest of it is refused:

    import { name, other } from "./FILE.js";               a line of its own
    export const|class|function|async function name ...

A module becomes a function that takes what it imports and returns what it exports, so two modules may use the same
private name. These functions are called in the order in which a browser evaluates modules.
"""

import re
from collections.abc import Iterable
from posixpath import dirname, join, normpath
from typing import NamedTuple

NAME = r"[A-Za-z_$][\w$]*"
IMPORT = re.compile(rf'import \{{ ({NAME}(?:, {NAME})*) \}} from "(\.\.?/[^"]+)";')
EXPORT = re.compile(rf"export (?:const|class|function|async function) ({NAME})\b")
DECLARATION = re.compile(rf"(?:const|let|var|class|function|async function) ({NAME})\b")  # of a module: not indented
KEYWORD = re.compile(r"\b(?:import|export)\b")
ALLOWED = 'import { NAME, NAME } from "./FILE.js"; or export const|class|function|async function NAME'


class Module(NamedTuple):
    """A module taken apart. name: its path; imports: path of another module -> names; body: the code, line by line."""

    name: str
    imports: dict[str, list[str]]
    exports: list[str]
    body: str


def bundle(sources: dict[str, str], entry: str) -> str:
    """Return the script that runs the module `entry` after all that it imports.

    Parameters
    ----------
    sources
        Path of every module, from their common folder, -> its text.
    entry
        The path of the module that imports all others, directly or not.

    Raises
    ------
    ValueError
        If a module uses other syntax than the above, or a name twice; if it imports what is not there; if modules
        import each other in a circle; if a module or an export is never imported.
    """
    modules = {name: parsed(name, text) for name, text in sources.items()}
    order = [modules[name] for name in evaluation_order(modules, entry)]
    check_exports(order)
    if unused := sorted(set(modules) - {module.name for module in order}):
        raise ValueError(f"{unused[0]}: no module imports it; import it or delete it")
    return f'"use strict";\n(() => {{\nconst modules = {{}};\n{"".join(map(as_function, order))}}})();\n'


def parsed(name: str, text: str) -> Module:
    """Take a module apart; `name` is its path."""
    imports, exports, declared, body = {}, [], [], []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if found := IMPORT.fullmatch(line):
            imports.setdefault(normpath(join(dirname(name), found[2])), []).extend(found[1].split(", "))
            line = ""
        elif found := EXPORT.match(line):
            exports.append(found[1])
            line = line.removeprefix("export ")
        if KEYWORD.search(line) and not line.lstrip().startswith("//"):
            raise ValueError(f"{name}, line {number}: got {line.strip()!r}, expected {ALLOWED}")
        if found := DECLARATION.match(line):
            declared.append(found[1])
        body.append(line)
    if twice := repeated([*declared, *(one for names in imports.values() for one in names)]):
        raise ValueError(f"{name}: got {twice} twice, expected every name to be declared or imported once")
    return Module(name, imports, exports, "\n".join(body).strip("\n"))


def repeated(names: Iterable[str]) -> str:
    """Return the first name that was there before, "" if there is none."""
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), "")


def evaluation_order(modules: dict[str, Module], entry: str) -> list[str]:
    """Return the names of `entry` and all that it imports, each after what it imports itself."""
    order: dict[str, None] = {}

    def visit(name: str, importers: list[str]) -> None:
        if name in importers:
            circle = [*importers[importers.index(name) :], name]
            raise ValueError(f"{name}: imports itself in a circle, {' -> '.join(circle)}")
        if name not in modules:
            raise ValueError(f"{importers[-1] if importers else 'the page'}: found no module {name}")
        if name not in order:
            for other in modules[name].imports:
                visit(other, [*importers, name])
            order[name] = None

    visit(entry, [])
    return list(order)


def check_exports(modules: list[Module]) -> None:
    """Raise a ValueError where something is imported that is not exported, or the other way round."""
    exported = {(module.name, name) for module in modules for name in module.exports}
    imported = set()
    for module in modules:
        for source, names in module.imports.items():
            imported |= {(source, name) for name in names}
            if absent := [name for name in names if (source, name) not in exported]:
                raise ValueError(f"{module.name}: imports {absent[0]} from {source}, which does not export it")
    if unused := sorted(exported - imported):
        raise ValueError(f"{unused[0][0]}: exports {unused[0][1]}, which no module imports")


def as_function(module: Module) -> str:
    """Return the statement that evaluates a module: a call of a function with the modules that it imports from."""
    parameters = ", ".join(f"{{ {', '.join(names)} }}" for names in module.imports.values())
    arguments = ", ".join(f"modules[{source!r}]" for source in module.imports)
    exports = f"return {{ {', '.join(module.exports)} }};"
    return f"modules[{module.name!r}] = (({parameters}) => {{\n{module.body}\n{exports}\n}})({arguments});\n"

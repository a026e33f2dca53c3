"""Modules as one script: it does what a browser does with the modules themselves, and refuses unsupported syntax."""

import pytest
from projects import ROOT

from kernelscope.page import bundle, html

PAGE = ROOT / "workflow/page"
MODULES = {  # each module writes to `log` when it runs, and `secret` is a private name in three of them
    "main.js": (
        'import { log } from "./log.js";\n'
        'import { left } from "./parts/left.js";\n'
        'import { Right, secretOf } from "./parts/right.js";\n'
        'const secret = "main";\n'
        'log.push("main", secret, left(), new Right().name, secretOf());\n'
        "window.result = log;\n"
    ),
    "log.js": "export const log = [];\n",
    "parts/left.js": (
        "// We import what is below us.\n"
        'import { base } from "./base.js";\n'
        'import { log } from "../log.js";\n'
        'const secret = "left";\n'
        "export function left() { return later() + secret + base; }\n"
        'const later = () => "later ";\n'
        'log.push("left")'
    ),
    "parts/right.js": (
        'import { log } from "../log.js";\n'
        'import { base } from "./base.js";\n'
        'const secret = "right";\n'
        "export class Right { get name() { return `${secret} ${base}`; } }\n"
        'export const secretOf = () => secret; // "use strict" holds: this is undefined there\n'
        'log.push("right", base, (function () { return this === undefined; })());\n'
    ),
    "parts/base.js": 'import { log } from "../log.js";\nexport const base = "base", modules = 1;\nlog.push("base");\n',
}
RESULT = ["base", "left", "right", "base", True, "main", "main", "later leftbase", "right base", "right"]


def run(browser, sources: dict[str, str], script: str):
    """Return what a page with this script writes to `result`, with its modules on a server."""
    types = {"html": "text/html", "js": "text/javascript"}
    files = sources | {"index.html": f"<!doctype html>{script}"}
    tab = browser.new_page()
    tab.route(
        "http://page/**",
        lambda route: route.fulfill(
            body=files[route.request.url.removeprefix("http://page/")],
            content_type=types[route.request.url.rpartition(".")[2]],
        ),
    )
    tab.goto("http://page/index.html")
    outcome = tab.evaluate("[window.result, Object.keys(window).filter((name) => /secret|modules|base/.test(name))]")
    tab.close()
    return outcome


def test_a_bundle_does_what_a_browser_does_with_the_modules(browser):
    bundled = run(browser, {}, f"<script>{bundle.bundle(MODULES, 'main.js')}</script>")
    assert bundled == run(browser, MODULES, '<script type="module" src="main.js"></script>') == [RESULT, []]


def test_the_order_of_the_files_makes_no_difference():
    backwards = dict(reversed(MODULES.items()))
    assert bundle.bundle(backwards, "main.js") == bundle.bundle(MODULES, "main.js")


def test_a_small_bundle_is_this():
    sources = {
        "main.js": 'import { a, b } from "./x.js";\nb(a);\n',
        "x.js": "export const a = 1;\nexport function b() {}",
    }
    assert bundle.bundle(sources, "main.js").splitlines() == [
        '"use strict";',
        "(() => {",
        "const modules = {};",
        "modules['x.js'] = (() => {",
        "const a = 1;",
        "function b() {}",
        "return { a, b };",
        "})();",
        "modules['main.js'] = (({ a, b }) => {",
        "b(a);",
        "return {  };",
        "})(modules['x.js']);",
        "})();",
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_ends_of_lines_are_those_of_any_system(end):
    assert bundle.bundle({"main.js": f"a();{end}b();{end}"}, "main.js") == bundle.bundle(
        {"main.js": "a();\nb();"}, "main.js"
    )


A = "export const a = 1;\n"
UNKNOWN = (
    "import './x.js';",
    "import x from './x.js';",
    "import * as x from './x.js';",
    'import { a as b } from "./x.js";',
    'import { a } from "x.js";',
    'import { a } from "./x.js"',
    'import { a } from "./x.js"; a();',
    'import {\n  a,\n} from "./x.js";',
    ' import { a } from "./x.js";',
    'const x = import("./x.js");',
    "log(import.meta.url);",
    "export default 1;",
    "export { a };",
    "export * from './x.js';",
    "export let a = 1;",
    "export var a = 1;",
    "export const { a } = b;",
    "export const [a] = b;",
    "export function* a() {}",
    "  export const a = 1;",
    "a(); export const b = 1;",
)


@pytest.mark.parametrize("line", UNKNOWN)
def test_other_syntax_of_modules_is_refused_with_its_line(line):
    with pytest.raises(ValueError) as error:
        bundle.bundle(
            {"main.js": f"// import and export, here in words\n{line}\n", "x.js": "export const a = 1;"}, "main.js"
        )
    message = str(error.value)
    assert message.startswith(f"main.js, line 2: got {line.strip().partition(chr(10))[0]!r}, expected import {{ NAME")
    assert "\n" not in message


REFUSED = {
    "a circle": (
        {"main.js": 'import { a } from "./a.js";\na();', "a.js": f'import {{ b }} from "./b.js";\n{A}b();'}
        | {"b.js": 'import { a } from "./a.js";\nexport const b = a;'},
        "a.js: got imports in a circle, a.js -> b.js -> a.js, expected imports without a circle",
    ),
    "itself": (
        {"main.js": 'import { a } from "./main.js";\nexport const b = a;'},
        "main.js: got imports in a circle, main.js -> main.js, expected imports without a circle",
    ),
    "a name that is not exported": (
        {"main.js": 'import { a, b } from "./x.js";', "x.js": f"{A}const b = 2;"},
        "main.js: got an import of b, which x.js does not export, expected an exported name",
    ),
    "a module that is not there": (
        {
            "views/y.js": 'import { a } from "./x.js";\nexport const y = a;',
            "main.js": 'import { y } from "./views/y.js";',
        },
        "views/y.js: got no module views/x.js, expected this file among its modules",
    ),
    "no module to begin with": ({}, "the page: got no module main.js, expected this file among its modules"),
    "a module that is not imported": (
        {"main.js": "", "x.js": "log();"},
        "x.js: got a module that no other module imports, expected an import of it, or no such file",
    ),
    "an export that is not imported": (
        {"main.js": 'import { a } from "./x.js";', "x.js": f"{A}export class B {{}}"},
        "x.js: got an export of B, which no module imports, expected an import of it, or no export",
    ),
    "a name imported twice": (
        {"main.js": 'import { a } from "./x.js";\nimport { a } from "./y.js";', "x.js": A, "y.js": A},
        "main.js: got a twice, expected every name to be declared or imported once",
    ),
    "a name imported and declared": (
        {"main.js": 'import { a } from "./x.js";\nfunction a() {}', "x.js": A},
        "main.js: got a twice, expected every name to be declared or imported once",
    ),
    "a name declared twice": (
        {"main.js": "const b = 1;\nasync function b() {}"},
        "main.js: got b twice, expected every name to be declared or imported once",
    ),
    "a name exported twice": (
        {"main.js": 'import { a } from "./x.js";', "x.js": f"{A}export function a() {{}}"},
        "x.js: got a twice, expected every name to be declared or imported once",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_modules_that_do_not_fit_together_are_refused_in_one_line(what):
    sources, message = REFUSED[what]
    with pytest.raises(ValueError) as error:
        bundle.bundle(sources, "main.js")
    assert str(error.value) == message


def test_a_name_that_is_private_to_a_function_may_be_that_of_an_import():
    sources = {"main.js": 'import { a } from "./x.js";\nfunction f() {\n  const a = 1;\n  return a;\n}', "x.js": A}
    assert "  const a = 1;" in bundle.bundle(sources, "main.js")


def test_the_page_has_every_line_of_its_modules_but_imports():
    sources = {path.relative_to(PAGE).as_posix(): path.read_text() for path in PAGE.rglob("*.js")}
    program = html.script(sources).splitlines()
    lines = {line.removeprefix("export ") for text in sources.values() for line in text.splitlines()}
    assert {line for line in lines if not line.startswith("import ")} <= set(program)
    assert {line.split("'")[1] for line in program if line.startswith("modules['")} == set(sources)

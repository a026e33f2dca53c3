"""The page as text: data stays data, and the browser may run only one program."""

import base64
import hashlib
import json

import numpy as np
import pytest
import unpacked

from kernelscope.figures import colormaps
from kernelscope.page import html

TEMPLATE = (
    '<!doctype html><meta http-equiv="Content-Security-Policy" content="{{ csp }}"><style>{{ css }}</style>'
    '<script type="application/json" id="overview">{{ overview }}</script>'
    '{% for id, text in blocks %}<script type="text/plain" class="block" id="{{ id }}">{{ text }}</script>{% endfor %}'
    "<script>{{ js }}</script>"
)
SOURCES = {
    "page.html": TEMPLATE,
    "page.css": "a > b { content: '&amp;'; }",
    "main.js": 'import { f } from "./views/a.js";\nif (1 < 2 && "é") f();  // last',
    "views/a.js": "export const f = () => `<b>${0}</b>`;\n",
}
HOSTILE = (
    *("<img src=x onerror=alert(1)>", "</script><script>alert(1)", "<!--<script>", "]]>", "&lt;script&gt;"),
    *("\u2028\u2029", "é😀", "\ud800", "{{ 7 * 7 }}", "{% raw %}", '" onload="alert(1)', "'", "\\u003c", "\0"),
)


def elements(overview=None, blocks=(), sources=SOURCES, notes=()):
    return unpacked.Elements("".join(html.chunks(sources, overview or {}, blocks, notes)))


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_class_is_called_it_is_text(name):
    overview = {"classes": [name], name: {"a": name}}
    parsed = elements(overview, [(name, "QUJD")])
    assert [tag for tag, *_ in parsed.found] == ["meta", "style", "script", "script", "script"]
    ((_, text),) = parsed.all("script", id="overview")
    assert json.loads(text) == overview
    assert not set(text) & set("<>&\u2028\u2029")
    if name != "\0":
        ((attributes, _),) = parsed.all("script", **{"class": "block"})
        assert attributes["id"] == name


@pytest.mark.parametrize("name", HOSTILE[:5])
def test_notes_are_text_in_the_footer_each_with_its_dataset_if_there_are_several(name):
    template = "<footer>{% for note in notes %}<i>{{ note }}</i>{% endfor %}</footer>"
    overview = {"datasets": {"a": {"notes": [name]}}}
    sources = SOURCES | {"page.html": template}
    assert elements(overview, sources=sources, notes=[name]).all("i") == [({}, name)] * 2
    overview["datasets"]["b"] = {"notes": []}
    assert elements(overview, sources=sources, notes=[name]).all("i")[1] == ({}, f"a: {name}")


def test_a_note_that_a_block_adds_is_in_the_footer():
    notes = []
    blocks = ((name, notes.append(f"about {name}") or "QUJD") for name in ("a", "b"))
    template = TEMPLATE + "{% for note in notes %}<i>{{ note }}</i>{% endfor %}"
    parsed = elements(blocks=blocks, sources=SOURCES | {"page.html": template}, notes=iter(notes))
    assert [text for _, text in parsed.all("i")] == ["about a", "about b"]


def test_the_policy_names_the_hash_of_exactly_the_program():
    parsed = elements()
    ((_, program),) = [script for script in parsed.all("script") if not script[0]]
    assert program == html.script(SOURCES)
    assert program.index("const f = () => `<b>${0}</b>`;\n") < program.index('if (1 < 2 && "é") f();  // last\n')
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    ((meta, _),) = parsed.all("meta")
    assert meta["content"] == (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; media-src data: blob:"
    )


def test_our_own_stylesheet_is_as_we_wrote_it():
    assert elements().all("style") == [({}, SOURCES["page.css"])]


def test_the_stylesheet_of_the_page_comes_before_those_of_its_views():
    of_views = {"views/b.css": "b {}", "views/a.css": "i {}", "a.css": "u {}"}
    parsed = elements(sources=of_views | SOURCES)
    assert parsed.all("style") == [({}, SOURCES["page.css"] + "u {}i {}b {}")]


@pytest.mark.parametrize(
    ("name", "text"),
    [("main.js", "'</SCRIPT >'"), ("main.js", "'<!--'"), ("page.css", "/* </style> */")],
)
def test_a_file_of_ours_that_would_end_its_element_is_refused(name, text):
    with pytest.raises(ValueError, match="the page's own files: got '<"):
        elements(sources=SOURCES | {name: SOURCES[name] + text})


def test_blocks_are_asked_for_one_after_the_other_as_the_page_is_written():
    requested = []

    def blocks():
        for number in range(3):
            requested.append(number)
            yield f"b{number}", "A" * number

    seen = [(len(requested), chunk) for chunk in html.chunks(SOURCES, {}, blocks())]
    assert [next(count for count, chunk in seen if f'id="b{n}"' in chunk or chunk == f"b{n}") for n in range(3)] == [
        1,
        2,
        3,
    ]


def test_colors_are_those_of_the_pictures():
    maps = html.colors("gray", "RdBu_r", "gray")
    assert list(maps) == ["gray", "RdBu_r"]
    for name, text in maps.items():
        table = np.frombuffer(base64.b64decode(text), np.uint8).reshape(256, 3)
        np.testing.assert_array_equal(table, colormaps.table(name))

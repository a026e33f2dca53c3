"""Assemble the page: the template, scripts and data in one HTML file."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain

import jinja2
from markupsafe import Markup

from kernelscope.figures import colormaps
from kernelscope.page import bundle, payloads
from kernelscope.refusal import quoted, refuse

ENTRY = "main.js"  # the module that imports all others
POLICY = "default-src 'none'; script-src '{}'; style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:"
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}  # in addition to the escapes of ASCII JSON


def chunks(
    sources: dict[str, str], overview: dict, packed: Iterable[tuple[str, str]], notes: Iterable[str] = ()
) -> Iterator[str]:
    """Yield the text of the page, piece by piece.

    Parameters
    ----------
    sources : dict
        Path -> text of page.html, the stylesheets and the modules.
    overview : dict
        The JSON at the beginning of the page.
    packed : iterable of (str, str)
        Id and text of each payload, one at a time.
    notes : iterable of str
        What the page does not hold or has changed; read after the payloads, as they may add to it.

    Raises
    ------
    ValueError
        If a stylesheet or module would end the element that contains it, or the modules cannot be bundled.
    """
    style, program = stylesheet(sources), script(sources)
    for text, endings in ((style, ("</style",)), (program, ("</script", "<!--"))):
        for ending in endings:
            if ending in text.lower():
                refuse("the page's own files", quoted(ending), "none, because it would end or hide what follows")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    yield from environment.from_string(sources["page.html"]).generate(
        **{"css": Markup(style), "js": Markup(program), "csp": policy(program)},
        **{"overview": safe_json(overview), "blocks": packed, "answers": list(overview.get("answers", {}).values())},
        notes=chain(notes, of_datasets(overview.get("datasets", {}))),
    )


def of_datasets(datasets: dict[str, dict]) -> Iterator[str]:
    """Yield the notes about each dataset, with its name if there are several."""
    for name, about in datasets.items():
        yield from (f"{name}: {note}" if len(datasets) > 1 else note for note in about.get("notes", []))


def stylesheet(sources: dict[str, str]) -> str:
    """Return all stylesheets as one: that of the whole page, then those of its views."""
    names = sorted((name for name in sources if name.endswith(".css")), key=lambda name: (name != "page.css", name))
    return "".join(sources[name] for name in names)


def script(sources: dict[str, str]) -> str:
    """Return all modules as one script."""
    return bundle.bundle({name: text for name, text in sources.items() if name.endswith(".js")}, ENTRY)


def policy(program: str) -> str:
    """Return what a browser may do on the page: run this program, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    return POLICY.format(f"sha256-{digest}")


def safe_json(content: dict) -> Markup:
    """Return JSON that may be within a <script> element, without any character of markup."""
    text = payloads.json_text(content)
    for character, escape in ESCAPES.items():
        text = text.replace(character, escape)
    return Markup(text)


def colors(*color_maps: str) -> dict[str, str]:
    """Return the 256 colors of each map, red, green and blue, as base64."""
    return {name: base64.b64encode(colormaps.table(name).tobytes()).decode() for name in dict.fromkeys(color_maps)}

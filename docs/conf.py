"""Settings of the documentation site: Sphinx, MyST and furo; `make docs` builds it.

The pages are the Markdown files of the repository as they are, with README.md as the first one. The contents beside
each page are made from the lists of links in docs/README.md, so a new page is listed there and nowhere else.
"""

import re
import shutil
import sys
from pathlib import Path

from docutils import nodes
from pygments.lexers.python import PythonLexer
from sphinx import addnodes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from kernelscope.version import VERSION  # noqa: E402

project = "kernelscope"
author = "The kernelscope developers"
copyright = author
version = release = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinxcontrib.mermaid"]
root_doc = "README"
include_patterns = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "config/README.md", "docs/*.md", "docs/**/*.md"]
exclude_patterns = [".*", "docs/_build", "results", "tests", "workflow", "benchmarks", "envs", "**/node_modules"]

myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 4  # links to headings
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the signatures have them
autodoc_mock_imports = ["lightning", "transformers", "keras", "fastai"]  # of callbacks, which the site does without
napoleon_google_docstring = False
default_role = "code"

html_theme = "furo"
html_title = f"kernelscope {VERSION}"
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+\.md)\)")


def contents(index: Path) -> str:
    """Return a hidden table of contents for each section of docs/README.md, from its links to pages."""
    text = index.read_text(encoding="utf-8")
    starts = [*SECTION.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    tables = [toctree(match[1], LINK.findall(text[match.end() : end])) for match, end in zip(starts, ends, strict=True)]
    return "\n".join([toctree("All pages", ["README.md"]), *tables])


def toctree(caption: str, pages: list[str]) -> str:
    """Return a hidden table of contents of pages, which are named as seen from docs/."""
    names = [(ROOT / "docs" / page).resolve().relative_to(ROOT).with_suffix("").as_posix() for page in pages]
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```", ""])


def add_contents(app, docname: str, source: list[str]) -> None:
    """Add the contents to the first page."""
    if docname == root_doc:
        source[0] += contents(ROOT / "docs/README.md")


def open_pages(app, tree: nodes.document, docname: str) -> None:
    """Let links to HTML files open them, where Sphinx would offer them as downloads."""
    up = "../" * docname.count("/")
    for link in tree.findall(addnodes.download_reference):
        name = Path(link["reftarget"])
        if name.suffix == ".html":
            link.replace_self(
                nodes.reference("", "", *link.children, refuri=f"{up}_static/{name.name}", internal=False)
            )


def add_index(app, error: Exception | None) -> None:
    """Copy the first page to where servers look for it."""
    if error is None and app.builder.format == "html":
        shutil.copy(Path(app.outdir, f"{root_doc}.html"), Path(app.outdir, "index.html"))


def setup(app) -> dict:
    app.add_lexer("snakemake", PythonLexer)  # Pygments has none; its rules are colored as far as they are Python
    app.connect("source-read", add_contents)
    app.connect("doctree-read", lambda app, tree: open_pages(app, tree, app.env.docname))
    app.connect("build-finished", add_index)
    return {"parallel_read_safe": True}

"""Everything that documents, comments and docstrings name exists: commands, files, headings, log entries, figures."""

import re

import pytest
from comments import said, tracked
from projects import ROOT
from prose import anchor_of

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE))
FOLDERS = "docs|config|workflow|benchmarks|tests|envs|profiles"
MADE = re.compile(r"/found/|/[A-Z]+\.")  # outputs of benchmarks; a name in capitals is a placeholder
ELSEWHERE = {"findings.md", "index.html", "movie.html"}  # files that a run makes,
ELSEWHERE |= {
    *("mine.yaml", "theirs.yaml", "seeds.yaml", "X.yaml", "FOLDER.yaml"),
    "mymodule.py",
    "other.md",
    "coverage.py",
}  # that a user writes, and names that are not files of ours
FIGURES = sorted(path.name for path in (ROOT / "docs").glob("*.png"))
LIBRARY = ROOT / "workflow/scripts/kernelscope"
DOCUMENT = r"(?:README|CONTRIBUTING|[\w./-]+\.md)"
COST = re.compile(
    r"\b(?:takes?|took|costs?|needs?|saves?) (?:about |some |up to )?[\d.,]+ (?:ms|s|seconds|minutes|hours|MB|GB)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+) times as (?:fast|long|slow)"
    r"|\b(?:half|third|quarter|fifth|tenth) of (?:the|its) (?:time|bytes|cost)",
    re.IGNORECASE,
)


def documents() -> dict[str, str]:
    """Return the text of every document, by its path."""
    return {name: text for name, text in said().items() if name.endswith(".md")}


def targets_named(text: str) -> set[str]:
    """Return the targets of `make` commands in backticks, at the end of a sentence, or in a code block."""
    return set(re.findall(r"(?:`|[(:;] |^    )make\s+([a-z][\w-]*)", text, re.MULTILINE))


def files_named(text: str) -> set[str]:
    """Return the paths of project files that a text names."""
    return set(
        re.findall(
            rf"(?<![\w./{{}}-])(?:{FOLDERS})/[\w./-]*\w\.(?:py|smk|yaml|yml|md|png|txt|json|in|sh|js|css|rst)\b", text
        )
    )


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a document."""
    return {anchor_of(heading) for heading in re.findall(r"^#+ +(.*)$", text, re.MULTILINE)}


def broken(name: str, text: str) -> list[str]:
    """Return the links of a document that lead to no existing file or heading."""
    links = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        path = (ROOT / name).parent / target if target else ROOT / name
        if link.startswith("http"):
            continue
        if not path.exists() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            links.append(link)
    return links


def days_named(text: str) -> set[str]:
    """Return the days of the log that a text names."""
    return set(re.findall(r"docs/log\.md[,)]?\s+\(?(\d{4}-\d\d-\d\d)", text))


def documents_named(text: str) -> set[str]:
    """Return documents that are named with a section number; none of our headings has a number."""
    name = r"([A-Z]{4,}|[\w./-]+\.md)\b"
    number = r"sections?\s+\d[\d.]*"
    after = rf"{number}(?:\s+(?:and|to)\s+[\d.]+)?\s+(?:of|in)\s+(?:the\s+)?{name}"
    return set(filter(None, sum(re.findall(rf"\b{name},?\s+{number}|\b{after}", text), ())))


def headings_named(text: str) -> set[tuple[str, str]]:
    """Return (document from the root, heading) of every named heading: an anchor, or its words in quotes."""
    anchor, quoted = rf"(?<![\w./-])({DOCUMENT})#([\w-]+)", rf"({DOCUMENT}),\s+\"([^\"]+)\""
    return {*re.findall(anchor, text), *re.findall(quoted, text)}


def missing_headings(text: str) -> set[tuple[str, str]]:
    """Return the named headings that do not exist."""
    return {(name, heading) for name, heading in headings_named(text) if heading not in headings(name)}


def headings(name: str) -> set[str]:
    """Return all headings of a document as words and as anchors, with bold words that begin a line; none if missing."""
    path = ROOT / (name if name.endswith(".md") else f"{name}.md")
    if not path.is_file():
        return set()
    text = path.read_text(encoding="utf-8")
    bold = re.findall(r"^\*\*([^*]+?)\.?\*\*", text, re.MULTILINE)
    return anchors(text) | {*re.findall(r"^#+ +(.*)$", text, re.MULTILINE), *bold}


def undated(text: str) -> list[str]:
    """Return the lines with a measured cost but no date nearby."""
    lines = text.split("\n")
    near = ["\n".join(lines[max(0, i - 3) : i + 4]) for i in range(len(lines))]
    return [
        line
        for line, around in zip(lines, near, strict=True)
        if COST.search(line) and not re.search(r"20\d\d-\d\d-\d\d", around)
    ]


def missing(text: str) -> set[str]:
    """Return the project files that a text names and that do not exist."""
    return {path for path in files_named(text) if not (ROOT / path).exists() and not MADE.search(path)}


def missing_names(text: str) -> set[str]:
    """Return the named code, config and documents that exist in no folder of the project."""
    named = re.findall(r"(?<![\w/.{}*-])([\w-]+\.(?:py|smk|js|css|yaml|yml|md|txt|sh|toml|html|rst))\b", text)
    return set(named) - {path.name for path in tracked()} - ELSEWHERE


def everywhere(find) -> dict[str, object]:
    """Return {file: what `find` finds in its words}, without files where it finds nothing."""
    return {name: hits for name, text in said().items() if (hits := find(text))}


def test_every_target_of_make_that_is_named_is_there():
    assert everywhere(lambda text: targets_named(text) - TARGETS) == {}
    assert len(set().union(*everywhere(targets_named).values())) > 10


def test_every_file_that_is_named_is_there():
    assert everywhere(missing) == {}
    assert len(set().union(*everywhere(files_named).values())) > 20


def test_every_day_of_the_log_that_is_named_has_an_entry():
    log = (ROOT / "docs/log.md").read_text(encoding="utf-8")
    assert everywhere(lambda text: {day for day in days_named(text) if f"\n## {day}" not in log}) == {}
    assert everywhere(days_named)


def test_no_document_is_named_that_is_not_there():
    assert everywhere(documents_named) == {}


def test_every_heading_that_code_names_is_there():
    code = {name: text for name, text in said().items() if name not in documents()}
    assert {name: gone for name, text in code.items() if (gone := missing_headings(text))} == {}
    assert len(set().union(*map(headings_named, code.values()))) > 3


def test_every_link_leads_to_a_file_and_to_a_heading_of_it():
    assert {name: links for name, text in documents().items() if (links := broken(name, text))} == {}


def test_every_file_that_is_named_without_its_folder_is_there():
    gone = everywhere(missing_names)
    assert {name: names for name, names in gone.items() if name != "docs/log.md"} == {}  # the log names old files


def test_every_module_and_folder_that_the_architecture_names_is_there():
    text = documents()["docs/architecture.md"]
    (tree,) = re.findall(r"^```\nworkflow/\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    named = {*re.findall(r"`([\w/]+/\w+\.(?:py|smk))`", text), *re.findall(r"^    (\w+)/  ", tree, re.MULTILINE)}
    roots = ROOT, ROOT / "workflow", LIBRARY.parent, LIBRARY, ROOT / "workflow/experiment"
    assert [name for name in sorted(named) if not any((root / name).exists() for root in roots)] == []
    assert len(named) > 30


def test_no_comment_holds_a_measurement_without_its_day():
    assert {name: lines for name, lines in everywhere(undated).items() if name not in documents()} == {}


@pytest.mark.parametrize("name", FIGURES)
def test_every_picture_is_shown_beside_the_command_that_makes_it(name):
    picture = rf"!\[[^]]*\]\((?:docs/|\.\./)?{re.escape(name)}\)"
    showing = [text for text in documents().values() if re.search(picture, text)]
    assert showing
    rules = re.findall(r"^([\w-]+):(.*(?:\n\t.*)*)", MAKEFILE, re.MULTILINE)
    made_by = [target for target, recipe in rules if f"docs/{name}" in recipe]
    if made_by:
        assert any(re.search(rf"`make\s+{target}\b", text) for text in showing for target in made_by)
    else:  # copied by hand from the output of the command after it
        after = showing[0].split(name, 1)[1][:300]
        assert re.search(r"`\.venv/bin/python benchmarks/\w+\.py[^`]*`.*`benchmarks/found/\w+\.png`", after, re.DOTALL)


@pytest.mark.parametrize(
    ("text", "find"),
    [
        ("run `make nothing`", lambda text: targets_named(text) - TARGETS),
        ("# the picture: make nothing", lambda text: targets_named(text) - TARGETS),
        ("    make nothing CONFIG=config/smoke.yaml", lambda text: targets_named(text) - TARGETS),
        ("(benchmarks/nothing.py)", missing),
        ("[log](docs/log.md#2020-01-01)", lambda text: broken("README.md", text)),
        ("[log](docs/nothing.md)", lambda text: broken("README.md", text)),
        ("as measured (docs/log.md, 2020-01-01)", days_named),
        ("equally smooth noise (nothing.py)", missing_names),
        ("rules are in nothing.smk", missing_names),
        ("weight decay (METHODS, section 1)", documents_named),
        ("as in section 2.1 of docs/log.md", documents_named),
        ("sections 3 and 4 of the METHODS say why", documents_named),
        ("docs/log.md, section 3", documents_named),
        ("the null (docs/explanation/methods.md#nothing)", missing_headings),
        ('docs/log.md, "Nothing that is there"', missing_headings),
        ('see README, "Nothing"', missing_headings),
        ("docs/nothing.md#anchor", missing_headings),
        ("takes 20 ms a step", undated),
        ("five times as fast as torch's", undated),
    ],
)
def test_what_is_not_there_is_found(text, find):
    assert find(text)


@pytest.mark.parametrize(
    ("text", "find"),
    [
        ("Hoyer 2004, section 3.1", documents_named),
        ("Lee et al., ICML 2009, section 3.5", documents_named),
        ("docs/explanation/methods.md#which-kernels-match", missing_headings),
        ('docs/explanation/methods.md, "Two towers"', missing_headings),
        ('docs/log.md, "A GPU"', missing_headings),
        ("make clean", lambda text: targets_named(text) - TARGETS),
    ],
)
def test_sources_and_existing_names_are_not_reported(text, find):
    assert not find(text)

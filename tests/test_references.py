"""Whatever documents, comments and docstrings name is there: commands, files, entries of the log, pictures."""

import re

import pytest
from comments import said, tracked
from projects import ROOT
from prose import anchor_of

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE))
FOLDERS = "docs|config|workflow|benchmarks|tests|envs|profiles"
MADE = re.compile(r"/found/|/[A-Z]+\.")  # what benchmarks find; a name in capitals stands for any
PICTURES = sorted(path.name for path in (ROOT / "docs").glob("*.png"))
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
    """Return what `make` is told to make, in backticks, at the end of a sentence, or in a block of code."""
    return set(re.findall(r"(?:`|[(:;] |^    )make\s+([a-z][\w-]*)", text, re.MULTILINE))


def files_named(text: str) -> set[str]:
    """Return the paths of files of the project."""
    return set(
        re.findall(
            rf"(?<![\w./{{}}-])(?:{FOLDERS})/[\w./-]*\w\.(?:py|smk|yaml|yml|md|png|txt|json|in|sh|js|css|rst)\b", text
        )
    )


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a document."""
    return {anchor_of(heading) for heading in re.findall(r"^#+ +(.*)$", text, re.MULTILINE)}


def broken(name: str, text: str) -> list[str]:
    """Return the links of a document that lead to no file, or to no heading of it."""
    found = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        path = (ROOT / name).parent / target if target else ROOT / name
        if link.startswith("http"):
            continue
        if not path.exists() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            found.append(link)
    return found


def days_named(text: str) -> set[str]:
    """Return the days of the log that a text names."""
    return set(re.findall(r"docs/log\.md[,)]?\s+\(?(\d{4}-\d\d-\d\d)", text))


def documents_named(text: str) -> set[str]:
    """Return documents that are named by a word in capitals and a section."""
    return set(re.findall(r"\b([A-Z]{4,})(?:\.md)?,? sections? \d", text))


def undated(text: str) -> list[str]:
    """Return the lines that say what something takes, and no day near them."""
    lines = text.split("\n")
    near = ["\n".join(lines[max(0, i - 3) : i + 4]) for i in range(len(lines))]
    return [
        line
        for line, around in zip(lines, near, strict=True)
        if COST.search(line) and not re.search(r"20\d\d-\d\d-\d\d", around)
    ]


def missing(text: str) -> set[str]:
    """Return the files of the project that a text names and that are not there."""
    return {path for path in files_named(text) if not (ROOT / path).exists() and not MADE.search(path)}


def everywhere(find) -> dict[str, object]:
    """Return what `find` finds in the words of each file, where it finds anything."""
    return {name: found for name, text in said().items() if (found := find(text))}


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


def test_every_link_leads_to_a_file_and_to_a_heading_of_it():
    assert {name: links for name, text in documents().items() if (links := broken(name, text))} == {}


def test_every_module_that_a_document_names_is_there():
    known = {path.name for path in tracked()}
    names = {name: set(re.findall(r"`(\w+\.(?:py|smk))`", text)) - known for name, text in documents().items()}
    assert {name: some for name, some in names.items() if some and name != "docs/log.md"} == {}


def test_no_comment_holds_a_measurement_without_its_day():
    assert {name: lines for name, lines in everywhere(undated).items() if name not in documents()} == {}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_shown_beside_the_command_that_makes_it(name):
    shown = [text for text in documents().values() if name in re.findall(r"!\[[^]]*\]\((?:docs/)?([^)]+)\)", text)]
    assert shown
    rules = re.findall(r"^([\w-]+):(.*(?:\n\t.*)*)", MAKEFILE, re.MULTILINE)
    made_by = [target for target, recipe in rules if f"docs/{name}" in recipe]
    if made_by:
        assert any(re.search(rf"`make\s+{target}\b", text) for text in shown for target in made_by)
    else:  # by hand, from what the command after it writes
        after = shown[0].split(name, 1)[1][:300]
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
        ("weight decay (METHODS, section 1)", documents_named),
        ("takes 20 ms a step", undated),
        ("five times as fast as torch's", undated),
    ],
)
def test_what_is_not_there_is_found(text, find):
    assert find(text)

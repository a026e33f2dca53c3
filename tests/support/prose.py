"""The prose of a Markdown document, and the numbers in it without a stated source."""

import re
from collections.abc import Iterable, Iterator

from documents.entries import pattern

LINK = re.compile(r"\]\(([\w./]+\.md)#([\w-]+)\)")
DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
CITATION = re.compile(r"(?:\b[A-Z]\w+| et al\.),?(?: [A-Z]{4})? \(?(?:19|20)\d\d(?=[),;])")
ITEM = re.compile(r"^\d+\. ", re.MULTILINE)  # the number of an item in a list
FEW = (
    "half an?|quarter of an?|another|some|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|sixty"
)
UNITS = "ms|s|sec(?:ond)?s?|min(?:ute)?s?|hours?|[kMGT]i?B|[kmg]igabytes?|megabytes?"
NUMBER = re.compile(
    rf"(?<!\w)(?<!\w-)\d[\d,.]*(?: ?(?:{UNITS}|%)(?!\w))?"
    rf"|\b(?:{FEW}|\d[\d.]*)(?: and a half)? (?:seconds?|minutes?|hours?|gigabytes?|times (?:as|faster|slower))\b"
    r"|\b(?:a|an|one|two) (?:minutes?|hours?|gigabytes?|thirds?|quarters?|fifths?|tenths?)\b",
    re.IGNORECASE,
)
COST = re.compile(rf"\b\d[\d.]* ?(?:{UNITS})\b|\b(?:{FEW}|an?) (?:minutes?|hours?|seconds)\b")  # in a block of code


def untied(text: str, phrases: Iterable[str], pages: dict[str, str] | None = None) -> list[str]:
    """Return the numbers of the prose that are in none of the phrases, each with its sentence; not the years of papers.

    A number is also allowed in a sentence that links to a heading of one of the `pages` (path -> text), if the text
    below that heading has the number. In code blocks only times and sizes count.
    """
    patterns = [pattern(phrase) for phrase in sorted(phrases, key=len, reverse=True)]
    numbers = []
    for block, is_code in blocks(text):
        for phrase in (*patterns, CITATION, ITEM):
            block = phrase.sub(" ", block)
        if is_code:
            numbers += [f"{number[0]}: {block.strip()}" for number in COST.finditer(block)]
            continue
        for sentence in re.split(r"(?<=[.!?])\s+(?=\W*[A-Z\d])", re.sub(r"`[^`]*`", "``", block)):
            linked = " ".join(section(pages or {}, *link) for link in LINK.findall(sentence))
            for number in NUMBER.finditer(re.sub(r"\]\([^)]*\)", "]", sentence)):
                if not pattern(number[0].strip(" .,")).search(linked):
                    numbers.append(f"{number[0]}: {' '.join(sentence.split())}")
    return numbers


def section(pages: dict[str, str], page: str, anchor: str) -> str:
    """Return the text below the heading with this anchor, including its subheadings; "" if there is none."""
    level, kept = 0, []
    for line in pages.get(page, "").split("\n"):
        heading = re.fullmatch(r"(#+) +(.*)", line)
        if heading and level and len(heading[1]) <= level:
            break
        if heading and not level and anchor_of(heading[2]) == anchor:
            level = len(heading[1])
        elif level:
            kept.append(line)
    return "\n".join(kept)


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Yield (text, whether it is code) of paragraphs, table cells and lines of code, without generated text."""
    text = re.sub(r"<!-- (?:numbers: )?(\S.*?) -->.*?<!-- end of \1 -->", "", text, flags=re.DOTALL)
    text = re.sub(r"!\[[^]]*\]\([^)]*\)", "", text)
    for number, part in enumerate(re.split(r"^```.*$", text, flags=re.MULTILINE)):
        if number % 2:
            yield from ((line, True) for line in part.split("\n"))
            continue
        for paragraph in re.split(r"\n\s*\n", part):
            if paragraph.lstrip("\n").startswith("    "):
                yield from ((line, True) for line in paragraph.split("\n"))
            elif paragraph.lstrip().startswith("|"):
                yield from ((cell, False) for line in paragraph.split("\n") for cell in line.split(" | "))
            else:
                yield paragraph, False

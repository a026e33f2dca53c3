"""A page of Markdown as plain text: what stands under which heading."""

import re

HEADING = re.compile(r"(#{1,3}) +(.*)")


def sections(text: str) -> list[dict]:
    """[{"level": 1 to 3, "heading", "lines": [a paragraph or the sentence of a bullet, ...]}, ...] in their order.

    What stands before the first heading is left out. The lines of a paragraph are joined.
    """
    found: list[dict] = []
    new = True  # whether the next words begin a paragraph
    for line in text.split("\n"):
        if heading := HEADING.fullmatch(line):
            found.append({"level": len(heading[1]), "heading": heading[2].strip(), "lines": []})
        elif found and line.strip():
            begins = new or line.startswith("* ") or not found[-1]["lines"]
            words = line.removeprefix("* ").strip()
            found[-1]["lines"] += [words] if begins else [f"{found[-1]['lines'].pop()} {words}"]
        new = bool(heading) or not line.strip()
    return found

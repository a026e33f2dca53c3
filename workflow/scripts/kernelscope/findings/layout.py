"""Sentences as lines of Markdown, none of them longer than WIDTH."""

import re
import textwrap
from typing import NamedTuple

WIDTH = 160  # characters of a line
SPECIAL = re.compile(r"[\\*<`]|\](?=\()")  # what Markdown would take for markup, in names


class Bullet(NamedTuple):
    """A bullet: what it begins with, its parts without a period at the end, what is between them, and how long it is.

    The most important parts are first: those for which there is no room are counted. most: lines.
    """

    opening: str
    parts: list[str]
    between: str = ". "
    most: int = 100


def lines(bullet: Bullet, most: int) -> list[str]:
    """Return the lines of a bullet, at most this many, each of at most WIDTH characters; none without parts."""
    parts = [escaped(part) for part in bullet.parts]
    for count in range(len(parts), 0, -1):
        more = len(parts) - count
        wrapped = wrap(f"* {bullet.opening} {bullet.between.join(parts[:count])}.{rest(more)}")
        if len(wrapped) <= most:
            return wrapped
    return shortened(f"* {bullet.opening} {parts[0]}", rest(len(parts) - 1), most) if parts else []


def rest(more: int) -> str:
    """Return where the parts are for which there is no room."""
    return f" ({more} more in `statements.csv`)" if more else ""


def shortened(text: str, end: str, most: int) -> list[str]:
    """Return the beginning of a text with an end, in this many lines."""
    pieces = re.split(r"(?<=[,;:]) ", text)
    for count in range(len(pieces) - 1, 0, -1):
        wrapped = wrap(f"{' '.join(pieces[:count])} …{end}")
        if len(wrapped) <= most:
            return wrapped
    return wrap(f"{textwrap.shorten(text, most * WIDTH // 2, placeholder=' …')}{end}")[:most]


def fitted(bullets: list[Bullet], most: int) -> list[str]:
    """Return the lines of bullets, at most this many if there are no more bullets; the longest is shortened first."""
    allowed = [bullet.most for bullet in bullets]
    while True:
        of_each = [lines(*pair) for pair in zip(bullets, allowed, strict=True)]
        longest = max(range(len(of_each)), key=lambda i: (len(of_each[i]), i), default=0)
        if sum(map(len, of_each)) <= most or len(of_each[longest]) == 1:
            return [line for of_bullet in of_each for line in of_bullet]
        allowed[longest] = min(allowed[longest], len(of_each[longest])) - 1


def wrap(text: str) -> list[str]:
    """Return a text as lines; the later lines of a bullet are indented."""
    indent = "  " if text.startswith("* ") else ""
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def escaped(text: str) -> str:
    """Return text in which Markdown finds no markup."""
    return SPECIAL.sub(lambda found: f"\\{found[0]}", text)

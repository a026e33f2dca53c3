"""Sentences as lines of Markdown, none of them longer than WIDTH."""

import re
import textwrap
from typing import NamedTuple

WIDTH = 160  # characters of a line
FIXED = "\N{NO-BREAK SPACE}"
CLAUSES = re.compile(r"(?<=[,;:]) (?![^\[(]*[\])])")  # where a sentence can end early: not within brackets
INTERVAL = re.compile(r"\[([^\s,\]]+), ([^\s,\]]+)\]")  # is not broken over two lines
SPECIAL = re.compile(r"[\\*<`]|\](?=\()")  # what Markdown would take for markup, in names


class Bullet(NamedTuple):
    """A bullet: what it begins with, its parts without a period at the end, what is between them, and how long it is.

    The most important parts are first: those for which there is no room are counted. most: lines from which on it is
    shortened before others.
    """

    opening: str
    parts: list[str]
    between: str = ". "
    most: int = 1


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
    """Return how many parts there is no room for."""
    return f" (+{more})" if more else ""


def shortened(text: str, end: str, most: int) -> list[str]:
    """Return the beginning of a text with an end, in this many lines."""
    pieces = CLAUSES.split(text)
    for count in range(len(pieces) - 1, 0, -1):
        wrapped = wrap(f"{' '.join(pieces[:count])} …{end}")
        if len(wrapped) <= most:
            return wrapped
    return wrap(f"{textwrap.shorten(text, most * WIDTH // 2, placeholder=' …')}{end}")[:most]


def fitted(bullets: list[Bullet], most: int) -> list[str]:
    """Return the lines of bullets, at most this many if there are no more bullets; the longest is shortened first."""
    allowed = [most] * len(bullets)
    while True:
        of_each = [lines(*pair) for pair in zip(bullets, allowed, strict=True)]
        size = [
            (len(of_bullet) > bullet.most, len(of_bullet)) for of_bullet, bullet in zip(of_each, bullets, strict=True)
        ]
        longest = max(range(len(size)), key=lambda i: (size[i], i), default=0)
        if sum(map(len, of_each)) <= most or len(of_each[longest]) == 1:
            return [line for of_bullet in of_each for line in of_bullet]
        allowed[longest] = min(allowed[longest], len(of_each[longest])) - 1


def wrap(text: str) -> list[str]:
    """Return a text as lines; the later lines of a bullet are indented."""
    indent = "  " if text.startswith("* ") else ""
    kept = INTERVAL.sub(rf"[\1,{FIXED}\2]", text.replace(" %", f"{FIXED}%"))
    lines = textwrap.wrap(kept, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(FIXED, " ") for line in lines]


def escaped(text: str) -> str:
    """Return text in which Markdown finds no markup."""
    return SPECIAL.sub(lambda found: f"\\{found[0]}", text)

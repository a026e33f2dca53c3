"""Sentences as lines of Markdown, none of them longer than WIDTH."""

import re
import textwrap
from typing import NamedTuple

WIDTH = 160  # characters of a line
FIXED = "\N{NO-BREAK SPACE}"
CLAUSES = re.compile(r"(?<=[,;:]) (?![^\[(]*[\])])")  # where a sentence can end early: not within brackets
INTERVAL = re.compile(r"\[([^\s,\]]+), ([^\s,\]]+)\]")  # is not broken over two lines
P = re.compile(r"\bp ([=≤<]) (\S)")  # likewise
SPECIAL = re.compile(r"[\\*<`]|\](?=\()")  # what Markdown would take for markup, in names


class Bullet(NamedTuple):
    """A bullet: what it begins with, its parts without a period at the end, what is between them, and how long it is.

    The most important parts are first: those for which there is no room are counted. most: lines from which on it is
    shortened before others. left_out: parts that are only counted.
    """

    opening: str
    parts: list[str]
    between: str = ". "
    most: int = 1
    left_out: int = 0


def lines(bullet: Bullet, most: int) -> list[str]:
    """Return the lines of a bullet, at most this many, each of at most WIDTH characters; none without parts."""
    if not bullet.parts:
        return []
    if count := fitting(bullet, most):
        return whole(bullet, count)
    end = rest(len(bullet.parts) + bullet.left_out - 1)
    return shortened(f"* {bullet.opening} {escaped(bullet.parts[0])}", end, most)


def fitting(bullet: Bullet, most: int) -> int:
    """Return how many parts fit into this many lines without being cut."""
    return next((n for n in range(len(bullet.parts), 0, -1) if len(whole(bullet, n)) <= most), 0)


def whole(bullet: Bullet, count: int) -> list[str]:
    """Return the lines of the first parts of a bullet."""
    text = bullet.between.join(map(escaped, bullet.parts[:count]))
    return wrap(f"* {bullet.opening} {text}.{rest(len(bullet.parts) + bullet.left_out - count)}")


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


def fitted(bullets: list[Bullet], most: int, words: int = 10_000) -> list[str]:
    """Return the lines of bullets, at most this many if there are no more bullets.

    The longest is shortened first; a sentence is cut only where every bullet has only its first one. To have at most
    this many words, parts are left out, but none is cut.
    """
    shorter = list(bullets)
    while True:
        allowed = allotted(shorter, most)
        of_each = [lines(*pair) for pair in zip(shorter, allowed, strict=True)]
        counts = [fitting(*pair) for pair in zip(shorter, allowed, strict=True)]
        size = [(-bullet.most, n, i) for i, (bullet, n) in enumerate(zip(shorter, counts, strict=True)) if n > 1]
        if not size or sum(len(line.split()) for of_bullet in of_each for line in of_bullet) <= words:
            return [line for of_bullet in of_each for line in of_bullet]
        _, count, i = max(size)
        gone = len(shorter[i].parts) - count + 1
        parts = shorter[i].parts[: count - 1]
        shorter[i] = shorter[i]._replace(parts=parts, left_out=shorter[i].left_out + gone)


def allotted(bullets: list[Bullet], most: int) -> list[int]:
    """Return how many lines each bullet may have, so that all have at most this many."""
    allowed = [most] * len(bullets)
    least = [len(whole(bullet, 1)) if bullet.parts else 0 for bullet in bullets]
    while True:
        sizes = [len(lines(*pair)) for pair in zip(bullets, allowed, strict=True)]
        order = [
            (size > fewest, size > bullet.most, size, i)
            for i, (size, bullet, fewest) in enumerate(zip(sizes, bullets, least, strict=True))
        ]
        longest = max(order, default=(False, False, 0, 0))[-1]
        if sum(sizes) <= most or sizes[longest] == 1:
            return allowed
        allowed[longest] = min(allowed[longest], sizes[longest]) - 1


def wrap(text: str) -> list[str]:
    """Return a text as lines; the later lines of a bullet are indented."""
    indent = "  " if text.startswith("* ") else ""
    kept = INTERVAL.sub(rf"[\1,{FIXED}\2]", text.replace(" %", f"{FIXED}%"))
    kept = P.sub(rf"p{FIXED}\1{FIXED}\2", kept)
    lines = textwrap.wrap(kept, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(FIXED, " ") for line in lines]


def escaped(text: str) -> str:
    """Return text in which Markdown finds no markup."""
    return SPECIAL.sub(lambda found: f"\\{found[0]}", text)

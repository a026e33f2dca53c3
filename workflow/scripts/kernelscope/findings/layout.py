"""Sentences as lines of Markdown, none of them longer than a screen is wide."""

import re
import textwrap
from collections.abc import Iterable

WIDTH = 160  # characters of a line
SPECIAL = re.compile(r"[\\*<`]|\](?=\()|^[#>+-]")  # what Markdown would take for markup, in names


def bullet(title: str, sentences: Iterable[str], lines: int) -> list[str]:
    """Return a bullet of at most this many lines, the title in italics; what does not fit is counted.

    Parameters
    ----------
    title : str
    sentences : iterable of str
        Without their periods, the most important first.
    lines : int

    Returns
    -------
    list of str
        Lines of at most WIDTH characters; empty without sentences.
    """
    sentences = [escaped(sentence) for sentence in sentences]
    if not sentences:
        return []
    for count in range(len(sentences), 0, -1):
        left = f" {len(sentences) - count} more in `statements.csv`." if count < len(sentences) else ""
        wrapped = wrap(f"* *{title}.* {'. '.join(sentences[:count])}.{left}")
        if len(wrapped) <= lines:
            return wrapped
    room = lines * (WIDTH - 10) - len(title)
    return wrap(f"* *{title}.* {textwrap.shorten(sentences[0], room, placeholder=' …')}{left}")[:lines]


def wrap(text: str) -> list[str]:
    """Return a text as lines; later lines are indented, as of a bullet."""
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def escaped(text: str) -> str:
    """Return text in which Markdown finds no markup."""
    return SPECIAL.sub(lambda found: f"\\{found[0]}", text)

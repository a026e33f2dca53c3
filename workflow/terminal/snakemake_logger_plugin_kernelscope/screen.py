"""Lines on a terminal, the last of which can be renewed; plain lines where there is no terminal."""

import os
from contextlib import suppress

RED, PLAIN = "\x1b[31m", "\x1b[0m"
SIGNS = ("█", "░", " · ", "…"), ("#", "-", ", ", "~")  # done and not done of a bar, between parts, after a cut


class Screen:
    """The stream that a run reports to. The cursor is never hidden, so there is nothing to restore after a kill."""

    def __init__(self, stream, nocolor: bool = False) -> None:
        self.stream, self.now = stream, ""  # the live line
        self.is_live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self.colored = self.is_live and not nocolor and not os.environ.get("NO_COLOR")
        bar = SIGNS[0][0]
        self.signs = SIGNS[self.safe(bar) != bar]  # without Unicode, the second

    @property
    def width(self) -> int:
        """Return how many characters fit on a line, without its last column, where some terminals begin a new line."""
        with suppress(OSError, ValueError):
            return (os.get_terminal_size(self.stream.fileno()).columns or 80) - 1
        return 79

    def lines(self, *texts: str, tone: str = "") -> None:
        """Write lines above the live line; in red if their tone is "bad"."""
        begin, end = (RED, PLAIN) if self.colored and tone else ("", "")
        whole = "".join(f"{begin}{self.safe(text)}{end}\n" for text in texts)
        self.write(f"\r\x1b[K{whole}{self.now}" if self.now else whole)

    def live(self, text: str) -> None:
        """Renew the live line, cut to the width of the terminal; none if the text is empty."""
        text, width = self.safe(text), self.width
        text = text if len(text) <= width else text[: max(0, width - 1)] + self.signs[3]
        if self.is_live and text != self.now:
            self.now = text
            self.write(f"\r\x1b[K{text}")

    def safe(self, text: str) -> str:
        """Return text without control characters, and without what the terminal cannot show."""
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
        encoding = self.stream.encoding or "ascii"
        return text.encode(encoding, "backslashreplace").decode(encoding)

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the reader of a pipe has ended, or the terminal is gone
            self.stream.write(text)
            self.stream.flush()

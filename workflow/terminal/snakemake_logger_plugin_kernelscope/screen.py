"""Lines on a terminal, the last of which can be renewed; plain lines where there is no terminal."""

import os
import shutil
import threading

TONES = {"good": "\x1b[32m", "bad": "\x1b[31m", "dim": "\x1b[2m"}
PLAIN = "\x1b[0m"
SIGNS = "█░·…", "#-,~"  # done and not done of a bar, between parts, after a line that was cut; without Unicode


class Screen:
    """The stream that a run reports to. The cursor is never hidden, so there is nothing to restore after a kill."""

    def __init__(self, stream, nocolor: bool = False) -> None:
        self.stream, self.lock = stream, threading.RLock()
        self.is_live = bool(getattr(stream, "isatty", lambda: False)()) and os.environ.get("TERM") != "dumb"
        self.colored = self.is_live and not nocolor and not os.environ.get("NO_COLOR")
        self.encoding = getattr(stream, "encoding", None) or "ascii"
        self.signs = SIGNS[not self.can_show(SIGNS[0])]
        self.now = ""  # the live line
        self.closed = False  # whether nobody reads any more

    def can_show(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except (UnicodeError, LookupError):
            return False
        return True

    @property
    def width(self) -> int:
        """Return how many characters fit on a line, without its last column, where some terminals begin a new line."""
        try:
            columns = os.get_terminal_size(self.stream.fileno()).columns
        except (OSError, ValueError, AttributeError):
            columns = 0
        return (columns or shutil.get_terminal_size().columns) - 1

    def line(self, text: str, tone: str = "") -> None:
        self.lines([text], tone)

    def lines(self, texts: list[str], tone: str = "") -> None:
        """Write lines above the live line."""
        begin, end = (TONES[tone], PLAIN) if self.colored and tone else ("", "")
        whole = "".join(f"{begin}{self.safe(text)}{end}\n" for text in texts)
        self.write(f"\r\x1b[K{whole}{self.now}" if self.now else whole)

    def live(self, text: str) -> None:
        """Renew the live line, cut to the width of the terminal; none if the text is empty."""
        text = self.safe(text)
        if len(text) > self.width:
            text = text[: max(0, self.width - 1)] + self.signs[3]
        if self.is_live and text != self.now:
            self.now = text
            self.write(f"\r\x1b[K{text}")

    def safe(self, text: str) -> str:
        """Return text without control characters, and without what the terminal cannot show."""
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
        return text if self.can_show(text) else text.encode("ascii", "backslashreplace").decode()

    def write(self, text: str) -> None:
        if self.closed:
            return
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):  # the reader of a pipe has ended, or the terminal is gone
            self.closed = True

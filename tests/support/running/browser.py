"""A real browser for the tests of the page: Chromium, driven by Playwright, that may not reach any network."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def cannot_run(program: str) -> str:
    """Why a program does not even say its version, such as a library that is missing; "" if it does."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()


@contextmanager
def chromium() -> Iterator:
    """The browser; the test is skipped where none is installed, or Playwright's driver cannot run."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)} is on the path")
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import sync_playwright

    if why := cannot_run(compute_driver_executable()[0]):
        pytest.skip(f"Playwright's driver does not run: {why}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, chromium_sandbox=False, args=list(QUIET))
        yield browser
        browser.close()


def until(tab, expression: str) -> None:
    """Wait for a JavaScript expression to hold; Playwright's own way needs an eval, which the page forbids."""
    for _ in range(1000):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(10)
    raise AssertionError(f"{expression} did not come to hold")


class View:
    """One tab with the page of an experiment, and all that it said, asked for or failed at."""

    def __init__(self, browser, index: Path, width: int = 1400, height: int = 900, **context):
        self.index, self.complaints, self.requests = index, [], []
        self.context = browser.new_context(viewport={"width": width, "height": height}, **context)
        self.tab = self.context.new_page()
        self.tab.on("console", lambda said: self.complaints.append(said.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda asked: self.requests.append(asked.url))

    def open(self, route: str = ""):
        """Show a view, and wait until it stands."""
        self.tab.goto("about:blank")
        self.tab.goto(f"{self.index.as_uri()}#/{route}")
        until(self.tab, "document.title.endsWith('· kernelscope')")
        return self.tab

    @property
    def foreign(self) -> list[str]:
        """Requests for anything but the file itself and what it holds."""
        own = (self.index.as_uri(), "data:", "blob:", "about:")
        return [url for url in self.requests if not url.startswith(own)]

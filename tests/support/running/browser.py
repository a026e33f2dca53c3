"""A real browser for the tests of the page: Chromium, driven by Playwright, without access to any network."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)

HELD = (
    "window.idle = []; window.requestIdleCallback = (act) => window.idle.push(act)"  # idle work that a test does itself
)
ONE_PART = "window.idle.shift()({ timeRemaining: () => 0 })"


def cannot_run(program: str) -> str:
    """Return why a program cannot even print its version, such as a missing library; "" if it can."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()


@contextmanager
def chromium() -> Iterator:
    """Open the browser; skip the test if no browser is installed or Playwright's driver cannot run."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)} is on the path")
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import sync_playwright

    if why := cannot_run(compute_driver_executable()[0]):
        pytest.skip(f"Playwright's driver does not run: {why}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, chromium_sandbox=False, args=list(QUIET))
        yield browser
        browser.close()


def until(tab, expression: str) -> None:
    """Wait for a JavaScript expression to become true; Playwright's own function needs eval, which the page forbids."""
    for _ in range(1000):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(10)
    raise AssertionError(f"{expression} did not become true")


def canvas(tab, selector: str) -> np.ndarray:
    """Return the pixels (h, w, 4) uint8 of a canvas."""
    width, height, data = tab.evaluate(
        "(selector) => { const c = document.querySelector(selector);"
        "const copy = new OffscreenCanvas(c.width, c.height).getContext('2d', { willReadFrequently: true });"
        "copy.drawImage(c, 0, 0);"
        "return [c.width, c.height, Array.from(copy.getImageData(0, 0, c.width, c.height).data)]; }",
        selector,
    )
    return np.array(data, np.uint8).reshape(height, width, 4)


class View:
    """One tab with the page of an experiment, and its console messages, errors and requests."""

    def __init__(self, browser, index: Path, width: int = 1400, height: int = 900, **context):
        self.index, self.complaints, self.requests = index, [], []
        self.context = browser.new_context(viewport={"width": width, "height": height}, **context)
        self.tab = self.context.new_page()
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))

    def open(self, route: str = ""):
        """Show a view, and wait until it is complete."""
        self.tab.goto("about:blank")
        self.tab.goto(f"{self.index.as_uri()}#/{route}")
        until(self.tab, "document.title.endsWith('· kernelscope')")
        return self.tab

    @property
    def foreign(self) -> list[str]:
        """Return the requests for anything outside the file."""
        inside = (self.index.as_uri(), "data:", "blob:", "about:")
        return [url for url in self.requests if not url.startswith(inside)]

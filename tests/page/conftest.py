"""Fixtures for the tests of the page: the results of the smoke experiment, and its page in a browser."""

import pytest
from browser import View

SIZE = (1400, 900)  # of the window; a module of tests may have its own


@pytest.fixture(scope="module")
def results(smoke):
    return smoke.folder / "results/smoke"


@pytest.fixture
def view(browser, results, request):
    made = View(browser, results / "index.html", *getattr(request.module, "SIZE", SIZE))
    yield made
    made.context.close()
    assert made.complaints == []
    assert made.foreign == []

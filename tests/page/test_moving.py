"""What the slider moves, in a real browser: runs that begin late, and work that ends when the reader leaves a view."""

import numpy as np
import pytest
import write_page
from browser import HELD, ONE_PART, View, canvas, until
from fabricated import SOURCES

from kernelscope.io import csv_files
from kernelscope.io.records import read_json

DEEP = "evolution/waveforms/stacked/conv3"


@pytest.fixture
def rewritten(browser, results, tmp_path, monkeypatch):
    """Return a function that opens the page, written again with changes of what write_page reads or computes."""
    views = []

    def opened(**changes) -> View:
        monkeypatch.chdir(results.parents[1])
        for name, change in changes.items():
            owner = write_page if hasattr(write_page, name) else write_page.comparison_payload
            monkeypatch.setattr(owner, name, change(getattr(owner, name)))
        spec = read_json(results / ".manifest/write_page.json")["spec"]
        write_page.write_page(spec, str(results), SOURCES, str(tmp_path / "index.html"))
        views.append(View(browser, tmp_path / "index.html"))
        return views[0]

    yield opened
    for view in views:
        view.context.close()
        assert view.complaints == []


def begins_late(read_run):
    """Return read_run, by which the runs of seed 1 begin at step 7."""

    def changed(run, *settings):
        found = read_run(run, *settings)
        late = found.kernels | {"steps": found.kernels["steps"] + 7}
        return found._replace(kernels=late) if run.endswith("seed1") else found

    return changed


def test_kernels_of_other_seeds_are_empty_until_their_run_begins(rewritten, results):
    matches = csv_files.read_csv(results / "compare/waveforms/templates/matches.csv")
    kernel = next(row["kernel_a"] for row in matches if row["similarity"])
    tab = rewritten(read_run=begins_late).open(f"waveforms/templates/0/conv1/{kernel}")
    own, other = (f".likes .tile:nth-child({place}) canvas" for place in (1, 2))
    assert canvas(tab, other)[..., 3].any()
    tab.evaluate("kernelscope.player.go(0)")
    assert canvas(tab, own)[..., 3].any()
    assert not canvas(tab, other)[..., 3].any()


def test_curves_of_energy_have_the_names_of_their_seeds(rewritten):
    def other_seeds(profiles):
        return lambda table: {state: ([3, 10], energy) for state, (_, energy) in profiles(table).items()}

    tab = rewritten(profiles=other_seeds).open("compare/waveforms")
    chart = tab.locator("figure", has_text="energy along the components").first.locator(".chart")
    chart.locator("svg[role=img]").focus()
    tab.keyboard.press("Home")
    names = [line.split(": ")[0] for line in chart.locator(".tip > span").all_inner_texts()]
    assert [name for name in names if "seed" in name] == ["trained, seed 3", "trained, seed 10"]


LEAVE = {
    "another view": "location.hash = '#/data'",
    "weights": "Array.from(document.querySelectorAll('button')).find((one) => one.textContent === 'Weights').click()",
}


@pytest.mark.parametrize("how", LEAVE)
def test_snapshots_are_computed_only_while_they_are_shown(view, how):
    view.tab.add_init_script(HELD)
    tab = view.open(DEEP)
    for _ in range(2):
        assert tab.evaluate("window.idle.length") == 1
        tab.evaluate(ONE_PART)
    tab.evaluate("window.before = document.querySelector('div.sheet')")
    tab.evaluate(LEAVE[how])
    until(tab, "!window.before.isConnected")
    assert tab.evaluate("window.idle.length") == 1
    tab.evaluate(ONE_PART)
    assert tab.evaluate("window.idle.length") == 0


def test_a_snapshot_that_is_not_computed_is_drawn_as_soon_as_it_is(view):
    view.tab.add_init_script(HELD)
    tab = view.open(DEEP)
    end = canvas(tab, "canvas.kernels")
    tab.evaluate("kernelscope.player.go(0)")
    assert (canvas(tab, "canvas.kernels") == end).all()
    tab.evaluate(f"while (window.idle.length) {ONE_PART}")
    start = canvas(tab, "canvas.kernels")
    assert (start != end).any()
    tab.evaluate("kernelscope.player.go(3)")
    assert not np.array_equal(canvas(tab, "canvas.kernels"), start)

"""The page about an experiment while it runs, in a browser."""

import watch
from browser import View
from half_done import TRAINED, HalfDone


def test_one_slider_moves_all_kernels_and_stays_where_it_is_and_the_end_leads_to_the_results(browser, tmp_path):
    experiment = HalfDone(tmp_path)
    for job in experiment.of(TRAINED)[:3]:
        experiment.finish(job)
    experiment.page()
    view = View(browser, experiment.results / watch.PAGE, 390, 844)
    tab = view.tab
    tab.goto(view.index.as_uri())
    place = "[...document.querySelectorAll('[data-frames]')].map((film) => film.style.backgroundPositionY)"
    assert tab.locator("#step").inner_text() == "after step 40"
    tab.locator("#at").fill("0.5")
    middle = tab.evaluate(place)
    assert middle == ["50%"] * 3
    assert tab.locator("#step").inner_text() == "after step 20"
    tab.reload()
    assert tab.evaluate(place) == middle
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    (experiment.results / "index.html").write_text("<title>results</title>")
    for job in experiment.done.jobs:
        experiment.finish(job)
    experiment.page()
    tab.wait_for_url("**/results/index.html", timeout=30_000)  # by itself, because nobody touches the page
    assert view.complaints == []
    assert {url for url in view.requests if url.startswith("http")} == set()

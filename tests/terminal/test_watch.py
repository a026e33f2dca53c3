"""The page about an experiment while it runs."""

import base64
import html
import io
import os
import platform
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import watch
from half_done import TRAINED, HalfDone
from PIL import Image

from kernelscope.io import manifest
from kernelscope.page import watching

HOSTILE = "<img src=x onerror=alert(1)>\"'&"


@pytest.fixture
def experiment(tmp_path):
    return HalfDone(tmp_path)


def test_before_the_first_network_it_says_what_is_to_come(experiment):
    state = experiment.state()
    assert (state["headline"], state["networks"], state["next"]) == ("0 of 4 networks are trained", [], "")
    assert state["coming"].startswith("Still to come: images, networks, kernels, figures")
    assert state["coming"].endswith("No run is under way; make starts or continues it.")
    assert sum(stage["total"] for stage in state["stages"]) == len(experiment.done.jobs)
    assert "<input" not in experiment.page()


def test_it_fills_as_networks_are_trained(experiment):
    first, second, *_ = experiment.of(TRAINED)
    experiment.finish(first)
    state = experiment.state()
    assert state["headline"] == "1 of 4 networks are trained"
    (network,) = state["networks"]
    assert (network["name"], network["total"], len(network["runs"])) == ("stacked on waveforms", 2, 1)
    run = network["runs"][0]
    assert (run["name"], run["accuracy"], run["steps"]) == ("seed 0", "test accuracy 87.5 %", "0 10 20 30 40")
    assert run["curve"] == "0.0,50.0 100.0,12.5"
    experiment.finish(second)
    assert len(experiment.state()["networks"][0]["runs"]) == 2


@pytest.mark.parametrize("changed", [{"code": "other"}, {"spec": {}}, {"rule": "another"}, {"outputs": None}])
def test_a_job_that_another_config_or_code_made_is_not_done(experiment, changed):
    experiment.finish(experiment.of(TRAINED)[0], **changed)
    assert experiment.state()["headline"] == "0 of 4 networks are trained"


@pytest.mark.parametrize("name", ["run.json", "snapshots.npz", "history.csv"])
@pytest.mark.parametrize("content", [None, b"", b"half a fi", b"\0" * 100])
def test_a_run_that_changes_at_present_is_left_out_for_now(experiment, name, content):
    job = experiment.of(TRAINED)[0]
    experiment.finish(job)
    path = manifest.folder_of(experiment.results / job.manifest) / name
    path.unlink() if content is None else path.write_bytes(content)
    state = experiment.state()
    if state["networks"]:  # without a history there is no curve
        assert (name, state["networks"][0]["runs"][0]["curve"]) == ("history.csv", "")
    assert "<h1>1 of 4 networks" in experiment.page()


def test_when_all_is_done_it_leads_to_the_page_of_the_results_and_ends(experiment, monkeypatch, capsys):
    for job in experiment.done.jobs:
        experiment.finish(job)
    (experiment.results / "index.html").touch()
    monkeypatch.setattr(watch.time, "sleep", lambda _: pytest.fail("it goes on"))
    monkeypatch.setitem(experiment.plan.config, "pathvars", {"results": str(experiment.results)})
    watch.watch(experiment.plan, 1.0)
    assert 'data-next="index.html"' in (experiment.results / watch.PAGE).read_text()
    assert capsys.readouterr().out.splitlines()[-1] == f"Done. Open {experiment.results / 'index.html'}"


def test_a_lock_says_whether_a_run_is_under_way(tmp_path):
    lock = tmp_path / ".lock"
    assert not watch.is_running(lock)
    lock.write_text(f"process {os.getpid()} on {platform.node()}")
    assert watch.is_running(lock)
    lock.write_text("process 99999999 on " + platform.node())
    assert not watch.is_running(lock)
    lock.write_text("process 1 on another machine")
    assert watch.is_running(lock)


class Tags(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.found, self.sources = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href")]


def test_names_and_labels_are_text_not_markup(experiment):
    job = experiment.of(TRAINED)[0]
    experiment.finish(job, failure=HOSTILE)
    state = experiment.state()
    state["networks"][0]["name"] = HOSTILE
    state["figures"] = [{"url": "a%22.png", "name": HOSTILE}]
    texts = ((watch.OWN / name).read_text() for name in ("page.html", "page.js"))
    page = Tags(watching.page(*texts, state))
    assert page.found.count("img") == 1
    assert page.found.count("script") == 1
    assert page.sources == ["data:,", "a%22.png", "a%22.png"]


def test_only_its_own_script_may_run(experiment):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', experiment.page())[1]
    assert re.fullmatch(
        r"default-src 'none'; script-src 'sha256-[\w+/]+='; style-src 'unsafe-inline'; img-src data: file: 'self'",
        html.unescape(policy),
    )


def test_a_script_that_would_end_its_element_is_refused():
    with pytest.raises(ValueError, match="</script"):
        watching.page("{{ script }}", "'</script>'", {})


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_a_film_has_a_picture_for_each_snapshot_with_the_colors_of_the_weights(channels):
    bank = np.zeros((3, 2, channels, 2, 2), np.float32)
    bank[1], bank[2] = 1, -1
    film = watching.film(bank, "gray")
    assert (film["frames"], film["numbers"]) == (3, [0, 1, 2])
    with Image.open(io.BytesIO(base64.b64decode(film["png"]))) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape == (3 * film["rows"], film["cols"], 3)
    inside = [pixels[frame * film["rows"] + 1, 1].tolist() for frame in range(3)]
    assert inside == [[128] * 3, [255] * 3, [0] * 3]
    assert pixels[0, 0].tolist() == [watching.BETWEEN] * 3


def test_a_film_of_weights_that_are_not_finite_or_zero_is_still_one():
    for value in (np.nan, np.inf, 0.0):
        assert watching.film(np.full((2, 1, 1, 3, 3), value, np.float32), "RdBu_r")["frames"] == 2
    assert watching.film(np.zeros((100, 50, 1, 3, 3), np.float32), "RdBu_r")["frames"] == watching.FRAMES


def test_a_film_says_how_many_kernels_of_the_layer_it_has(experiment):
    film = watching.film(np.ones((2, 50, 1, 3, 3), np.float32), "gray")
    assert (film["drawn"], film["of"]) == (watching.KERNELS, 50)
    experiment.finish(experiment.of(TRAINED)[0])
    state = experiment.state()
    texts = [(watch.OWN / name).read_text() for name in ("page.html", "page.js")]
    assert "of 50 kernels" not in watching.page(*texts, state)
    state["networks"][0]["runs"][0]["film"] = film
    assert f"{watching.KERNELS} of 50 kernels" in watching.page(*texts, state)

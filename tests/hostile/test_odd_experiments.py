"""Small odd experiments from end to end, the quick form of tests/long/experiments.py, and what their checks notice."""

import shutil

import pytest
from odd import carried_out, checks, strata
from odd.experiments import experiment
from odd.strata import Stratum, stratum
from PIL import Image
from tiers import rows

from experiment.config.schema import resolve, schema
from kernelscope.models.architectures import ARCHITECTURES

EXPERIMENTS = 500  # of `make test-long`
LEAST = 20
QUICK = (9, 11)  # numbers: recorded kernels, and images that are refused
MORE = (*QUICK, 0, 2, 12, 14, 17, 27, 34)


@pytest.mark.parametrize("number", rows(MORE, *QUICK))
def test_an_odd_experiment_is_made_completely_or_says_why_not(number, tmp_path):
    ended = carried_out.outcome(number, 0, tmp_path / "odd")
    assert ended.problems == []


@pytest.mark.parametrize("name", Stratum._fields)
def test_every_kind_of_thing_is_in_many_experiments(name):
    kinds = [getattr(stratum(number, 0), name) for number in range(EXPERIMENTS)]
    assert min(map(kinds.count, kinds)) >= LEAST


def test_every_source_network_and_device_of_the_schema_is_in_them(tmp_path):
    sources = set()
    for number in range(len((*strata.IMAGES, *strata.PRETRAINED))):
        (folder := tmp_path / str(number)).mkdir()
        made = experiment(folder, stratum(number, 0), f"0 {number}").config["datasets"]["d"]
        sources.add(made.get("source", "waveforms"))
    kinds = schema()["$defs"].values()
    named = [kind["properties"]["source"] for kind in kinds if "source" in kind.get("properties", {})]
    assert sources == {source for node in named for source in resolve(node)["enum"]}
    assert {*strata.NETWORKS} == {*ARCHITECTURES, "own", strata.NO_LABELS}
    assert {*strata.DEVICES} == {*resolve(schema()["$defs"]["training"]["properties"]["device"])["enum"]}


@pytest.mark.parametrize("number", [1, 5, 9, 17])
def test_an_experiment_follows_from_its_number(number, tmp_path):
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        config = experiment(tmp_path / name, stratum(number, 0), f"0 {number}")
        files = {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        made.append((config, files))
    assert made[0] == made[1]


@pytest.fixture
def results(smoke, tmp_path):
    return shutil.copytree(smoke.folder / "results/smoke", tmp_path / "results")


def problems(results) -> list[str]:
    """Return what is wrong with the results of the smoke experiment, as far as its files say."""
    found = [checks.figures(results, "screen"), checks.tables(results), checks.movies(results)]
    return [line for each in (*found, checks.findings(results), checks.page(results, 4)) for line in each]


def test_nothing_is_wrong_with_the_smoke_experiment(results):
    assert problems(results) == []


def too_wide(results):
    Image.effect_noise((3000, 10), 90).save(results / "wide.png")


def empty(results):
    Image.new("L", (99, 10)).save(results / "empty.png")


def no_number(results):
    (results / "new.csv").write_text("seed,value\n0,nan\n")


def long_line(results):
    (results / "findings.md").write_text("a" * 161)


def shorter_movie(results):
    """Have the manifest of a movie ask for a second more."""
    path = next(results.rglob("make_movie.json"))
    path.write_text(path.read_text().replace('"hold_first": 1.5', '"hold_first": 2.5'))


def a_run_less(results):
    page = results / "index.html"
    page.write_text(page.read_text().replace('id="run/', 'id="other/', 1))


@pytest.mark.parametrize("change", [too_wide, empty, no_number, long_line, shorter_movie, a_run_less])
def test_the_checks_notice(results, change):
    change(results)
    assert len(problems(results)) == 1


@pytest.mark.parametrize(
    ("text", "is_clear"),
    [
        ("kernelscope: datasets.d.file: got 'x', which is not a file here, expected an NPZ file", True),
        ("read_dataset.py: images/a.png: got no image", True),
        ("read_dataset.py: KeyError", False),
        ("read_dataset.py: " + "a word " * 100, False),
        ("no line of ours", False),
    ],
)
def test_a_reason_is_a_short_line_in_words(text, is_clear):
    assert (list(checks.unclear(checks.reasons(text, {}))) == []) == is_clear


def test_a_traceback_in_any_log_is_noticed():
    log = 'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 3'
    assert list(checks.traces("", {"logs/a.log": "fine"})) == []
    assert len(list(checks.traces(log, {"logs/a.log": log}))) == 2

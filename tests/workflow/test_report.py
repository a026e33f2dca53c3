"""Snakemake's report of the smoke experiment: its files, and their captions."""

import json
import re
from zipfile import ZipFile

import pytest
from finished import COMPARED, FINDINGS, RESULTS, RUNS, SIMILARITY, STATEMENTS, SUMMARY, TABLES
from projects import ROOT, SMOKE, copied

PER_RUN = (
    *("atlas.png", "featuremaps.png", "history.png", "measures.png", "montage.png", "movie.html", "pixels.png"),
    "settling.png",
)
CATEGORIES = {
    "Data": {"waveforms": {f"{RESULTS}/data/waveforms/samples.png"}},
    "Runs": {
        f"waveforms · {arch}": {f"{run}/{name}" for run in RUNS if f"/{arch}/" in run for name in PER_RUN}
        for arch in ("stacked", "templates")
    },
    "Across seeds": {
        f"waveforms · {folder.split('/')[-1]}": {
            f"{folder}/{name}.png" for name in ("matched", "agreement", "vocabulary")
        }
        for folder in COMPARED
    },
    "Across architectures": {"waveforms": {*TABLES[:2], SIMILARITY[1]}},
    "Findings": {"Other": {SUMMARY, STATEMENTS, FINDINGS, f"{RESULTS}/index.html"}},  # "Other": no subcategory
}
MARKED = {path for below in CATEGORIES.values() for paths in below.values() for path in paths}
CAPTIONS = ROOT / "workflow" / "report"


@pytest.fixture(scope="module")
def built(smoke, tmp_path_factory):
    """Return the project, and its report as a zip in the place of `make report`."""
    project = copied(smoke.folder, tmp_path_factory.mktemp("report") / "project")
    done = project.snakemake("--report", f"{RESULTS}/report.zip", *SMOKE)
    assert done.returncode == 0, done.stdout + done.stderr
    with ZipFile(project.folder / RESULTS / "report.zip") as report:
        yield project, report


def read(report, variable):
    """Return the value of a variable on the page of a report."""
    page = report.read("report/report.html").decode()
    (line,) = re.findall(rf'^ *var {variable} = ([{{"].*[}}"]);?$', page, re.MULTILINE)
    return json.loads(line)


def test_every_file_is_where_a_reader_looks_for_it(built):
    categories = read(built[1], "categories")
    assert {name: {sub: set(paths) for sub, paths in below.items()} for name, below in categories.items()} == CATEGORIES


def test_the_files_themselves_are_in_the_report(built):
    project, report = built
    for path, result in read(report, "results").items():
        assert report.read(f"report/{result['data_uri']}") == (project.folder / path).read_bytes()


def test_no_file_is_without_a_caption_in_plain_words(built):
    captions = {path: result["caption"] for path, result in read(built[1], "results").items()}
    assert set(captions) == MARKED
    for caption in captions.values():
        assert 80 < len(re.sub("<[^>]*>", "", caption)) < 600
        assert "system-message" not in caption
        assert "{{" not in caption


def test_every_file_that_a_caption_names_is_among_the_results(built):
    project, report = built
    made = {path.name for path in (project.folder / RESULTS).rglob("*")}
    captions = [result["caption"] for result in read(report, "results").values()]
    named = {name for caption in captions for name in re.findall(r"<tt[^>]*>([^<]*\.\w+)</tt>", caption)}
    assert len(named) > 15
    assert named <= made


def test_labels_tell_the_files_of_a_category_apart(built):
    results = read(built[1], "results")
    assert results[f"{RUNS[1]}/montage.png"]["labels"] == {"figure": "montage", "arch": "stacked", "seed": "1"}
    assert results[TABLES[0]]["labels"] == {"figure": "architectures table"}
    for below in CATEGORIES.values():
        for paths in below.values():
            assert len({tuple(results[path]["labels"].values()) for path in paths}) == len(paths)


def test_every_caption_is_one_of_a_figure(built):
    figures = {result["labels"]["figure"].replace(" ", "_") for result in read(built[1], "results").values()}
    others = {
        "workflow",
        "pretrained",
        "responses",
        "shapes",
        "kinds",
        "bases",
        "towers",
        "factors",
        "conditions_table",
        "effects_table",
    }  # in other kinds of experiments
    assert {path.stem for path in CAPTIONS.iterdir()} == figures | others


def test_the_report_has_a_beginning(built):
    words = read(built[1], "workflow_desc")
    assert "What the kernels of convolutional networks learn" in words
    assert all(f"<em>{name}</em>" in words for name in CATEGORIES if name != "Data")


def test_a_report_leaves_the_results_as_they_should_be(built):
    project, _ = built
    assert project.findings() == set()
    assert project.jobs() == set()

"""Pretrained kernels through the whole workflow: what is made, what is left empty, and what runs again."""

import json
import os
import re
import shutil

import numpy as np
import pytest
import torch
import yaml
from browser import View
from collections_of_kernels import SIDE, config, min_max_normalized, publish, smooth, write_config
from PIL import Image
from projects import ROOT, Project, contents, copied
from tiers import THOROUGH, rows

from kernelscope.io import array_files, cells, csv_files, records

CONFIG = ("--configfile", "own.yaml")
RESULTS, RUN = "results/elsewhere", "results/elsewhere/runs/found/unknown"
OF_RUN = {
    *(
        "snapshots.npz",
        "history.csv",
        "run.json",
        "kernels.npz",
        "kernels.csv",
        "decay.csv",
        "montage.png",
        "montage.pdf",
        "history.png",
    ),
    *("movie.mp4", "movie.gif", "movie.html", "measures.csv", "measures.png", "settling.png"),
    *("nulls.npz", "kernel_tests.csv", "layer_measures.csv", "shapes.png"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Project:
    """Return the finished experiment, which tests must not change."""
    project = copied(ROOT, tmp_path_factory.mktemp("pretrained") / "project")
    publish(project.folder / "pretrained")
    write_config(project.folder / "own.yaml", history="{run}/loss.csv")
    done = project.snakemake_alone(*CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def project(made, tmp_path) -> Project:
    """Return a copy of the experiment that a test may change."""
    copy = copied(made.folder, tmp_path / "project")
    publish(copy.folder / "pretrained")
    write_config(copy.folder / "own.yaml", history="{run}/loss.csv")
    return copy


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_all_that_needs_no_images_is_made_and_nothing_else(made):
    results = made.folder / RESULTS
    for seed in (0, 1):
        assert names(made.folder / RUN / f"seed{seed}") == OF_RUN
    assert names(results / "compare/found/unknown") == {
        *(
            "pooled_nulls.npz",
            "settling.csv",
            "matches.csv",
            "pairs.csv",
            "matched.png",
            "matched.pdf",
            "pretrained.png",
            "pretrained.pdf",
            "initial_correlation.csv",
        ),
        *("vocabulary.csv", "types.csv", "vocabulary.png", "vocabulary.pdf", "seed_tests.csv"),
    }
    assert names(results / "compare/found") == {"architectures.csv", "architectures.png", "architectures.pdf"}
    top = {"summary.csv", "statements.csv", "findings.md", "index.html", "cost.csv", "notes.csv"}
    assert names(results) - {".lock"} == top
    assert not (results / "data").exists()


def test_what_was_assumed_and_converted_is_in_the_table_the_findings_and_the_page(made):
    rows = [row for row in csv_files.read_csv(made.folder / RESULTS / "notes.csv") if row["rule"] == "import_kernels"]
    assert {(row["kind"], row["seed"]) for row in rows} >= {("assumed", "0"), ("assumed", "1"), ("converted", "0")}
    findings = " ".join((made.folder / RESULTS / "findings.md").read_text().split()).replace("\\", "")
    page = (made.folder / RESULTS / "index.html").read_text()
    for row in rows:
        words = f"{row['count']} of {row['of']} {row['item']}: {row['text']}"
        assert words in findings
        assert words in page


def test_every_file_matches_its_manifest(made):
    assert made.findings(CONFIG) == set()


def test_kernels_are_the_published_kernels_minus_their_mean(made):
    arrays = array_files.read_npz(made.folder / RUN / "seed1" / "kernels.npz")
    bank = min_max_normalized(smooth(2, 2))
    assert (arrays["steps"].tolist(), arrays["epochs"].tolist()) == ([60], [60])
    np.testing.assert_allclose(arrays["conv1"][0], bank - bank.mean((1, 2, 3), keepdims=True), atol=1e-6)


def test_run_json_says_whose_run_it_is_and_what_is_unknown(made):
    first, second = (records.read_json(made.folder / RUN / f"seed{seed}" / "run.json")["pretrained"] for seed in (0, 1))
    assert (first["run"], first["untrained"], first["time"], first["min_max_normalized"]) == ("a", True, "epoch", True)
    assert (second["run"], second["untrained"]) == ("b", False)
    assert set(second["unknown"]) - set(first["unknown"]) == {"the untrained state"}


def test_the_summary_is_empty_where_nothing_is_known(made):
    first, second = cells.read(made.folder / RESULTS / "summary.csv")
    unknown = ("test_accuracy", "test_loss", "train_accuracy", "parameters", "alive", "failure")
    assert [row[name] for row in (first, second) for name in unknown] == [None] * 12
    assert (first["kernels"], second["kernels"], first["train_loss"]) == (3, 2, 0.25)
    assert 0 < first["initial_ratio"] < 1
    assert [second[name] for name in ("initial_ratio", "lag1_null_99", "structured")] == [None] * 3


def test_of_kernels_from_elsewhere_no_decay_factor_is_known_and_the_tables_say_why(made):
    decay = csv_files.read_csv(made.folder / RUN / "seed0" / "decay.csv")
    (row,) = csv_files.read_csv(made.folder / RESULTS / "compare/found/unknown/initial_correlation.csv")
    assert {row["factor"] for row in decay} == {""}
    assert all("trained elsewhere" in row["reason"] for row in (*decay, row))
    assert (row["span"], row["own"], row["p"], row["kernels"]) == ("all", "", "", "0")


def test_measures_know_no_size_and_no_change_without_an_untrained_state(made):
    for seed, untrained in ((0, True), (1, False)):
        rows = [
            row for row in cells.read(made.folder / RUN / f"seed{seed}" / "measures.csv") if row["kernel"] is not None
        ]
        measured = {row["measure"] for row in rows if row["value"] is not None}
        tested = {row["measure"] for row in rows if row["p"] is not None}
        assert not measured & {"norm", "dc_share", "silent", "dead"}
        assert {"lag1", "hoyer", "cosine_last"} <= measured
        assert ("initial_ratio" in measured, "cosine_untrained" in measured, "lag1" in tested) == (untrained,) * 3
        assert "localization" in tested  # compared with noise of the same spectrum


def test_when_kernels_settle_is_known_only_of_the_run_with_an_untrained_state(made):
    (row,) = cells.read(made.folder / RESULTS / "compare/found/unknown/settling.csv")
    assert (row["seeds"], row["kernels"], row["settled_after"], row["settled_step"]) == (1, 3, 0, 40)


def test_the_number_of_matches_is_the_number_of_kernels_in_the_smaller_run(made):
    (pair,) = cells.read(made.folder / RESULTS / "compare/found/unknown/pairs.csv")
    matches = cells.read(made.folder / RESULTS / "compare/found/unknown/matches.csv")
    assert pair["kernels"] == 2
    assert {row["kernel_b"] for row in matches if row["kernel_b"] is not None} == {0, 1}
    assert {row["kernel_a"] for row in matches if row["kernel_a"] is not None} == {0, 1, 2}
    assert 0 < pair["p"] <= 1


def test_the_findings_say_whose_kernels_these_are_and_what_is_unknown(made):
    text = " ".join((made.folder / RESULTS / "findings.md").read_text().split())
    assert "kernels of 2 runs, trained elsewhere and published" in text
    assert "with this many kernels: a (seed 0) 3, b (seed 1) 2." in text
    assert "the training images and the rest of the network are unknown" in text
    assert "their sign, zero and size are lost" in text
    assert "The untrained kernels of 1 of 2 runs were not published (b)" in text
    assert "types in every seed (needs more kernels of each type in every seed)" in text
    assert "ccuracy is" not in text
    assert "atlas.csv" not in text
    assert "failed" not in text.lower()


def test_titles_have_the_name_of_the_run_and_pictures_are_no_empty_sheets(made):
    assert "seed 1 (b)" in (made.folder / RUN / "seed1" / "movie.html").read_text()
    for path in (made.folder / RESULTS).rglob("*.png"):
        assert np.asarray(Image.open(path).convert("L")).std() > 5, path


def test_the_page_shows_every_view_without_a_complaint(made, browser):
    view = View(browser, made.folder / RESULTS / "index.html")
    texts = {}
    for route in (
        "",
        "numbers/found",
        "evolution",
        "compare",
        "data",
        "found/unknown/0/conv1/2",
        "found/unknown/1/conv1/0",
    ):
        texts[route] = view.open(route).inner_text("main")
    assert view.complaints == []
    assert view.foreign == []
    view.context.close()
    assert "seed 0 (a)" in texts[""]
    assert "trained elsewhere" in texts["numbers/found"]
    assert "untrained state not published" in texts["evolution"]
    assert "are unknown" in texts["data"]
    assert "Its untrained state was not published" in texts["found/unknown/1/conv1/0"]
    assert not any("could not be drawn" in text or "NaN" in text or "undefined" in text for text in texts.values())


def test_nothing_runs_again_after_a_touch_or_a_move_of_the_folder(project):
    for path in (project.folder / "pretrained").rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert project.jobs(config=CONFIG) == set()
    (project.folder / "pretrained").rename(project.folder / "moved")
    project.edit("own.yaml", "folder: pretrained", "folder: moved")
    assert project.jobs(config=CONFIG) == set()


def test_another_kernel_reruns_its_run_and_the_comparisons(project):
    np.save(project.folder / "pretrained/b/kernel_060_1.npy", np.eye(SIDE, dtype=np.float32)[None])
    planned = project.jobs(config=CONFIG)
    # The kernels of the other run are judged by the null kernels of both.
    assert {job for job in planned if job.endswith("/0")} == {"judge_kernels found/unknown/0"}
    assert {"import_kernels found/unknown/1", "make_movie found/unknown/1", "match_kernels found/unknown"} <= planned
    found = project.findings(CONFIG)
    assert {kind for kind, _ in found} == {"stale"}
    assert {path for _, path in found if "seed0" in path} == {f"{RUN}/seed0/kernel_tests.csv"}


@THOROUGH
def test_the_same_files_make_the_same_bytes(made, tmp_path):
    again = copied(ROOT, tmp_path / "again")
    publish(again.folder / "pretrained")
    write_config(again.folder / "own.yaml", history="{run}/loss.csv")
    done = again.snakemake("compare", "findings", "movies", *CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = contents(made.folder / RESULTS), contents(again.folder / RESULTS)
    assert len(second) > 30
    assert {name: first[name] for name in second} == second


@pytest.mark.parametrize("content", rows([b"", b"\x93NUMPY", b"not an array"], b"not an array"))
def test_a_damaged_file_stops_its_run_with_a_line_that_names_it(fresh, content):
    publish(fresh.folder / "pretrained")
    write_config(fresh.folder / "own.yaml")
    (fresh.folder / "pretrained/b/kernel_060_0.npy").write_bytes(content)
    done = fresh.snakemake("train", *CONFIG)
    assert done.returncode == 1
    log = (fresh.folder / RESULTS / "logs/import_kernels/found/unknown/seed1.log").read_text()
    assert log.startswith("import_kernels.py: pretrained/b/kernel_060_0.npy: got no complete array")
    assert "Traceback" not in log
    assert names(fresh.folder / RUN / "seed0") == {"snapshots.npz", "history.csv", "run.json"}
    assert json.loads((fresh.folder / RUN / "seed0/run.json").read_text())["pretrained"]["run"] == "a"


@THOROUGH
def test_odd_files_are_read_and_everything_is_made_of_them_with_notes(fresh):
    folder, rng = fresh.folder / "pretrained", np.random.default_rng(0)
    shapes = {"conv1/kernel 0": (6, 3, 3, 3), "steps": (5, 6, 3, 3), "point": (4, 5, 1, 1)}
    for run in "ab":
        (folder / run).mkdir(parents=True)
        start = {name: torch.from_numpy(rng.normal(size=shape).astype("f4")) for name, shape in shapes.items()}
        end = {name: bank / 2 + 0.3 * torch.from_numpy(rng.normal(size=bank.shape)) for name, bank in start.items()}
        if run == "b":
            end["conv1/kernel 0"][2] = float("nan")
        torch.save(start, folder / run / "0.pt")
        torch.save([end, end], folder / run / "7.pt")
    shutil.copytree(folder / "a", folder / "c")
    (folder / "readme.txt").write_text("which network this is")
    own = config("pretrained", files="{run}/{epoch}.pt", layers=["*"], min_max_normalized=False)
    own["experiment"]["seeds"] = [0, 1, 2]
    (fresh.folder / "own.yaml").write_text(yaml.safe_dump(own))
    done = fresh.snakemake_alone(*CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fresh.findings(CONFIG) == set()
    texts = {row["text"] for row in csv_files.read_csv(fresh.folder / RESULTS / "notes.csv")}
    assert texts >= {
        "other names than in the files: conv1.kernel.0 was conv1/kernel 0, steps_ was steps",
        "different networks, although their files are the same: a, c",
        "their names do not fit the pattern: readme.txt",
    }
    summary = cells.read(fresh.folder / RESULTS / "summary.csv")
    assert [row["failure"] for row in summary] == [None, "weights not finite", None]
    findings = " ".join((fresh.folder / RESULTS / "findings.md").read_text().split())
    assert "The last weights of 1 of 3 runs are not finite (b)" in findings
    assert not re.search(r"\b(nan|None)\b", findings)
    measured = csv_files.read_csv(fresh.folder / RUN / "seed0" / "measures.csv")
    assert {row["layer"] for row in measured if row["channel"]} == {"conv1.kernel.0", "steps_"}
    assert {row["layer"] for row in measured} == {"conv1.kernel.0", "steps_", "point"}


def test_a_target_that_needs_images_is_not_known(made):
    done = made.snakemake(f"{RUN}/seed0/atlas.png", "--dry-run", *CONFIG)
    assert done.returncode == 1
    assert "MissingRuleException" in done.stdout + done.stderr

"""The whole smoke experiment: every artifact exists, has the right content, and is reproducible."""

import csv
import json

import imageio_ffmpeg
import numpy as np
import pytest
from default_config import with_wildcards
from PIL import Image
from projects import contents
from tiers import THOROUGH

RESULTS = "results/smoke"
RUN = f"{RESULTS}/runs/waveforms/stacked/seed1"
PER_RUN = {
    *("snapshots.npz", "history.csv", "run.json", "kernels.npz", "kernels.csv", "decay.csv"),
    *("montage.png", "history.png", "featuremaps.png", "movie.mp4", "movie.gif", "movie.html"),
    *("measures.csv", "measures.png", "settling.png", "selectivity.csv", "ablation.csv", "features.csv"),
    *("tuning.csv", "subspace_fit.csv", "probes.npz", "pixels.npz", "pixels.png"),
    *("atlas.png", "atlas.csv", "predictions.csv"),
    *("nulls.npz", "response_nulls.npz", "kernel_tests.csv"),
}
PER_ARCH = {
    *(
        "pooled_nulls.npz",
        "settling.csv",
        "matches.csv",
        "pairs.csv",
        "matched.png",
        "matched.pdf",
        "initial_correlation.csv",
        "seed_tests.csv",
    ),
    *("vocabulary.csv", "types.csv", "vocabulary.png", "vocabulary.pdf"),
    *("energy.csv", "energy_agreement.csv", "cka.csv", "agreement.png", "agreement.pdf"),
}
NULLS = {"null", "null_mean", "null_99", "p", "p_corrected"}
MAY_BE_EMPTY = {  # columns that do not apply to some rows, by table; elsewhere an empty cell has a reason
    "parameters.csv": {"corners", "skirts", "slopes", "peak"},  # of other waveforms
    "kernels.csv": {"depth"},  # an axis that only three-dimensional kernels have
    "measures.csv": {"kernel", "channel"} | NULLS,  # of whole layers and kernels; measures without a null
    "kernel_tests.csv": {"label", "rank"},  # claims that name nothing
    "statements.csv": {"unit", "untrained", "detectable", "family", "would_decide"},  # descriptions
    "history.csv": {"train_within", "test_within", "failure"},  # of other losses; of runs that did not fail
    "summary.csv": {"failure"},
    "cost.csv": {"dataset", "arch", "seed"},  # jobs of all runs
    "notes.csv": {"dataset", "arch", "seed"},
}
LAYERED = {"montage", "featuremaps", "pixels", "atlas"}  # figures with a page per conv layer
CHARTS = {"architectures", "similarity", "agreement", "history", "measures", "settling"}
DEEPER = {"stacked": ("conv2", "conv3"), "templates": ()}


def of_deeper(arch, names):
    """Return the figures of the conv layers after the first."""
    return {f"{name}_{layer}.png" for name in names for layer in DEEPER[arch]}


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_experiment_owns_data_runs_compare_logs_and_its_top_level_files(smoke):
    top = {path.name for path in (smoke.folder / RESULTS).iterdir()}
    assert top == {
        "data",
        "runs",
        "compare",
        "logs",
        "summary.csv",
        "statements.csv",
        "findings.md",
        "index.html",
        "cost.csv",
        "notes.csv",
        ".manifest",
    }


@pytest.mark.parametrize("arch", ["stacked", "templates"])
@pytest.mark.parametrize("seed", [0, 1])
def test_every_run_has_every_artifact_and_nothing_else(smoke, arch, seed):
    folder = smoke.folder / RESULTS / "runs/waveforms" / arch / f"seed{seed}"
    assert {path.name for path in folder.iterdir()} == {*PER_RUN, *of_deeper(arch, LAYERED), ".manifest"}
    assert {path.name for path in (folder / ".manifest").iterdir()} == {f"{rule}.json" for rule in with_wildcards(3)}


@pytest.mark.parametrize("arch", ["stacked", "templates"])
def test_every_comparison_has_every_artifact_and_nothing_else(smoke, arch):
    folder = smoke.folder / RESULTS / "compare/waveforms"
    assert {path.name for path in (folder / arch).iterdir()} == {*PER_ARCH, *of_deeper(arch, {"matched"}), ".manifest"}
    assert {path.name for path in (folder / arch / ".manifest").iterdir()} == {
        f"{rule}.json" for rule in with_wildcards(2)
    }
    tables = {f"{name}.{kind}" for name in ("architectures", "similarity") for kind in ("csv", "png", "pdf")}
    assert {path.name for path in folder.iterdir()} == {*tables, "templates", "stacked", ".manifest"}


def test_an_empty_cell_has_a_reason_or_does_not_apply_to_its_row(smoke):
    tables = list((smoke.folder / RESULTS).rglob("*.csv"))
    empty = {
        (path.name, column)
        for path in tables
        for row in rows(path)
        for column in row.keys() - MAY_BE_EMPTY.get(path.name, set()) - {"reason"}
        if not row[column] and not row.get("reason")
    }
    assert not empty
    assert len(tables) > 50


def test_the_dataset_has_the_arrays_of_the_interface(smoke):
    with np.load(smoke.folder / RESULTS / "data/waveforms/images.npz") as data:
        shapes = {name: (data[name].shape, data[name].dtype.name) for name in data.files if name != "class_names"}
        assert data["class_names"].tolist() == ["square", "triangle", "gaussian"]
    assert shapes == {
        "train_images": ((240, 48, 48), "uint8"),
        "train_labels": ((240,), "int64"),
        "test_images": ((60, 48, 48), "uint8"),
        "test_labels": ((60,), "int64"),
    }


def test_parameters_tell_the_truth_about_the_images(smoke):
    """Check that the image is bright at the corners of a square, which are on its line."""
    table = rows(smoke.folder / RESULTS / "data/waveforms/parameters.csv")
    with np.load(smoke.folder / RESULTS / "data/waveforms/images.npz") as data:
        images, labels = data["train_images"], data["train_labels"]
    train = [row for row in table if row["split"] == "train"]
    assert [int(row["label"]) for row in train] == labels.tolist()
    for row in (row for row in train if row["class"] == "square"):
        corners = [tuple(map(float, cell.split(":"))) for cell in row["corners"].split()]
        assert len(corners) == 4
        for corner in corners:
            r, c = (round(x) for x in corner)
            assert images[int(row["index"])][max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2].max() > 200


def test_kernels_are_raw_float32_at_every_snapshot(smoke):
    with np.load(smoke.folder / RUN / "kernels.npz") as kernels, np.load(smoke.folder / RUN / "snapshots.npz") as all_:
        assert kernels["steps"].tolist()[0] == 0
        assert kernels["steps"][-1] == 18  # 240 images in batches of 40, three epochs
        assert kernels["epochs"][-1] == 3
        shapes = {name: (kernels[name].shape, kernels[name].dtype.name) for name in ("conv1", "conv2", "conv3")}
        assert shapes == {
            "conv1": ((8, 6, 1, 5, 5), "float32"),
            "conv2": ((8, 6, 6, 5, 5), "float32"),
            "conv3": ((8, 8, 6, 3, 3), "float32"),
        }
        for name in shapes:
            np.testing.assert_array_equal(kernels[name][0], all_[f"first/{name}.weight"])
            np.testing.assert_array_equal(kernels[name][-1], all_[f"last/{name}.weight"])


def test_the_table_of_kernels_holds_the_same_numbers(smoke):
    table = rows(smoke.folder / RUN / "kernels.csv")
    with np.load(smoke.folder / RUN / "kernels.npz") as kernels:
        for row in table[:: len(table) // 50]:
            t = {0: 0, 18: -1}[int(row["step"])]
            place = tuple(int(row[name]) for name in ("kernel", "channel", "row", "col"))
            assert np.float32(row["weight"]) == kernels[row["layer"]][t][place]
        assert len(table) == 2 * sum(kernels[name][0].size for name in ("conv1", "conv2", "conv3"))


def test_a_run_says_how_it_was_made_and_how_it_ended(smoke):
    run = json.loads((smoke.folder / RUN / "run.json").read_text())
    assert (run["spec"]["dataset"], run["spec"]["arch"], run["spec"]["seed"]) == ("waveforms", "stacked", 1)
    assert run["spec"]["training"]["epochs"] == 3
    assert run["versions"]["numpy"] == np.__version__
    assert run["device"] == "cpu"
    assert run["constant_predictor_loss"] == pytest.approx(np.log(3))
    assert run["failure"] == "constant-predictor plateau"  # three epochs are too few for this architecture


def test_the_summary_has_a_row_per_run(smoke):
    table = rows(smoke.folder / RESULTS / "summary.csv")
    assert [(row["arch"], row["seed"]) for row in table] == [(a, s) for a in ("stacked", "templates") for s in "01"]
    history = rows(smoke.folder / RUN / "history.csv")
    assert float(table[1]["test_accuracy"]) == float(history[-1]["test_accuracy"])
    assert [row["epoch"] for row in history] == ["0", "1", "2", "3"]


def test_costs_are_seconds_and_memory_of_every_stage_of_every_run(smoke):
    table = rows(smoke.folder / RESULTS / "cost.csv")
    assert len(table) == 2 + 4 * 15 + 2 * 10 + 4
    assert all(float(row["seconds"]) > 0 for row in table)
    assert max(float(row["peak_memory_mb"] or 0) for row in table) < 1500


def test_every_kernel_of_every_pair_of_seeds_has_a_match_or_a_reason(smoke):
    table = rows(smoke.folder / RESULTS / "compare/waveforms/stacked/matches.csv")
    for layer, count in (("conv1", 6), ("conv2", 6), ("conv3", 8)):
        matches = [row for row in table if row["layer"] == layer]
        for end in ("kernel_a", "kernel_b"):
            assert sorted(int(row[end]) for row in matches if row[end]) == list(range(count))
        assert all(bool(row["reason"]) != bool(row["similarity"]) for row in matches)


def test_the_table_of_architectures_repeats_the_summary(smoke):
    summary = rows(smoke.folder / RESULTS / "summary.csv")
    table = rows(smoke.folder / RESULTS / "compare/waveforms/architectures.csv")
    assert [row["arch"] for row in table] == ["stacked", "templates"]
    accuracies = [float(row["test_accuracy"]) for row in summary if row["arch"] == "stacked"]
    assert float(table[0]["test_accuracy_mean"]) == pytest.approx(np.mean(accuracies))
    assert int(table[0]["failures"]) == 2


def test_movies_have_a_frame_per_snapshot_and_hold_the_ends(smoke):
    with Image.open(smoke.folder / RUN / "movie.gif") as gif:
        assert gif.n_frames == 8
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(smoke.folder / RUN / "movie.mp4"))
    assert frames == 8 + (12 - 1) + (24 - 1)  # 1.5 s and 3 s at 8 frames a second
    assert seconds == pytest.approx(frames / 8, abs=0.01)


def test_pictures_are_pictures(smoke):
    paths = sorted((smoke.folder / RESULTS).rglob("*.png"))
    assert len(paths) == 1 + 4 * 7 + 2 * 8 + 2 * 3 + 2 + 2
    for path in paths:
        with Image.open(path) as picture:
            assert picture.width > 200
            assert picture.height > 100
            dpi = 150 if path.stem in CHARTS else 96  # a sheet of kernels has the pixels of a screen
            assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
            assert picture.convert("RGB").getcolors(20) is None  # more than 20 colors


def test_progress_is_a_line_an_epoch_in_the_log(smoke):
    lines = (smoke.folder / RESULTS / "logs/train_network/waveforms/stacked/seed1.log").read_text().splitlines()
    assert [line.split()[1] for line in lines] == ["0/3", "1/3", "2/3", "3/3"]
    assert "s left" in lines[1]


@THOROUGH
def test_the_same_spec_gives_the_same_bytes(project, smoke):
    """Make again all artifacts of one run, and all that compare it with others; test_faults makes datasets twice."""
    results = project.folder / RESULTS
    folders = ("runs/waveforms/stacked/seed1", "compare/waveforms/stacked", "compare/waveforms")
    targets = [path for folder in folders for path in (results / folder).iterdir() if path.is_file()]
    targets += [results / name for name in ("summary.csv", "statements.csv", "findings.md", "index.html")]
    for path in targets:
        path.unlink()
    names = [str(path.relative_to(project.folder)) for path in targets]
    done = project.snakemake(*names, "--configfile", "config/smoke.yaml")
    assert done.returncode == 0, done.stderr
    again = contents(results)
    artifacts = 3 + 4 * len(PER_RUN) + 2 * len(PER_ARCH) + 2 * 8 + 2 + 6 + 5  # with figures of deeper layers
    manifests = 2 + 4 * 15 + 2 * 10 + 4 + 5
    assert len(again) == artifacts + manifests
    assert again == contents(smoke.folder / RESULTS)


def test_a_failing_job_leaves_one_line_and_no_artifact(project):
    (project.folder / RESULTS / "data/waveforms/images.npz").write_bytes(b"no archive")
    done = project.snakemake(f"{RUN}/run.json", "--configfile", "config/smoke.yaml")
    assert done.returncode == 1
    log = (project.folder / RESULTS / "logs/train_network/waveforms/stacked/seed1.log").read_text()
    assert "Traceback" not in done.stdout + done.stderr + log
    assert log.startswith("train_network.py: ")
    assert len(log.splitlines()) == 1
    left = {path.name for path in (project.folder / RUN).rglob("*")}
    assert not left & {"snapshots.npz", "history.csv", "run.json", "train_network.json", "train_network.lock"}
    assert not [name for name in left if ".part" in name]

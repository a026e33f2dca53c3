"""A network with padding, batch normalization and a residual connection, from its config to the page."""

import numpy as np
import pytest
from browser import View
from projects import ROOT, Project, copied
from tiers import THOROUGH
from unpacked import Page

from kernelscope.io import cells
from kernelscope.io.array_files import read_npz
from kernelscope.io.run_info import read_kernels
from kernelscope.models import architectures, layer_lists

CONFIG = ("--configfile", "config/smoke.yaml", "own.yaml")
OWN = """
pathvars: {results: results/residual}
experiment: {datasets: [waveforms], architectures: [residual], seeds: [0, 1]}
datasets: {waveforms: {image_size: [40, 44]}}
architectures:
  residual: {network: small_resnet, kernels: 4, kernel_size: 7, widths: [3, 6], training: {seeds_per_job: SEEDS}}
training: {epochs: 4, batch_size: 20, snapshots: 4}
"""
RUN = "results/residual/runs/waveforms/residual/seed1"
LAYERS = architectures.small_resnet(kernels=4, kernel_size=7, widths=(3, 6))
CONVS = {"conv1": 4, "conv2": 3, "conv3": 4, "conv4": 6}

pytestmark = THOROUGH  # `make test` has test_bad_runs.py for its analysis, and test_trainer.py for its training


def project_with(folder, seeds: int) -> Project:
    project = copied(ROOT, folder / "project")
    (project.folder / "own.yaml").write_text(OWN.replace("SEEDS", str(seeds)))
    return project


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Project:
    """Return the finished experiment, which tests must not change."""
    project = project_with(tmp_path_factory.mktemp("residual"), 1)
    done = project.snakemake(*CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_everything_is_made_and_is_as_its_manifest_says(made):
    assert made.findings(CONFIG) == set()
    assert made.jobs(config=CONFIG) == set()


def test_snapshots_hold_the_running_averages_of_the_start_and_the_end(made):
    arrays = read_npz(made.folder / RUN / "snapshots.npz")
    for number, count in enumerate(CONVS.values(), 1):
        np.testing.assert_array_equal(arrays[f"first/norm{number}.running_var"], np.ones(count, np.float32))
        assert (arrays[f"last/norm{number}.running_var"] != 1).all()
        assert f"last/conv{number}.bias" not in arrays


def test_every_kernel_is_probed_and_its_best_patches_may_begin_outside_the_image(made):
    probes, fields = read_npz(made.folder / RUN / "probes.npz"), layer_lists.receptive_fields(LAYERS)
    for table in ("selectivity", "ablation", "tuning"):
        probed = {(row["layer"], int(row["kernel"])) for row in cells.read(made.folder / RUN / f"{table}.csv")}
        assert probed == {(name, kernel) for name, count in CONVS.items() for kernel in range(count)}
    assert min(probes[f"top_{side}/{name}"].min() for name in CONVS for side in ("row", "col")) < 0
    for name, field in fields.items():
        assert probes[f"field/{name}"] == field.size
        for side in ("row", "col"):
            assert (probes[f"top_{side}/{name}"] >= field.start).all()
            assert ((probes[f"top_{side}/{name}"] - field.start) % field.jump == 0).all()


def test_kernels_are_drawn_in_pixels_as_large_as_their_fields(made):
    pixels, fields = read_npz(made.folder / RUN / "pixels.npz"), layer_lists.receptive_fields(LAYERS)
    for name, count in CONVS.items():
        for kind in ("linear", "rectified", "maximized"):
            assert pixels[f"{kind}/{name}"].shape == (count, 1, *[fields[name].size] * 2)


def test_the_page_has_its_layers_and_all_kernels(made):
    page = Page(made.folder / "results/residual/index.html")
    assert page.overview["architectures"]["residual"]["layers"] == LAYERS
    arrays, content = page.block("run/waveforms/residual/1")
    assert {name: layer["kernels"] for name, layer in content["layers"].items()} == CONVS
    kernels = read_kernels(made.folder / RUN / "kernels.npz")
    np.testing.assert_array_equal(arrays["kernels/conv3"][-1], kernels["conv3"][-1])


def test_the_view_of_a_kernel_opens_and_says_that_its_response_cannot_be_computed_there(made, browser):
    view = View(browser, made.folder / "results/residual/index.html")
    for layer in CONVS:
        text = view.open(f"waveforms/residual/0/{layer}/0").inner_text("main")
        assert ("Not computed here for this layer" in text) == (layer == "conv1")
    assert view.complaints == []


def test_seeds_trained_in_one_job_are_those_trained_alone(made, tmp_path):
    project = project_with(tmp_path, 2)
    done = project.snakemake(f"{RUN}/snapshots.npz", *CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "train_group" in done.stdout + done.stderr
    expected = read_npz(made.folder / RUN / "snapshots.npz")
    for name, array in read_npz(project.folder / RUN / "snapshots.npz").items():
        np.testing.assert_array_equal(array, expected[name])

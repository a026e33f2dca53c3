"""Whatever the number of kernels, seeds, classes and layers, no figure has more rows of pixels than browsers draw."""

import numpy as np
import pytest
from drawn import look, said

from kernelscope.figures import atlas, feature_maps, kernel_tiles, matched, montage, pixel_space, samples, styling
from kernelscope.figures import vocabulary as figures_vocabulary

MOST_ROWS = 32_767
KERNELS, CLASSES, SEEDS, LAYERS = 140, 130, 30, 100
BANK = np.random.default_rng(0).normal(size=(KERNELS, 1, 3, 3))
NAMES = [f"class {number}" for number in range(CLASSES)]
IMAGES = np.zeros((CLASSES, 8, 8), np.uint8)


def of_montage(use: str):
    return montage.pages({"conv1": montage.Layer(BANK, BANK, np.ones(KERNELS))}, look(use))["conv1"]


def of_runs(use: str):
    runs = {f"run {number}": montage.Layer(BANK, BANK, None) for number in range(SEEDS)}
    return montage.of_runs(runs, "zero", [], look(use))


def of_matched(use: str):
    seeds = {n: matched.Seed({"conv1": BANK}, {"conv1": np.ones(KERNELS, bool)}, f"seed {n}") for n in range(SEEDS)}
    limits = {number: {"conv1": 2.0} for number in seeds}
    return matched.pages(seeds, [], [], {}, limits, look(use))["conv1"]


def of_feature_maps(use: str):
    layer = feature_maps.Layer(np.ones((CLASSES, KERNELS, 6, 6)), BANK, 2.0, {})
    return feature_maps.pages(IMAGES, NAMES, {"conv1": layer}, look(use))["conv1"]


def of_atlas(use: str):
    places = np.zeros((KERNELS, 6), int)
    layer = atlas.Layer(BANK, BANK, {}, places, places, places, places + 1.0, 3, [], 2.0)
    words = {"selective_class": "", "description": "", "ablation_drop": None, "selectivity": None, "z": None}
    rows = [{"layer": "conv1", "kernel": number, "alive": True} | words for number in range(KERNELS)]
    return atlas.pages({"conv1": layer}, rows, {}, IMAGES, look(use))["conv1"]


def of_pixels(use: str):
    pixels = {f"{kind}/conv1": BANK + 1 for kind in ("linear", "rectified", "maximized")}
    pixels["gain/conv1"] = np.ones(KERNELS)
    responses = {"conv1": np.ones(KERNELS)}
    return pixel_space.pages({"conv1": BANK}, pixels, {"conv1": 2.0}, responses, {}, look(use))["conv1"]


def of_samples(use: str):
    return samples.sheet(IMAGES, np.arange(CLASSES), NAMES, "title", use)


def of_vocabulary(use: str):
    key = {"kernels": 2, "seeds": 2, "seeds_total": SEEDS, "seeds_permuted": 1.5, "feature": "", "reason": ""}
    layers = [f"conv{number}" for number in range(LAYERS)]
    places = [(layer, number) for layer in layers for number in range(30)]
    exemplar = {"exemplar_seed": 0, "exemplar_kernel": 0, "name": "type"}
    rows = [{"layer": layer, "type": number} | key | exemplar for layer, number in places]
    kernel = {"seed": 0, "kernel": 0, "similarity": 1.0}
    members = [{"layer": layer, "type": number} | kernel for layer, number in places]
    banks = {seed: dict.fromkeys(layers, BANK) for seed in range(SEEDS)}
    limits = {seed: dict.fromkeys(layers, 2.0) for seed in range(SEEDS)}
    return figures_vocabulary.sheet(rows, members, banks, limits, look(use))


FIGURES = {
    **{"montage": of_montage, "pretrained": of_runs, "matched": of_matched, "featuremaps": of_feature_maps},
    **{"atlas": of_atlas, "pixels": of_pixels, "samples": of_samples, "vocabulary": of_vocabulary},
}


@pytest.mark.parametrize("use", ["screen", "paper"])
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_has_a_bounded_number_of_rows_and_says_what_it_leaves_out(figure, use):
    drawn = FIGURES[figure](use)
    assert drawn.height * styling.USES[use].scale <= MOST_ROWS
    assert " of " in said(drawn)


def test_a_sheet_of_many_layers_has_a_bounded_number_of_rows_and_a_line_of_each():
    drawn = kernel_tiles.sheet({f"conv{number}": BANK for number in range(LAYERS)}, "title", "RdBu_r")
    assert drawn.height <= MOST_ROWS
    assert said(drawn).count("drawn: the first 30 kernels") == LAYERS

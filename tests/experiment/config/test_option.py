"""What `--config` sets: Snakemake passes the numbers inside a mapping as text."""

import pytest
import yaml
from snakemake.cli import parse_config

from experiment.config import option


def test_snakemake_passes_numbers_inside_a_mapping_as_text():
    assert parse_config(["training={epochs: 3}"]) == {"training": {"epochs": "3"}}


@pytest.mark.parametrize(
    "text",
    [
        "training: {epochs: 3, learning_rate: 0.001, loss: mse, init_seed: null, weight_decay: {conv: 0.5, conv1: 2}}",
        "experiment: {seeds: [0, 1], datasets: [waveforms], architectures: ['1']}",
        "datasets: {d: {inside_frame: false, image_size: [32, 32]}, e: {source: folder, folder: '3', resize: null}}",
        "datasets: {d: {source: folder, folder: '3', table: null, test_share: 0.2}}",
        "datasets: {d: {source: folder, folder: '3', pages: 2, channels: [0, DAPI]}, e: {source: folder, pages: max}}",
        "architectures: {a: {network: templates, vary: {kernels: [3, 5], training.weight_decay.conv: {plain: 0}}}}",
        "architectures: {a: {network: templates, vary: {widths: [[3, 4]], training.loss: [mse, l1]}}}",
        "unknown: {a: b}",
    ],
)
def test_what_the_option_sets_is_what_a_file_sets(text):
    as_passed = yaml.load(text, Loader=yaml.BaseLoader)
    assert option.typed(as_passed) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "training: 3",
        "training: {epochs: many}",
        "datasets: {d: 3}",
        "datasets: {d: {source: [1]}}",
        "datasets: {d: {source: webcam}}",
        "architectures: {a: {vary: 3}}",
        "3: 3",
        "a: [[1]]",
    ],
)
def test_what_is_wrong_stays_as_it_is(text):
    config = yaml.safe_load(text)
    assert option.typed(config) == config


def test_a_number_as_python_writes_it_is_a_number_too():
    assert option.typed({"training": {"learning_rate": "1e-3"}}) == {"training": {"learning_rate": 0.001}}


def test_a_mapping_that_contains_itself_is_left_to_the_check():
    endless = {}
    endless["training"] = {"weight_decay": endless}
    endless["weight_decay"] = endless
    assert option.typed(endless) is endless

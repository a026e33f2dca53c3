"""The GPU benchmark measures what it declares; tested on the CPU, because most machines have no GPU."""

import math

from benchmarking import listing
from harness import settings, tables
from harness.judging import Unreported

from kernelscope.models import architectures, devices

LAYERS = architectures.templates(2, 5)


def test_the_rows_of_the_gpu_benchmark_have_a_cell_for_every_column(one_thread):
    gpu = listing.module("gpu")
    waveforms = settings.dataset("waveforms", classes=["square", "triangle"], image_size=[32, 32])
    sets = {devices.CPU: gpu.images(waveforms | {"train_images": 12, "test_images": 6}, devices.CPU)}
    training = settings.training(steps=4, batch_size=6, snapshots=2, eval_images=6)
    rows = list(gpu.rows(LAYERS, training, sets, (1, 2), 1e12, devices.CPU))
    columns = list(gpu.TABLES["gpu"])[1:]
    assert [len(row) for row in rows] == [len(columns)] * 2
    cells = [dict(zip(columns, row, strict=True)) for row in rows]
    assert [row["seeds"] for row in cells] == [1, 2]
    assert all(isinstance(cell, Unreported) or math.isfinite(cell) for row in rows for cell in row)
    assert all(row["from_cpu"] < 1e-3 for row in cells)


def test_steps_make_the_epochs_of_a_training_that_names_none():
    assert settings.epochs(settings.training(steps=300, batch_size=100), 3000) == 10
    assert settings.epochs(settings.training(steps=301, batch_size=100), 3000) == 11
    assert settings.epochs(settings.training(epochs=4, steps=300), 3000) == 4


def test_percent_and_times_are_written_as_such():
    assert [tables.with_unit(0.451, unit) for unit in ("share", "s/s", "ratio", "s")] == [
        "45.1 %",
        "45.1 %",
        "0.451x",
        "0.451 s",
    ]

import re

import pytest

from kernelscope.pretrained import file_names
from kernelscope.pretrained.file_names import DEFAULTS, File, named, runs

ORIGIN = "{run}/kernel_{epoch}_{kernel}.pt"


def checked(*files):
    file_names.check_run(runs(files)["a"])


def kernel(number, epoch=0, run="a", **more):
    return File(f"{run}/kernel_{epoch:05}_{number:02}.pt", run, epoch=epoch, kernel=number, **more)


def test_names_say_run_epoch_and_kernel():
    files = named(["23Aug/kernel_00411_04.pt", "23Aug/loss.csv", "x/23Aug/kernel_00411_04.pt"], ORIGIN, "")
    assert files == [File("23Aug/kernel_00411_04.pt", "23Aug", epoch=411, kernel=4)]


def test_a_pattern_without_the_place_of_the_run_has_one_run():
    assert named(["k_5.npy"], "k_{step}.npy", "folder") == [File("k_5.npy", "folder", step=5)]


def test_all_else_in_a_pattern_stands_for_itself():
    assert named(["a+b/1.npy", "aab/1.npy", "a+b/1xnpy"], "a+b/{epoch}.npy", "r") == [File("a+b/1.npy", "r", epoch=1)]


def test_a_layer_stands_in_a_name():
    assert named(["r/conv-2.7.npz"], "{run}/{layer}.{step}.npz", "") == [File("r/conv-2.7.npz", "r", 7, layer="conv-2")]


@pytest.mark.parametrize("pattern", DEFAULTS)
def test_the_defaults_are_patterns_that_tell_runs_apart(pattern):
    assert "run" in file_names.places(pattern)
    name = pattern.replace("{run}", "one").replace("{epoch}", "12").replace("{kernel}", "3")
    assert named([name], pattern, "")[0].run == "one"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{run}/{foo}.pt", "got the placeholder {foo}, expected {run} or"),
        ("{run}/{run}.pt", "got the placeholder {run} twice"),
        ("{run}/{.pt", "pattern '{run}/{.pt': got a single brace"),
        ("{}.pt", "got the placeholder {}"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused(pattern, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        file_names.places(pattern)


@pytest.mark.parametrize(
    "cells",
    [
        {"run": "a\nb"},
        {"run": "x" * 65},
        {"run": "a", "epoch": "1.5"},
        {"run": "a", "epoch": "-1"},
        {"run": "a", "kernel": "١"},
        {"run": "a", "kernel": "1e3"},
        {"run": "a", "layer": "a,b"},
        {"run": "a", "layer": "steps"},
        {"run": "a", "layer": "../x"},
    ],
)
def test_what_a_place_cannot_hold_is_refused_with_the_name_of_the_file(cells):
    with pytest.raises(ValueError, match=r"^f\.pt: got "):
        file_names.file(cells, "f.pt")


def test_runs_stand_in_the_order_of_their_names_and_kernels_in_that_of_their_numbers():
    by_run = runs([kernel(10, run="b"), kernel(9, run="b"), kernel(0, 3, "a"), kernel(0, 0, "a")])
    assert list(by_run) == ["a", "b"]
    assert [file.kernel for file in by_run["b"]] == [9, 10]
    assert [file.epoch for file in by_run["a"]] == [0, 3]


def test_numbers_from_0_or_1_in_all_snapshots_are_a_run():
    checked(*(kernel(i, epoch) for i in (0, 1) for epoch in (0, 5)))
    checked(*(kernel(i, epoch) for i in (1, 2) for epoch in (0, 5)))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([kernel(0), kernel(2)], "a/kernel_00000_00.pt: got no kernel 1 in its snapshot"),
        ([kernel(2), kernel(3)], "got no kernel 1 in its snapshot"),
        ([kernel(0), kernel(1), kernel(0, 5)], "a/kernel_00005_00.pt: got a snapshot of 1 files"),
        ([kernel(0), kernel(0)._replace(name="a/again.pt")], "got the same time, layer and kernel as a/"),
        (
            [kernel(0), kernel(1)._replace(epoch=None, step=3)],
            "got a time in steps, expected a time in epochs, as in a/",
        ),
        ([kernel(0), kernel(0)._replace(kernel=None, name="a/whole.pt")], "got a whole layer beside single kernels"),
        ([kernel(0, layer="x"), kernel(0, 5, layer="y")], "expected the same layers and kernels in every snapshot"),
    ],
)
def test_a_run_with_a_gap_is_refused_with_the_name_of_a_file(files, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        checked(*files)

"""The notes about pretrained files: what of them is not read, and what was assumed and converted."""

import numpy as np
import pytest

from kernelscope.pretrained import notes
from kernelscope.pretrained.contents import Remark
from kernelscope.pretrained.file_names import File


def made(found) -> list[str]:
    """Return the notes that concern anything, in words."""
    return [str(note) for note in found if note.count]


def test_layers_are_left_out_by_reason_among_all_layers():
    others = [Remark("a", "3 x 3", "1 x 1"), Remark("b", "4 x 4", "not square"), Remark("c", "5 x 5", "1 x 1")]
    assert made(notes.of_files([*others, Remark("ema", "", "another part")], 2)) == [
        "left out: 2 of 5 layers: 1 x 1: a (3 x 3), c (5 x 5)",
        "left out: 1 of 5 layers: not square: b (4 x 4)",
        "left out: 1 of 2 parts of the checkpoint: another part: ema",
    ]


@pytest.mark.parametrize(
    ("time", "steps", "words"),
    [
        ((None, None), [1], ["assumed: 1 of 1 snapshots: trained, as its file has no time"]),
        ((None, None), [0, 10], []),  # a whole history, with steps and epochs
        ((None, 3), [3, 4], ["assumed: 2 of 2 snapshots: their epochs serve as steps, which are unknown"]),
        ((3, None), [3], ["assumed: 1 of 1 snapshots: their steps serve as epochs, which are unknown"]),
        ((3, 1), [3], []),
    ],
)
def test_a_time_that_names_do_not_have_is_an_assumption(time, steps, words):
    assert made(notes.of_times([File("a.pt", "a", *time)], np.array(steps))) == words


def test_doubles_and_centered_kernels_are_converted():
    arrays = {"steps": np.zeros(1), "epochs": np.zeros(1), "conv1": np.zeros((1, 4, 1, 3, 3))}
    assert made(notes.of_numbers(1, 3, arrays, min_max_normalized=True)) == [
        "converted: 1 of 3 files: from float64 to float32",
        "converted: 4 of 4 kernels: centered, as their zero is lost (min_max_normalized)",
    ]
    assert made(notes.of_numbers(0, 3, arrays, min_max_normalized=False)) == []


def test_layers_with_other_names_and_runs_with_the_same_files_are_told():
    assert made([notes.of_names({"a/b": "a.b", "c": "c"})]) == [
        "converted: 1 of 2 layers: other names than in the files: a.b was a/b"
    ]
    assert made([notes.of_equal(["x", "y"]), notes.of_equal([])]) == [
        "assumed: 2 of 2 runs: different networks, although their files are the same: x, y"
    ]


def test_a_file_of_doubles_is_one_with_any():
    assert notes.is_double({"model": {"a.weight": np.zeros(2, np.float32), "b.weight": np.zeros(2)}})
    assert notes.is_double(np.zeros(2))
    assert not notes.is_double({"a": np.zeros(2, np.float32), "epoch": 3})


def test_other_columns_of_the_losses_are_left_out():
    assert made(notes.of_history(["epoch", "loss", "lr", "time"])) == [
        "left out: 2 of 4 columns of the losses: not read: lr, time"
    ]

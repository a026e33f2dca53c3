"""What the page has of the layers of pretrained runs."""

import numpy as np
import pytest

from kernelscope.io import array_files
from kernelscope.page import pretrained

SPEC = {"architectures": {"theirs": {"control": "none"}}}


@pytest.fixture
def runs(tmp_path) -> list[str]:
    """Return the folders of two runs: of 3 snapshots and the layers a, b, c; and of 1 snapshot and the layers a, d."""
    widths = {"one": (3, {"a": 1, "b": 4, "c": 2}), "two": (1, {"a": 1, "d": 1})}
    for name, (count, layers) in widths.items():
        banks = {layer: np.ones((count, 2, channels, 5, 5), np.float32) for layer, channels in layers.items()}
        times = {"steps": np.arange(count), "epochs": np.arange(count)}
        (tmp_path / name).mkdir()
        array_files.write_npz(tmp_path / name / "kernels.npz", times | banks)
    return [str(tmp_path / name) for name in widths]


def names(archs: dict) -> list[str]:
    return [layer["name"] for layer in archs["theirs"]["layers"]]


def test_the_layers_are_those_of_all_runs(runs):
    archs, note = pretrained.architectures(SPEC, runs)
    assert set(names(archs)) == {"a", "b", "c", "d"}
    assert note.count == 0


@pytest.mark.parametrize(
    ("most", "left_out"), [(2 * 2 * 6 * 25 + 50, []), (2 * 2 * 4 * 25 - 1, ["b"]), (0, ["b", "c", "d"])]
)
def test_of_too_many_weights_the_first_layer_is_there_and_deeper_ones_as_far_as_they_fit(
    runs, monkeypatch, most, left_out
):
    monkeypatch.setattr(pretrained, "MOST_WEIGHTS", most)
    archs, note = pretrained.architectures(SPEC, runs)
    assert {"a", "b", "c", "d"} - set(names(archs)) == set(left_out)
    assert note.count == len(left_out)
    assert not left_out or str(note).endswith(f"not on the page, which would be too large: {', '.join(left_out)}")


def test_the_images_have_the_channels_of_the_first_kernels(runs):
    assert pretrained.channels(runs[0]) == {"channels": 1}

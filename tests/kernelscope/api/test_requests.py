"""What people ask for in public (docs/reference/requests.md), each with an input as in the request."""

import os

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

import kernelscope as ks
from kernelscope.api import spectra
from kernelscope.figures import kernel_tiles


def layers(found):
    return {name: bank.shape for name, bank in found.items()}


def saved(state, path):
    torch.save(state, path)
    return path


def test_the_learned_weights_of_a_checkpoint_are_a_figure(tmp_path):
    net = nn.Sequential(nn.Conv2d(3, 8, 7), nn.ReLU(), nn.Conv2d(8, 4, 3))
    optimizer = torch.optim.AdamW(net.parameters())
    net(torch.randn(1, 3, 12, 12)).sum().backward()
    optimizer.step()
    states = {"model_state_dict": net.state_dict(), "optimizer_state_dict": optimizer.state_dict(), "epoch": 3}
    found = ks.look(saved(states, tmp_path / "c.pt"))
    assert layers(found.kernels) == {"0": (8, 3, 7, 7), "2": (4, 8, 3, 3)}
    found.save(tmp_path / "kernels.png")
    assert np.asarray(Image.open(tmp_path / "kernels.png")).std() > 0


@pytest.mark.parametrize("channels", [1, 6, 7, 13])
def test_kernels_have_one_picture_for_each_channel_of_the_images(channels, tmp_path):
    net = nn.Sequential(nn.Conv2d(channels, 4, 5), nn.ReLU(), nn.Conv2d(4, 2, 3))
    found = ks.look(net)
    assert found.kernels["0"].shape == (4, channels, 5, 5)
    kernel = found.kernels["0"][0]
    tile = kernel_tiles.tile(kernel, 1.0, 200, "RdBu_r")
    side = kernel_tiles.enlargement(kernel, 200)
    across = int(np.ceil(np.sqrt(channels)))
    assert tile.shape[1] == across * (5 * side + 1) + 1
    found.save(tmp_path / "kernels.png")


def test_kernels_in_three_dimensions_are_slices(tmp_path):
    found = ks.look(nn.Sequential(nn.Conv3d(3, 8, (3, 3, 3)), nn.ReLU(), nn.Conv3d(8, 8, 3)))
    assert layers(found.kernels) == {"0": (8, 3, 3, 3, 3), "2": (8, 8, 3, 3, 3)}
    assert {row["reason"] for row in found.measures()} == {"not square planes"}
    found.save(tmp_path / "kernels.png")
    assert (tmp_path / "kernels.png").stat().st_size > 1000


def test_kernels_along_time_are_curves_above_their_frequency_response(tmp_path):
    time = np.arange(33)
    net = nn.Sequential(nn.Conv1d(1, 2, 33), nn.ReLU(), nn.Conv1d(2, 2, 5))
    net[0].weight.data[0, 0] = torch.from_numpy(np.cos(2 * np.pi * 0.25 * time))
    found = ks.look(net)
    amplitudes = kernel_tiles.response(found.kernels["0"][0])
    assert abs(amplitudes.argmax() / (len(amplitudes) - 1) / 2 - 0.25) < 0.01
    found.save(tmp_path / "kernels.png")


def test_the_spectrum_of_a_grating_has_its_frequency_and_direction(tmp_path):
    rows, cols = np.mgrid[:9, :9]
    net = nn.Conv2d(1, 2, 9)
    net.weight.data[0, 0] = torch.from_numpy(np.cos(2 * np.pi * cols / 4)).float()
    net.weight.data[1, 0] = torch.from_numpy(np.cos(2 * np.pi * rows / 4)).float()
    found = ks.look(nn.Sequential(net)).spectra()
    for bank, axis in zip(found.kernels["0"][:, 0], (1, 0), strict=True):
        peak = np.unravel_index(bank.argmax(), bank.shape)
        offsets = np.abs(np.array(peak) - spectra.SIDE // 2) / spectra.SIDE
        assert abs(offsets[axis] - 0.25) < 0.05 and offsets[1 - axis] < 0.05
    found.save(tmp_path / "spectra.png")
    with pytest.raises(ValueError, match="layers: got none in two dimensions"):
        ks.look(nn.Sequential(nn.Conv1d(1, 1, 3))).spectra()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", ["model", ".keras", ".h5"])
def test_kernels_of_a_keras_model_are_drawn_from_the_model_and_from_its_files(tmp_path, ending):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras", reason="`make extras` installs keras")
    pytest.importorskip("h5py", reason="`make extras` installs h5py")
    image = [keras.Input((28, 28, 3)), keras.layers.Conv2D(4, 3, name="first"), keras.layers.Conv2D(2, 5, name="last")]
    signal = [keras.Input((100, 2)), keras.layers.Conv1D(4, 9, name="filters")]
    for name, parts in (("image", image), ("signal", signal)):
        model = keras.Sequential(parts)
        if ending != "model":
            model.save(tmp_path / f"{name}{ending}")
        found = ks.look(model if ending == "model" else tmp_path / f"{name}{ending}")
        expected = {"first": (4, 3, 3, 3), "last": (2, 4, 5, 5)} if name == "image" else {"filters": (4, 2, 9)}
        assert layers(found.kernels) == expected
        found.save(tmp_path / f"{name}.png")
        first = np.asarray(model.layers[0].get_weights()[0])
        assert np.array_equal(next(iter(found.kernels.values())), np.moveaxis(first, (-1, -2), (0, 1)))


def test_safetensors_are_read(tmp_path):
    net = nn.Sequential(nn.Conv2d(3, 8, 7))
    save_file(net.state_dict(), tmp_path / "model.safetensors")
    assert np.array_equal(ks.read(tmp_path / "model.safetensors")["0"], net[0].weight.detach().numpy())


@pytest.mark.parametrize("prefix", ["_orig_mod.", "module.", "model.", "module._orig_mod."])
def test_checkpoints_with_and_without_a_prefix_are_compared(tmp_path, prefix):
    net = nn.Sequential(nn.Conv2d(3, 8, 7))
    plain = saved(net.state_dict(), tmp_path / "a.pt")
    wrapped = saved({f"{prefix}{name}": value for name, value in net.state_dict().items()}, tmp_path / "b.pt")
    (row,) = ks.compare(plain, wrapped).rows
    assert (row["layer"], row["moved"], round(row["same number"], 5)) == ("0", 0, 1)


def test_the_difference_of_two_networks_is_a_row_for_each_layer(tmp_path):
    before = nn.Sequential(nn.Conv2d(3, 8, 7), nn.ReLU(), nn.Conv2d(8, 4, 3))
    a = saved(before.state_dict(), tmp_path / "a.pt")
    before[0].weight.data *= 2
    b = saved(before.state_dict(), tmp_path / "b.pt")
    moved = {row["layer"]: row["moved"] for row in ks.compare(a, b).rows}
    assert moved == {"0": pytest.approx(0.5), "2": 0}


def test_black_filters_are_told_apart_from_filters_that_learned_something():
    net = nn.Conv2d(1, 4, 5)
    net.weight.data[:2] = 0
    net.weight.data[2] *= 1e-4
    (row,) = ks.look(nn.Sequential(net)).measures()
    assert (row["kernels"], row["constant"]) == (4, 2)


def test_filters_of_red_green_and_blue_are_gray_at_zero_and_not_black():
    bank = np.zeros((1, 3, 5, 5), np.float32)
    bank[0, 0, 2, 2] = -1
    image = kernel_tiles.in_color(bank)[0]
    assert image[0, 0].tolist() == [128, 128, 128] or image[0, 0].tolist() == [127, 127, 127]
    assert image[2, 2, 0] == 0 and image[2, 2, 1] == image[0, 0, 1]


def test_statistics_and_a_picture_of_one_tensor_of_a_file(tmp_path):
    net = nn.Sequential(nn.Conv2d(1, 8, 9), nn.Conv2d(8, 4, 3))
    found = ks.look(saved(net.state_dict(), tmp_path / "m.pt"), layers=["0"])
    (row,) = found.measures()
    assert row["size"] == "1 x 9 x 9" and -1 < row["smoothness (lag 1)"] < 1
    assert "<img" in found._repr_html_()


def test_what_a_model_must_be_is_said_by_what_is_left_out(tmp_path):
    net = nn.Sequential(nn.Conv2d(1, 8, 9), nn.Conv2d(8, 4, 1), nn.Flatten(), nn.Linear(4, 2))
    found = ks.look(saved(net.state_dict(), tmp_path / "m.pt"))
    assert list(found.kernels) == ["0"]
    assert any(line.startswith("left out: 1 ") or line.startswith("left out: 1:") for line in found.kernels.remarks)
    with pytest.raises(ValueError, match="without a conv layer, expected a model with Conv1d, Conv2d or Conv3d"):
        ks.look(nn.Sequential(nn.Linear(2, 2)))


def test_two_networks_that_see_images_alike_have_a_cka_from_a_library():
    torch.manual_seed(0)
    net, other = (nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.Conv2d(6, 4, 3)) for _ in range(2))
    images = torch.randn(24, 1, 12, 12)
    same = {row["layer"]: row["cka"] for row in ks.compare(net, net, images=images).rows}
    different = {row["layer"]: row["cka"] for row in ks.compare(net, other, images=images).rows}
    assert all(value == pytest.approx(1) for value in same.values())
    assert all(different[name] < 0.999 for name in different)


def test_weights_of_every_kept_epoch_are_arrays_for_introspection(tmp_path):
    net = nn.Sequential(nn.Conv2d(1, 2, 5))
    with ks.Recorder(net, tmp_path, snapshots=5) as recorder:
        for _ in range(20):
            net[0].weight.data += 0.1
            recorder.step()
    with np.load(tmp_path / "kernels.npz") as arrays:
        assert arrays["0"].shape == (5, 2, 1, 5, 5) and arrays["steps"].tolist()[0] == 0
    assert ks.read(tmp_path / "kernels.npz", step=20)["0"].shape == (2, 1, 5, 5)

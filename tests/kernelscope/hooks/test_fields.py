"""The pixels that a unit of any model sees: against the formula of its layers, and against changed pixels."""

import pytest
import torch
from small_resnet import resnet
from torch import nn

from kernelscope.hooks import fields, watching


def of(model, image, names=None):
    model.eval()
    names = names or [name for name, module in model.named_modules() if isinstance(module, nn.Conv2d)]
    places, left_out = watching.sites(model, names, image[None])
    assert not left_out
    return fields.fields(model, places, image, 7)


def test_fields_of_a_residual_network_are_those_of_its_layers():
    found = of(resnet(), torch.rand(3, 64, 64))
    expected = {
        "conv1": 7,
        "layer1.conv1": 7 + 4 + 8,
        "layer1.conv2": 27,
        "layer2.conv1": 35,
        "layer2.downsample.0": 27,
    }
    for name, size in expected.items():
        rows = found[name].rows
        middle = len(rows) // 2
        assert rows[middle, 1] - rows[middle, 0] + 1 == size, name
        assert (rows == found[name].cols).all()
    assert found["conv1"].rows[0].tolist() == [0, 3]  # padded by 3
    assert (found["conv1"].rows[5] - found["conv1"].rows[4]).tolist() == [2, 2]
    assert found["layer2.conv2"].rows[3].tolist() == [0, 24 + 25]  # 51 pixels around 24, of which the image has 50


NETWORKS = {
    "dilated": lambda: nn.Sequential(nn.Conv2d(1, 2, 3, dilation=3, padding=2)),
    "not square": lambda: nn.Sequential(nn.Conv2d(1, 2, (1, 5), stride=(2, 1)), nn.Conv2d(2, 2, (3, 1))),
    "enlarged": lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Upsample(scale_factor=2), nn.Conv2d(2, 2, 3)),
    "transposed": lambda: nn.Sequential(nn.Conv2d(1, 2, 3, 2), nn.ConvTranspose2d(2, 2, 3, 2), nn.Conv2d(2, 2, 2)),
    "pooled": lambda: nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2), nn.LeakyReLU(), nn.Conv2d(2, 2, 3)
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_pixel_outside_a_field_changes_nothing_and_each_edge_of_it_does(name):
    torch.manual_seed(0)
    model, image = NETWORKS[name]().double(), torch.rand(1, 15, 13, dtype=torch.float64)
    last = [
        key for key, module in model.named_children() if hasattr(module, "kernel_size") and hasattr(module, "groups")
    ][-1]
    field = of(model, image, [last])[last]
    with torch.no_grad():
        before = model(image[None])[0]
        reached = torch.zeros(*before.shape[1:], 15, 13, dtype=torch.bool)
        for row in range(15):
            for col in range(13):
                for value in (5.0, -5.0):  # of which a maximum sees one
                    changed = image.clone()
                    changed[0, row, col] += value
                    reached[..., row, col] |= (model(changed[None])[0] != before).any(0)
    for unit in ((0, 0), (2, 1), (before.shape[1] - 1, before.shape[2] - 1)):
        top, bottom, left, right = field.box(*unit)
        seen = reached[unit]
        rows, cols = seen.any(1).nonzero().flatten(), seen.any(0).nonzero().flatten()
        assert (rows.min(), rows.max() + 1, cols.min(), cols.max() + 1) == (top, bottom, left, right)


def test_a_global_operation_sees_the_whole_image_and_a_model_that_hides_its_pixels_is_told():
    class Squeezed(nn.Module):
        def __init__(self, hides):
            super().__init__()
            self.first, self.second, self.hides = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 3), hides

        def forward(self, x):
            x = self.first(torch.nan_to_num(x) if self.hides else x)
            return self.second(x * torch.sigmoid(x.mean((2, 3), keepdim=True)))

    seen, hidden = (of(Squeezed(hides), torch.rand(1, 9, 9)) for hides in (False, True))
    assert seen["first"].box(1, 2) == (1, 4, 2, 5)
    assert (seen["second"].box(1, 2), seen["second"].reason) == ((0, 9, 0, 9), "")
    assert (hidden["first"].box(1, 2), hidden["first"].reason) == ((0, 9, 0, 9), fields.UNKNOWN)


def test_a_large_image_is_probed_in_strips():
    model = nn.Sequential(nn.Conv2d(1, 1, 3))
    field = of(model, torch.rand(1, 300, 20))["0"]
    assert field.rows[100].tolist() == [99, 104]  # in strips of three rows
    assert field.cols[5].tolist() == [5, 7]

"""Networks that others have trained, with images of their own kind: MTCNN, which finds faces (Zhang et al. 2016)."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.data import lfw_subset
from tiers import THOROUGH

import kernelscope as ks

PACKAGE = "facenet_pytorch"
needed = pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason="`make extras` installs the networks")


@pytest.fixture
def mtcnn(monkeypatch):
    """Return the module of the networks; what it imports for photographs (torchvision) is not needed."""
    folder = Path(importlib.util.find_spec(PACKAGE).origin).parent / "models"
    for name in (PACKAGE, f"{PACKAGE}.models", f"{PACKAGE}.models.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        sys.modules[name].__path__ = []
    other = ModuleType(f"{PACKAGE}.models.utils.detect_face")
    other.detect_face = other.extract_face = None
    monkeypatch.setitem(sys.modules, other.__name__, other)
    spec = importlib.util.spec_from_file_location(f"{PACKAGE}.models.mtcnn", folder / "mtcnn.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def faces(side, count=80):
    """Return images of faces and of other things (n, 3, side, side) from -1 to 1, and which are faces."""
    every = lfw_subset()
    chosen = np.concatenate([every[: count // 2], every[100 : 100 + count // 2]])
    images = [Image.fromarray(np.rint(image * 255).astype(np.uint8)).resize((side, side)) for image in chosen]
    pixels = (np.stack(images).astype(np.float32) - 127.5) / 128
    return pixels[:, None].repeat(3, 1), np.repeat([1, 0], count // 2)


class Scores(torch.nn.Module):
    """The second output of a network, whether an image is a face."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)[1]


@needed
def test_a_network_that_finds_faces_is_needed_and_its_selectivity_is_beside_untrained_copies(mtcnn):
    images, labels = faces(24, 40)
    found = ks.look(Scores(mtcnn.RNet()), images=images, labels=labels, layers=["network.conv1", "network.conv3"])
    first, last = found.responses.summary
    assert (first["kernels"], last["kernels"], last["dead"]) == (28, 64, 0)
    assert last["verdict"] == "no evidence" and last["selectivity"] > last["untrained"]  # docs/log.md, 2026-12-01
    assert max(row["drop"] for row in found.responses.rows if row["drop"] is not None) > 0
    boxes = found.responses.probed.layers["network.conv3"].field
    assert boxes.rows[1].tolist() == [4, 20]  # pools of 3 with stride 2 between kernels of 3, 3 and 2
    with torch.no_grad():
        scores = Scores(mtcnn.RNet())(torch.from_numpy(images))
    assert ((scores[:, 1] > 0.5).numpy() == labels).mean() > 0.8


@needed
@THOROUGH
@pytest.mark.parametrize(("name", "side", "layers"), [("PNet", 24, 3), ("RNet", 24, 3), ("ONet", 48, 4)])
def test_every_network_of_mtcnn_is_probed_whole(mtcnn, tmp_path, name, side, layers):
    images, labels = faces(side)
    found = ks.look(getattr(mtcnn, name)(), images=images, labels=labels)
    assert len(found.responses.summary) == layers
    assert all(row["verdict"] in ("shown", "no evidence") for row in found.responses.summary)
    assert all(row["dead"] is not None for row in found.responses.rows)
    found.responses.save(tmp_path / "faces.png")
    assert (tmp_path / "faces.png").stat().st_size > 10_000

"""What kernels of a model respond to, from the library: `look` with images."""

import csv
import re

import numpy as np
import pytest
import torch
from PIL import Image
from small_model import model
from small_resnet import SmallResNet, colored, trained

import kernelscope as ks

NAMES = ["conv1", "layer2.conv2"]


def test_look_with_images_has_responses_a_table_and_a_figure(tmp_path):
    images, labels = colored()
    found = ks.look(trained(), layers=NAMES, images=images, labels=labels, untrained=SmallResNet)
    assert [row["layer"] for row in found.responses.summary] == NAMES
    assert "verdict" in repr(found) and "<th>verdict</th>" in found._repr_html_()
    found.responses.save(tmp_path / "responses.csv")
    with (tmp_path / "responses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10 and rows[0]["layer"] == "conv1" and rows[0]["selectivity"]
    found.responses.save(tmp_path / "responses.png")
    with Image.open(tmp_path / "responses.png") as picture:
        assert len(np.unique(np.asarray(picture).reshape(-1, 3), axis=0)) > 100
    with pytest.raises(ValueError, match=r"a\.pdf: got \.pdf, expected \.csv or \.png"):
        found.responses.save(tmp_path / "a.pdf")


def test_a_folder_of_images_is_scaled_as_asked(tmp_path):
    images, labels = colored(12, 16)
    for i, (image, label) in enumerate(zip(images.clamp(-2, 2), labels.tolist(), strict=True)):
        (tmp_path / "abc"[label]).mkdir(exist_ok=True)
        pixels = ((image + 2) / 4 * 255).numpy().astype(np.uint8).transpose(1, 2, 0)
        Image.fromarray(pixels).save(tmp_path / "abc"[label] / f"{i}.png")
    found = ks.look(trained(), layers=["conv1"], images=tmp_path, image_size=(16, 16), mean=0.5, std=0.25)
    seen = found.responses.probed.inputs
    assert seen.class_names == ("a", "b", "c")
    assert torch.allclose(seen.images[0], images[int(seen.names[0][2:-4])].clamp(-2, 2), atol=0.02)
    assert {row["class"] for row in found.responses.rows} <= {"a", "b", "c", None}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"labels": [0, 1]}, "labels: got labels without images"),
        ({"untrained": model}, "untrained: got untrained without images"),
        ({"images": torch.zeros(4, 2, 9, 9)}, "images: got inputs (2, 2, 9, 9), which the model does not take"),
        ({"images": torch.zeros(4, 1, 12, 12), "std": 2}, "image_size, mean, std: got settings for files"),
        ({"images": "nowhere"}, "images: got 'nowhere', which is not a folder here"),
        ({"images": torch.zeros(2, 1, 12, 12)}, "images: got an array (2, 1, 12, 12)"),
        ({"images": torch.zeros(4, 3, 24, 24), "untrained": lambda: 3}, "untrained: got 3, expected a function"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(given, line):
    network = SmallResNet() if given.get("untrained") else torch.nn.Sequential(*model()[:3])
    with pytest.raises(ValueError, match="^" + re.escape(line)) as refused:
        ks.look(network, **given)
    assert "\n" not in str(refused.value)


def test_a_file_alone_has_no_responses():
    with pytest.raises(ValueError, match=r"^images: got images beside .*, expected a torch\.nn\.Module"):
        ks.look({"a.weight": np.ones((2, 1, 5, 5))}, images=torch.zeros(4, 1, 9, 9))

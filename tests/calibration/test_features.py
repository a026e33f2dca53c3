"""The feature table for responses that are independent of the features, and for kernels that are a feature."""

import numpy as np
import pytest
from drawn import build
from feature_samples import KINDS, sample
from make_dataset import in_cells
from scipy import stats
from scipy.ndimage import gaussian_filter
from tiers import THOROUGH, rows

from kernelscope.data.drawing import LineDrawer
from kernelscope.models import responses
from kernelscope.models.layer_lists import RELU, Field, conv
from kernelscope.probes import features, landmarks


@THOROUGH
@pytest.mark.parametrize("blur", [0, 1.5])
def test_p_is_uniform_where_responses_do_not_know_the_features(blur):
    """Test 1,000 kernels, 10 for each of 100 draws of the positions, on white or smooth rectified noise, half of it 0.

    The choice of the position in the window must not show.
    """
    p, corrected = {kind: [] for kind in KINDS}, []
    for draw in range(100):
        rng, both = np.random.default_rng([draw, 1]), []
        for images in (40, 60):
            noise = rng.standard_normal((images, 10, 16, 16), np.float32)
            noise = gaussian_filter(noise, (0, 0, blur, blur)) if blur else noise
            both.append(sample(rng, images, 10, 16, 5, 1, np.maximum(noise, 0)))
        for row in features.table("conv1", *both, Field(5, 1, 0), n_resamples=9):
            assert row["images"] >= 10
            p[row["class"], row["feature"]].append(row["p"])
            corrected.append(row["p_corrected"])
    for values in p.values():
        assert len(values) == 1000
        assert stats.kstest(values, "uniform").pvalue > 0.01
        assert 0.03 < np.mean(np.array(values) < 0.05) < 0.07
    assert np.mean(np.array(corrected) <= 0.05) < 0.005


SETTINGS = {
    **{"source": "waveforms", "classes": ["square", "triangle", "gaussian"], "train_images": 150, "test_images": 150},
    **{"seed": 0, "image_size": [48, 48], "amplitude": [0.35, 0.8], "width": [0.15, 0.3], "position": [0.0, 1.0]},
    **{"offset": [0.05, 0.7], "line_width": [1.5, 3.0], "noise": [0.0, 0.0], "clipping": [1.0, 1.0]},
    "inside_frame": True,
    "trace_colors": [],
    "graticule": 0.0,
}
CORNERS = {  # the two arms from the bend at (7, 7), as (row, col)
    "upper-left corner": [(30, 7), (7, 7), (7, 30)],
    "upper-right corner": [(30, 7), (7, 7), (7, -15)],
    "lower-left corner": [(-15, 7), (7, 7), (7, -15)],
    "lower-right corner": [(-15, 7), (7, 7), (7, 30)],
}


@pytest.fixture(scope="module")
def seen():
    """Return (images, landmarks, chance positions) of each split."""
    splits = build(SETTINGS)
    rows = [
        {"split": name, "class": SETTINGS["classes"][label], **in_cells(truth)}
        for name, split in splits.items()
        for label, truth in zip(split.labels, split.truth, strict=True)
    ]
    marks = [landmarks.read([row for row in rows if row["split"] == name]) for name in splits]
    images = [split.images for split in splits.values()]
    return [(im, m, landmarks.places_on_line(im, 20, i)) for i, (im, m) in enumerate(zip(images, marks, strict=True))]


@pytest.mark.parametrize("corner", rows(CORNERS, "upper-left corner", "lower-right corner"))
def test_a_noisy_template_of_a_corner_answers_to_that_corner_of_a_square(corner, seen):
    """Test 100 kernels: the drawn corner with equally strong noise."""
    template = LineDrawer(15, 15).draw(np.array(CORNERS[corner], float), 2.25) / 255
    template -= template.mean()
    noise = np.random.default_rng(0).normal(0, template.std(), (100, 1, 15, 15))
    weights = {"conv1.weight": (template + noise).astype(np.float32), "conv1.bias": np.zeros(100, np.float32)}
    layers = [conv("conv1", 100, 15), RELU]
    both = [
        features.Sample(responses.responses(layers, weights, images)["conv1"], marks, chance)
        for images, marks, chance in seen
    ]
    table = features.table("conv1", *both, Field(15, 1, 0), n_resamples=99)
    best = [max((r for r in table if r["kernel"] == kernel), key=lambda row: row["z"]) for kernel in range(100)]
    right = [row for row in best if (row["class"], row["feature"]) == ("square", corner)]
    assert len(right) >= 95
    offsets = np.array([(row["offset_row"], row["offset_col"]) for row in right])
    assert np.abs(offsets).max() <= 2  # the best position is slightly off the line, where chance is lower
    assert np.abs(offsets.mean(0)).max() <= 1
    assert all(row["p_corrected"] < 0.001 for row in right)

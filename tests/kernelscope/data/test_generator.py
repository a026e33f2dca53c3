"""Images against their own parameters, and random streams against each other."""

import copy

import numpy as np
import pytest
import scipy.stats
from drawn import Drawn, build, waveform_split

from kernelscope.data import generator, waveforms
from kernelscope.data.drawing import LineDrawer

PULSES = ["square", "triangle", "gaussian"]
ALL = [*PULSES, "sinusoid", "sawtooth"]

# as in config/config.yaml, except for the number of images
SETTINGS = {
    "source": "waveforms",
    "classes": PULSES,
    "train_images": 90,
    "test_images": 31,
    "seed": 0,
    "image_size": [64, 64],
    "amplitude": [0.35, 0.8],
    "width": [0.15, 0.3],
    "position": [0.0, 1.0],
    "offset": [0.05, 0.7],
    "line_width": [1.5, 3.0],
    "noise": [0.0, 0.0],
    "clipping": [1.0, 1.0],
    "inside_frame": True,
    "trace_colors": [],
    "graticule": 0.0,
}
NOISY = {**SETTINGS, "noise": [0.02, 0.1]}


def same(one: Drawn, other: Drawn) -> bool:
    """Whether two splits have the same bytes, including their true parameters."""
    return (
        one.images.tobytes() == other.images.tobytes()
        and one.labels.tobytes() == other.labels.tobytes()
        and len(one.truth) == len(other.truth)
        and all(
            a.keys() == b.keys() and all(np.array_equal(a[key], b[key]) for key in a)
            for a, b in zip(one.truth, other.truth, strict=True)
        )
    )


def test_a_split_has_gray_images_and_a_label_and_a_truth_for_each():
    splits = build({**SETTINGS, "image_size": [40, 64]})
    assert list(splits) == ["train", "test"]
    for split, count in ((splits["train"], 90), (splits["test"], 31)):
        assert split.images.shape == (count, 40, 64)
        assert split.images.dtype == np.uint8
        assert split.labels.shape == (count,)
        assert split.labels.dtype == np.int64
        assert len(split.truth) == count


def test_the_same_settings_give_the_same_bytes():
    for settings in (SETTINGS, NOISY):
        first, second = build(settings), build(copy.deepcopy(settings))
        assert same(first["train"], second["train"])
        assert same(first["test"], second["test"])


def test_another_seed_gives_other_images():
    here, there = build(SETTINGS), build({**SETTINGS, "seed": 1})
    for split in ("train", "test"):
        assert not same(here[split], there[split])
        assert (here[split].images != there[split].images).any(axis=(1, 2)).all()


@pytest.mark.parametrize(("changed", "kept"), [("train", "test"), ("test", "train")])
def test_the_size_of_one_split_changes_nothing_in_the_other(changed, kept):
    here, there = build(NOISY), build({**NOISY, f"{changed}_images": 47})
    assert len(there[changed].images) == 47
    assert same(here[kept], there[kept])


def test_no_image_of_the_training_is_one_of_the_test():
    splits = build({**SETTINGS, "train_images": 60, "test_images": 60})
    train = {image.tobytes() for image in splits["train"].images}
    test = {image.tobytes() for image in splits["test"].images}
    assert len(train) == len(test) == 60
    assert not train & test
    assert splits["train"].labels.tolist() != splits["test"].labels.tolist()


@pytest.mark.parametrize(("count", "classes"), [(90, PULSES), (31, PULSES), (53, ALL)])
def test_classes_are_balanced_to_one_image_and_shuffled(count, classes):
    split = waveform_split({**SETTINGS, "classes": classes, "train_images": count}, "train")
    counts = np.bincount(split.labels, minlength=len(classes))
    assert counts.sum() == count
    assert counts.max() - counts.min() <= 1
    assert (np.diff(split.labels) < 0).any()
    assert split.labels.tolist() != (np.arange(count) % len(classes)).tolist()


def test_every_image_is_its_truth_drawn_again():
    settings = {**SETTINGS, "classes": ALL, "clipping": [0.6, 1.0]}
    split = waveform_split(settings, "test")
    drawer = LineDrawer(64, 64)
    for image, label, truth in zip(split.images, split.labels, split.truth, strict=True):
        outline = waveforms.SHAPES[ALL[label]](truth["position"], truth["width"], 64)
        placed = waveforms.placed(
            waveforms.clipped(outline, truth["clipping"]), truth["amplitude"], truth["baseline_row"]
        )
        assert np.array_equal(image, drawer.draw(placed.outline, truth["line_width"]))


def test_the_parameters_of_the_truth_are_within_their_ranges_and_fill_them():
    split = waveform_split({**NOISY, "train_images": 300, "clipping": [0.6, 1.0]}, "train")
    for name, low, high in (
        ("amplitude", 0.35 * 64, 0.8 * 64),
        ("width", 0.15 * 64, 0.3 * 64),
        ("line_width", 1.5, 3.0),
        ("noise", 0.02, 0.1),
        ("clipping", 0.6, 1.0),
    ):
        values = np.array([truth[name] for truth in split.truth])
        assert scipy.stats.kstest(values, scipy.stats.uniform(low, high - low).cdf).pvalue > 0.001, name
        assert low <= values.min() < values.max() <= high, name


def test_the_width_at_half_height_tells_nothing_of_the_class():
    split = waveform_split({**SETTINGS, "train_images": 300}, "train")
    widths = [np.array([t["width"] for t in split.truth])[split.labels == label] for label in range(3)]
    assert scipy.stats.kruskal(*widths).pvalue > 0.01


@pytest.mark.parametrize("shape", PULSES)
def test_the_ink_at_half_height_is_as_far_apart_as_the_width(shape):
    cols = 64
    for position, width in ((30.2, 13.0), (33.7, 18.4)):
        parameters = {"position": position, "width": width, "amplitude": 40.0, "baseline_row": 52.0, "clipping": 1.0}
        image = LineDrawer(64, cols).draw(generator.waveform_at(shape, parameters, cols).outline, 2.0)
        row = image[32].astype(float)  # 20 rows above the baseline
        left, right = row.copy(), row.copy()
        left[round(position) :], right[: round(position)] = 0, 0
        middles = [(part * np.arange(cols)).sum() / part.sum() for part in (left, right)]
        assert middles[1] - middles[0] == pytest.approx(width, abs=0.15)
        assert sum(middles) / 2 == pytest.approx(position, abs=0.1)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("clipping", [[1.0, 1.0], [0.6, 0.9]])
def test_every_landmark_in_the_frame_sits_on_a_bright_pixel(inside, clipping):
    settings = {**SETTINGS, "classes": ALL, "line_width": [3.0, 4.0], "clipping": clipping, "inside_frame": inside}
    split = waveform_split({**settings, "train_images": 200}, "train")
    result = dict.fromkeys(waveforms.FEATURES, 0)
    for image, truth in zip(split.images, split.truth, strict=True):
        for name in waveforms.FEATURES:
            for row, col in truth[name]:
                if not (2 <= row <= 61 and 2 <= col <= 61):  # near the edge the nearest pixel may be beyond it
                    continue
                assert image[round(row), round(col)] >= 160, (name, row, col, truth)
                result[name] += 1
    assert min(result.values()) > 20, result


def test_landmarks_are_rows_and_cols_inside_the_frame_for_every_kind_of_feature():
    settings = {**SETTINGS, "classes": ALL, "image_size": [40, 64], "inside_frame": False}
    for truth in waveform_split(settings, "train").truth:
        points = np.concatenate([truth[name] for name in waveforms.FEATURES])
        assert points.shape[1] == 2
        assert (points >= -0.5).all()
        assert (points <= [39.5, 63.5]).all()


def test_visible_features_are_those_a_plain_loop_keeps():
    waveform = waveforms.placed(waveforms.sinusoid(20.3, 7.0, 64), 50.0, 45.0)
    visible = generator.visible_features(waveform, 40, 64)
    dropped = 0
    for name in waveforms.FEATURES:
        kept = [(r, c) for r, c in getattr(waveform, name) if -0.5 <= r <= 39.5 and -0.5 <= c <= 63.5]
        assert visible[name].tolist() == [list(point) for point in kept]
        dropped += len(getattr(waveform, name)) - len(kept)
    assert dropped > 0
    assert sum(len(points) for points in visible.values()) > 0


def test_the_frame_reaches_half_a_pixel_beyond_the_middles_of_its_outermost_pixels():
    points = np.array([(-0.5, 0), (-0.51, 0), (0, -0.5), (0, -0.51), (7.5, 3), (7.51, 3), (3, 9.5), (3, 9.51)])
    waveform = waveforms.Waveform(*[points] * len(waveforms.Waveform._fields))
    for name, visible in generator.visible_features(waveform, 8, 10).items():
        assert visible.tolist() == [[-0.5, 0], [0, -0.5], [7.5, 3], [3, 9.5]], name


def test_the_whole_waveform_is_inside_the_frame():
    """On a larger canvas, only the flat baseline extends beyond the frame."""
    pad = 15
    split = waveform_split({**SETTINGS, "train_images": 300}, "train")
    drawer = LineDrawer(64 + 2 * pad, 64 + 2 * pad)
    for image, label, truth in zip(split.images, split.labels, split.truth, strict=True):
        outline = generator.waveform_at(PULSES[label], truth, 64).outline
        large = drawer.draw(outline + pad, truth["line_width"])
        inner = large[pad:-pad, pad:-pad].astype(int)
        assert np.abs(inner - image).max() < 32  # a line with many points is drawn a little differently elsewhere
        assert large[:pad].max() <= 2
        assert large[-pad:].max() <= 2
        thickness = truth["line_width"] / 2 + 1.1  # the skirt of a gaussian is up to 0.2 % of 51 rows high
        away = np.abs(np.arange(64) - truth["baseline_row"]) > thickness
        assert large[pad:-pad][away][:, :pad].max() <= 2
        assert large[pad:-pad][away][:, -pad:].max() <= 2


def test_the_first_and_last_col_hold_the_baseline_alone_and_whole():
    split = waveform_split({**SETTINGS, "train_images": 300}, "train")
    touching = 0
    for image, truth in zip(split.images, split.truth, strict=True):
        for col in (image[:, 0].astype(float), image[:, -1].astype(float)):
            if abs(col.sum() / 255 - truth["line_width"]) > 0.1:  # the foot of a pulse at the very edge
                touching += 1
                continue
            assert (col * np.arange(64)).sum() / col.sum() == pytest.approx(truth["baseline_row"], abs=0.15)
    assert touching < 30
    assert (split.images.max(axis=(1, 2)) == 255).mean() > 0.9
    assert (split.images == 0).mean() > 0.8


def test_without_inside_frame_some_waveforms_are_cut_off():
    settings = {**SETTINGS, "classes": ["square", "triangle"], "train_images": 200, "offset": [0.0, 1.0]}
    outside = waveform_split({**settings, "inside_frame": False}, "train").truth
    inside = waveform_split(settings, "train").truth
    assert all(len(truth["peaks"]) == 1 for truth in inside)
    assert 20 < sum(len(truth["peaks"]) == 0 for truth in outside) < 180


def test_a_clipped_image_is_dark_above_the_cut_and_bright_on_it():
    settings = {**SETTINGS, "classes": ["triangle"], "clipping": [0.5, 0.5], "train_images": 30}
    split = waveform_split({**settings, "noise": [0.0, 0.0]}, "train")
    for image, truth in zip(split.images, split.truth, strict=True):
        cut = truth["baseline_row"] - 0.5 * truth["amplitude"]
        above = int(np.ceil(cut - truth["line_width"] / 2 - 0.5))  # the first row that the line is in
        assert image[:above].max(initial=0) <= 2
        assert image[round(cut), round(truth["position"])] >= 100
        assert truth["peaks"] == pytest.approx(np.array([[cut, truth["position"]]]), abs=0.01)
        assert len(truth["corners"]) == 4


def test_noise_of_zero_is_the_image_itself():
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert np.array_equal(generator.with_noise(image, 0.0, np.random.default_rng(0)), image)


@pytest.mark.parametrize("sd", [0.01, 0.05, 0.1])
def test_noise_has_the_standard_deviation_asked_for_and_no_bias(sd):
    noisy = generator.with_noise(np.full((200, 200), 128, np.uint8), sd, np.random.default_rng(0)).astype(float)
    assert noisy.std() == pytest.approx(255 * sd, rel=0.02)
    assert noisy.mean() == pytest.approx(128, abs=4 * 255 * sd / 200)
    assert abs(np.corrcoef(noisy[:, :-1].ravel(), noisy[:, 1:].ravel())[0, 1]) < 0.02


@pytest.mark.parametrize(("value", "kept"), [(0, np.s_[0]), (255, np.s_[255])])
def test_noise_stops_at_black_and_white_and_never_wraps(value, kept):
    noisy = generator.with_noise(np.full((100, 100), value, np.uint8), 0.1, np.random.default_rng(0))
    assert noisy.dtype == np.uint8
    assert (noisy == kept).mean() == pytest.approx(0.5, abs=0.03)
    assert np.abs(noisy.astype(int) - value).max() < 128


def test_noise_leaves_its_argument_as_it_was():
    image = np.full((20, 20), 100, np.uint8)
    assert (generator.with_noise(image, 0.1, np.random.default_rng(0)) != 100).any()
    assert (image == 100).all()


def test_noise_in_the_settings_reaches_the_images_and_moves_no_waveform():
    clean, noisy = (waveform_split(settings, "train") for settings in (SETTINGS, NOISY))
    assert clean.labels.tolist() == noisy.labels.tolist()
    for i, (before, after) in enumerate(zip(clean.truth, noisy.truth, strict=True)):
        assert np.array_equal(before["peaks"], after["peaks"])
        dark = noisy.images[i][clean.images[i] == 0].astype(float)
        assert np.sqrt((dark**2).mean() * 2) == pytest.approx(255 * after["noise"], rel=0.15)


def test_a_waveform_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"^\.width: got .*, expected a waveform that fits inside the frame"):
        build({**SETTINGS, "width": [0.9, 1.0]})


def test_building_leaves_the_settings_as_they_were():
    settings = copy.deepcopy(NOISY)
    assert len(build(settings)) == 2
    assert settings == NOISY

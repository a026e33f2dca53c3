import numpy as np
import pytest
from drawn import waveform_split
from make_dataset import positions

from kernelscope.data import waveforms
from kernelscope.probes import landmarks

SETTINGS = {
    **{"source": "waveforms", "classes": list(waveforms.SHAPES), "train_images": 200, "test_images": 5, "seed": 3},
    **{"image_size": [48, 64], "amplitude": [0.35, 0.8], "width": [0.15, 0.3], "position": [0.0, 1.0]},
    **{"offset": [0.05, 0.7], "line_width": [1.5, 3.0], "noise": [0.0, 0.0], "clipping": [1.0, 1.0]},
    "inside_frame": True,
    "trace_colors": [],
    "graticule": 0.0,
}


def rows_of(split) -> list[dict[str, str]]:
    """Return rows as they are read from parameters.csv."""
    rows = []
    for label, truth in zip(split.labels, split.truth, strict=True):
        row = {name: positions(v) if name in waveforms.FEATURES else str(v) for name, v in truth.items()}
        rows.append(row | {"class": SETTINGS["classes"][label]})
    return rows


def rising(shape: str, col: float, truth: dict) -> bool:
    """Whether the outline rises around `col`, from its points."""
    points = waveforms.SHAPES[shape](truth["position"], truth["width"], 64).outline
    near = [np.interp(col + d, points[:, 0] + 1e-9 * np.arange(len(points)), points[:, 1]) for d in (-0.2, 0.2)]
    return near[1] > near[0]


def test_a_cell_is_rows_and_cols():
    assert landmarks.positions("50.05:21.88 -0.25:43.32").tolist() == [[50.05, 21.88], [-0.25, 43.32]]
    assert landmarks.positions("").shape == (0, 2)


@pytest.mark.parametrize("cell", ["a:1", "1:2:3 4:5", "12"])
def test_what_is_no_cell_of_positions_is_refused(cell):
    with pytest.raises(ValueError):
        landmarks.positions(cell)


@pytest.mark.parametrize("change", [{}, {"inside_frame": False}, {"clipping": [0.55, 0.95]}])
def test_every_feature_of_the_truth_is_a_landmark_with_the_side_on_which_the_outline_rises_or_falls(change):
    split = waveform_split({**SETTINGS, **change}, "train")
    marks = landmarks.read(rows_of(split))
    at, sides = 0, set()
    for i, (label, truth) in enumerate(zip(split.labels, split.truth, strict=True)):
        for feature in waveforms.FEATURES:
            for point in truth[feature]:
                class_name, name = marks.kinds[marks.kind[at]]
                assert marks.image[at] == i
                assert class_name == SETTINGS["classes"][label]
                assert name.endswith(feature.removesuffix("s"))
                np.testing.assert_allclose(marks.position[at], point, atol=0.0051)
                if feature in ("flanks", "skirts", "slopes"):
                    assert name.startswith("left" if rising(class_name, point[1], truth) else "right")
                sides.add(name)
                at += 1
    assert at == len(marks.kind) == len(marks.image) == len(marks.position)
    assert {"left flank", "right flank", "left slope", "right slope", "left skirt", "right skirt", "peak"} <= sides


def test_the_corners_of_a_square_are_named_as_a_person_sees_them():
    placed = waveforms.placed(waveforms.clipped(waveforms.square(20.0, 10.0, 40), 0.3), 30.0, 50.0)
    whole = waveforms.placed(waveforms.square(20.0, 10.0, 40), 30.0, 50.0)
    row = {"class": "square", "position": "20.0", "width": "10.0", "amplitude": "30.0", "baseline_row": "50.0"}
    assert whole.corners.tolist() == [[50, 15], [20, 15], [20, 25], [50, 25]]
    expected = ["lower-left corner", "upper-left corner", "upper-right corner", "lower-right corner"]
    assert landmarks.named("corners", whole.corners, row | {"clipping": "1.0"}) == expected
    assert placed.corners.tolist() == [[50, 15], [50, 25], [41, 15], [41, 25]]
    cut = ["lower-left corner", "lower-right corner", "upper-left corner", "upper-right corner"]
    assert landmarks.named("corners", placed.corners, row | {"clipping": "0.3"}) == cut


def test_a_sawtooth_falls_at_its_corners():
    truth = {"class": "sawtooth", "position": "23.30", "width": "9.0", "amplitude": "30", "baseline_row": "50"}
    waveform = waveforms.placed(waveforms.sawtooth(23.3, 9.0, 64), 30.0, 50.0)
    assert set(landmarks.named("corners", waveform.corners.round(2), truth)) == {"lower-right corner"}
    names = landmarks.named("flanks", waveform.flanks.round(2), truth)
    assert names == ["left flank", "right flank"] * (len(names) // 2)


def test_images_without_truth_have_no_landmarks():
    marks = landmarks.read([{"class": "face"}, {"class": "face", "corners": ""}])
    assert marks.kinds == []
    assert marks.position.shape == (0, 2)
    assert landmarks.read([]).image.shape == (0,)


@pytest.mark.parametrize("color", [False, True])
def test_places_are_different_bright_pixels_of_their_image(color):
    images = waveform_split({**SETTINGS, "noise": [0.1, 0.1]}, "test").images
    places = landmarks.places_on_line(np.stack([images, images // 3, 0 * images], -1) if color else images, 20, 0)
    assert places.shape == (5, 20, 2)
    for image, result in zip(images, places, strict=True):
        assert len(np.unique(result, axis=0)) == 20
        for row, col in result.astype(int):
            assert image[row, col] > image.max() / 2


def test_every_pixel_of_the_line_is_as_likely_and_few_are_all_taken():
    image = np.zeros((1, 6, 7), np.uint8)
    image[0, 2, :5] = 200
    image[0, 4, 3] = 100  # not more than half
    counts = np.zeros((6, 7))
    for seed in range(1000):
        row, col = landmarks.places_on_line(image, 1, seed)[0, 0].astype(int)
        counts[row, col] += 1
    assert counts[2, :5].sum() == 1000
    assert counts[2, :5].min() > 150  # 200 expected, standard deviation 13
    places = landmarks.places_on_line(image, 8, 0)[0]
    assert places[:5].tolist() == [[2, col] for col in range(5)]
    assert np.isnan(places[5:]).all()


def test_a_black_image_and_one_smaller_than_the_count_have_no_more_places_than_pixels():
    assert np.isnan(landmarks.places_on_line(np.zeros((2, 5, 5), np.uint8), 3, 0)).all()
    places = landmarks.places_on_line(np.full((1, 2, 2), 9, np.uint8), 6, 0)[0]
    assert places[:4].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert np.isnan(places[4:]).all()
    assert landmarks.places_on_line(np.zeros((0, 5, 5), np.uint8), 3, 0).shape == (0, 3, 2)


def test_landmarks_and_chance_places_of_the_first_images_are_those_of_these_images_alone():
    split = waveform_split(SETTINGS, "train")
    rows = rows_of(split)
    some, alone = landmarks.first(landmarks.read(rows), 2), landmarks.read(rows[:2])
    assert 0 < len(alone.kinds) < len(landmarks.read(rows).kinds)
    assert some.kinds == alone.kinds
    for name in ("image", "kind", "position"):
        np.testing.assert_array_equal(getattr(some, name), getattr(alone, name))
    places = landmarks.places_on_line(split.images, 20, 0)[:2]
    np.testing.assert_array_equal(places, landmarks.places_on_line(split.images[:2], 20, 0))

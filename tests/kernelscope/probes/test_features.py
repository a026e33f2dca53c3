import numpy as np
import pytest
from feature_samples import KINDS, sample
from scipy import stats
from tiers import rows

from kernelscope.io import csv_files
from kernelscope.models.layer_lists import Field
from kernelscope.probes import features
from kernelscope.probes.landmarks import Landmarks


def by_kind(rows, kernel, kind):
    return next(row for row in rows if row["kernel"] == kernel and (row["class"], row["feature"]) == KINDS[kind])


def by_loops(given: features.Sample, row: dict, field: int, jump: int, start: int):
    """Return images, mean response and mean chance of one row, from the definitions."""
    step = np.array([row["offset_row"], row["offset_col"]]) // -jump
    maps = given.responses[:, row["kernel"]]
    pairs, images = [], set()
    for i, of_image in enumerate(maps):
        cells = set()
        for at, kind, point in zip(given.marks.image, given.marks.kind, given.marks.position, strict=True):
            if at == i and KINDS[kind] == (row["class"], row["feature"]):
                cells.add(tuple(int(np.floor((v - start - (field - 1) / 2) / jump + 0.5)) for v in point))
        places = {
            tuple(int(np.floor((v - start - (field - 1) / 2) / jump + 0.5)) for v in p) for p in given.chance[i]
        } - cells

        def seen(cells, of_image=of_image):
            moved = [np.array(cell) + step for cell in cells]
            return [of_image[tuple(m)] for m in moved if (m >= 0).all() and (m < of_image.shape).all()]

        if seen(cells) and seen(places):
            images.add(i)
            pairs += [(value, np.mean(seen(places))) for value in seen(cells)]
    return len(images), *np.mean(pairs, axis=0)


@pytest.mark.parametrize(
    ("field", "jump", "start", "side"),
    rows(
        [(5, 1, 0, 14), (4, 1, 0, 14), (7, 2, 0, 9), (29, 4, 0, 5), (5, 1, -2, 14), (9, 2, -5, 9)],
        *((29, 4, 0, 5), (5, 1, -2, 14), (9, 2, -5, 9)),
    ),
)
def test_the_table_is_that_of_plain_loops(field, jump, start, side):
    rng = np.random.default_rng(0)
    selection, evaluation = (sample(rng, 300, 3, side, field, jump) for _ in range(2))
    rows = features.table("conv1", selection, evaluation, Field(field, jump, start), n_resamples=99)
    assert [(row["kernel"], row["class"], row["feature"]) for row in rows] == [
        (k, *kind) for k in range(3) for kind in KINDS
    ]
    for row in rows:
        assert tuple(row) == features.COLUMNS
        images, response, chance = by_loops(evaluation, row, field, jump, start)
        assert row["images"] == images
        np.testing.assert_allclose([row["response"], row["chance"]], [response, chance])
        np.testing.assert_allclose(row["difference"], response - chance)
        assert row["low"] < row["difference"] < row["high"]
    p = [row["p"] for row in rows]
    np.testing.assert_allclose([row["p_corrected"] for row in rows], stats.false_discovery_control(p))


@pytest.mark.parametrize(
    ("field", "jump", "step"), [(9, 1, (3, -2)), (9, 1, (-4, 4)), (11, 2, (1, -2)), (29, 4, (-3, 2))]
)
def test_the_place_in_the_window_is_found(field, jump, step):
    """Kernel 0 responds to the corner of a square at one place of its window and to nothing else."""
    rng = np.random.default_rng(1)
    both = []
    for _ in range(2):
        given = sample(rng, 200, 2, 30, field, jump, rng.normal(size=(200, 2, 30, 30)))
        for i, kind, point in zip(*given.marks[:3], strict=True):
            cell = np.floor((point - (field - 1) / 2) / jump + 0.5).astype(int) + step
            if kind == 1 and (cell >= 0).all() and (cell < 30).all():
                given.responses[i, 0, cell[0], cell[1]] += 5
        both.append(given)
    rows = features.table("conv1", *both, Field(field, jump, 0))
    row = by_kind(rows, 0, 1)
    assert (row["offset_row"], row["offset_col"]) == (-step[0] * jump, -step[1] * jump)
    assert abs(row["offset_row"]) <= (field - 1) / 2
    assert 4.5 < row["low"] < 5 < row["high"] < 5.5
    assert max((row for row in rows if row["kernel"] == 0), key=lambda row: row["z"]) is row
    z = features.measured(*both, Field(field, jump, 0))[0]["z"]
    assert features.largest_z(z)[0] == row["z"] > 5 * abs(features.largest_z(z)[1])


def test_chance_places_are_not_counted_twice_and_not_at_the_feature():
    """Twelve chance places are in two cells, one of them the feature's own cell."""
    rng = np.random.default_rng(3)
    given = sample(rng, 30, 1, 4, 3, 4)
    marks = given.marks._replace(position=np.tile([[1.0, 1.0]], (60, 1)))
    chance = np.tile(np.array([[5.0, 5.0]] * 11 + [[1.0, 1.0]]), (30, 1, 1))
    given = given._replace(marks=marks, chance=chance)
    row = by_kind(features.table("conv1", given, given, Field(3, 4, 0)), 0, 2)
    odd = given.responses[1::2, 0]
    np.testing.assert_allclose([row["response"], row["chance"]], [odd[:, 0, 0].mean(), odd[:, 1, 1].mean()])


def test_dead_constant_and_broken_kernels(tmp_path):
    rng = np.random.default_rng(4)
    selection, evaluation = sample(rng, out=5), sample(rng, out=5)
    for given in (selection, evaluation):
        given.responses[:, 1], given.responses[:, 2] = 0, 0.1
    selection.responses[3, 3, 2, 2], evaluation.responses[0, 4, 0, 0] = np.nan, np.inf
    rows = features.table("conv1", selection, evaluation, Field(5, 1, 0), n_resamples=99)
    for row in rows:
        if row["kernel"] in (1, 2):
            assert abs(row["difference"]) < 1e-12
            assert row["kernel"] == 2 or row["z"] == 0
            assert (row["p"], row["p_corrected"]) == (1, 1)
            assert (row["offset_row"], row["offset_col"]) == (0, 0) or row["kernel"] == 2
        if row["kernel"] in (3, 4):
            assert row["images"] == 0
            assert {row[key] for key in features.COLUMNS[5:-1]} == {None}
        assert row["reason"] == ("its responses are not finite" if row["kernel"] in (3, 4) else "")
    largest = features.largest_z(features.measured(selection, evaluation, Field(5, 1, 0))[0]["z"])
    assert largest[1] == 0
    assert np.isnan(largest[3:]).all()
    csv_files.write_csv(tmp_path / "features.csv", features.COLUMNS, rows)
    assert "nan" not in (tmp_path / "features.csv").read_text()


def test_fewer_than_10_images_say_nothing():
    rng = np.random.default_rng(5)
    selection = sample(rng, side=24, field=1)
    for images, says in ((19, False), (20, True)):
        rows = features.table("conv1", selection, sample(rng, images, side=24, field=1), Field(1, 1, 0), n_resamples=9)
        assert by_kind(rows, 0, 2)["images"] == images // 2
        assert (by_kind(rows, 0, 2)["p"] is not None) == says
        assert by_kind(rows, 0, 2)["reason"] == "fewer than 10 images" * (not says)


@pytest.mark.parametrize("case", ["no truth", "no class in selection", "black images", "one cell", "one kernel"])
def test_what_cannot_be_compared_is_empty_and_no_error(case):
    rng = np.random.default_rng(6)
    one_cell = {"side": 1, "field": 20} if case == "one cell" else {}
    selection, evaluation = (sample(rng, out=1, **one_cell) for _ in range(2))
    empty = Landmarks(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 2)), [])
    if case in ("no truth", "no class in selection"):
        selection = selection._replace(marks=empty)
    if case == "no truth":
        evaluation = evaluation._replace(marks=empty)
    if case == "black images":
        evaluation = evaluation._replace(chance=np.full_like(evaluation.chance, np.nan))
    rows = features.table("conv1", selection, evaluation, Field(one_cell.get("field", 5), 1, 0), n_resamples=9)
    assert len(rows) == (0 if case == "no truth" else 3)
    has_p = [row["p"] is not None for row in rows]
    assert all(has_p) if case in ("one kernel", "no class in selection") else not any(has_p)


def test_the_same_seed_gives_the_same_table_and_the_input_stays_as_it_is():
    selection, evaluation = (sample(np.random.default_rng(seed)) for seed in (7, 8))
    before = evaluation.responses.copy()
    tables = [
        features.table("conv1", selection, evaluation, Field(5, 1, 0), n_resamples=99, seed=seed) for seed in (0, 0, 1)
    ]
    assert tables[0] == tables[1]
    assert tables[0] != tables[2]
    assert np.array_equal(before, evaluation.responses)

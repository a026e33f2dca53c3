import numpy as np
import pytest

from kernelscope.models.layer_lists import Field
from kernelscope.probes import feature_offsets
from kernelscope.probes.feature_offsets import Cells
from kernelscope.probes.landmarks import Landmarks


def cells(rng, images=9, shape=(6, 8), reach=2, features=30, places=5):
    """Return features and chance places on and around the map; image 0 has no feature, image 1 no chance place."""
    low, high = -reach - 1, np.array(shape) + reach + 1
    image = rng.integers(1, images, features)
    exists = rng.random((images, places)) < 0.7
    exists[1] = False
    cell, chance = (rng.integers(low, high, (*size, 2)) for size in ((features,), (images, places)))
    return Cells(image, rng.integers(0, 3, features), cell, chance, exists)


def by_loops(maps, given, member, reach):
    out, h, w = maps.shape[1:]
    steps = [(r, c) for r in range(-reach, reach + 1) for c in range(-reach, reach + 1)]
    sums, counts = np.zeros((member.shape[1], len(steps), out)), np.zeros((member.shape[1], len(steps)))

    def there(cell):
        return 0 <= cell[0] < h and 0 <= cell[1] < w

    for s, step in enumerate(steps):
        for i, cell, kinds in zip(given.image, given.cell, member, strict=True):
            at = cell + step
            places = [c + step for c, exists in zip(given.chance[i], given.known[i], strict=True) if exists]
            places = [place for place in places if there(place)]
            if there(at) and places:
                chance = np.mean([maps[i, :, r, c] for r, c in places], axis=0)
                sums[kinds, s] += maps[i, :, at[0], at[1]] - chance
                counts[kinds, s] += 1
    return sums, counts


@pytest.mark.parametrize("at_once", [1, 10**6])
@pytest.mark.parametrize(("shape", "reach"), [((6, 8), 2), ((3, 3), 4), ((5, 4), 0)])
def test_differences_are_those_of_loops(shape, reach, at_once, monkeypatch):
    monkeypatch.setattr(feature_offsets, "AT_ONCE", at_once)
    rng = np.random.default_rng(0)
    given = cells(rng, shape=shape, reach=reach)
    maps = rng.normal(size=(9, 2, *shape))
    member = given.kind[:, None] == np.arange(2)  # the third kind is not requested
    sums, counts = feature_offsets.differences(maps, given, member, reach)
    expected = by_loops(maps, given, member, reach)
    np.testing.assert_array_equal(counts, expected[1])
    np.testing.assert_allclose(sums, expected[0], atol=1e-12)
    assert counts.any()


def test_the_place_of_the_largest_difference_is_found_and_too_few_features_have_none():
    kinds = [("a", "x"), ("b", "y")]
    marks = Landmarks(np.arange(40), np.repeat([0, 1], [31, 9]), np.full((40, 2), 4.0), kinds)
    sample = feature_offsets.Sample(np.zeros((40, 1, 9, 9)), marks, np.full((40, 3, 2), 7.0))
    assert feature_offsets.best_steps(sample, kinds, Field(7, 1, 0)).tolist() == [
        [[0, 0]],
        [[0, 0]],
    ]  # all are equal, so the smallest is taken
    sample.responses[:, 0, 3, 0] = 1  # the features are in the middle of the window of cell (1, 1)
    assert feature_offsets.best_steps(sample, kinds, Field(7, 1, 0)).tolist() == [[[2, -1]], [[0, 0]]]
    asked = [("b", "y"), ("a", "x"), ("c", "nowhere")]
    assert feature_offsets.best_steps(sample, asked, Field(7, 1, 0)).tolist() == [[[0, 0]], [[2, -1]], [[0, 0]]]

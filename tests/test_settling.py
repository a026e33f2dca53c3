import numpy as np
import pandas as pd
import pytest

from kernelscope import settling


def frame_of(cosines: dict[tuple[str, int], list[float]]) -> pd.DataFrame:
    """Rows of measures.csv: a kernel per key, a step of 10 per value; other measures are there too."""
    rows = [
        {"step": 10 * i, "layer": layer, "kernel": kernel, "measure": measure, "value": value}
        for (layer, kernel), values in cosines.items()
        for i, value in enumerate(values)
        for measure, value in (("cosine_last", value), ("norm", -1.0))
    ]
    return pd.DataFrame(rows)


def by_loop(values: list[float]) -> float:
    for i in range(len(values)):
        if all(value >= 0.9 for value in values[i:]):
            return 10.0 * i
    return np.nan


def test_the_first_step_from_which_on_the_cosine_stays_high_is_that_of_a_loop():
    rng = np.random.default_rng(0)
    cosines = {
        (layer, kernel): [*rng.choice([0.2, 0.89, 0.9, 0.95, np.nan], 6, p=[0.1, 0.2, 0.3, 0.3, 0.1]), 1.0]
        for layer in ("conv1", "conv2")
        for kernel in range(40)
    }
    found = settling.settled(frame_of(cosines).sample(frac=1, random_state=0))
    assert found.keys() == cosines.keys()
    assert len(set(found.values())) > 4
    for key, values in cosines.items():
        assert found[key] == by_loop(values)


@pytest.mark.parametrize(
    ("values", "step"),
    [([1, 1, 1], 0), ([0.2, 1, 0.2, 1], 30), ([1.0], 0), ([1, 1, np.nan], np.nan), ([np.nan] * 3, np.nan)],
)
def test_kernels_that_never_move_go_back_or_have_no_last_state(values, step):
    np.testing.assert_equal(settling.settled(frame_of({("conv1", 0): values})), {("conv1", 0): step})


def test_without_kernels_none_has_settled():
    assert settling.settled(frame_of({("conv1", 0): [1.0]}).iloc[:0]) == {}

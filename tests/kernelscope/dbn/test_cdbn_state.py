"""A layer-wise training that is killed between two epochs and resumed, compared with an undisturbed training."""

import functools
from itertools import product

import pytest
from interrupting import Interrupting, Killed, bits
from small_dbn import SETTINGS, bars
from tiers import rows

from kernelscope.dbn import training

pytestmark = pytest.mark.usefixtures("one_thread")
ENDS = 100, 200, 250, 310  # checkpoints after epochs of the first and the second layer


def train(checkpoints, told, visible_units="real"):
    return training.train(
        SETTINGS | {"visible_units": visible_units}, 3, bars(20, 0), bars(6, 1), told.append, checkpoints
    )


@pytest.fixture(scope="module")
def alone():
    return functools.cache(lambda visible_units: bits(train(None, [], visible_units)))


@pytest.mark.parametrize(
    ("at", "visible_units"), rows(product(ENDS, ["real", "binary"]), (ENDS[0], "real"), (ENDS[-1], "binary"))
)
def test_a_killed_training_goes_on_to_the_same_bits(alone, tmp_path, at, visible_units):
    path, told = tmp_path / "checkpoint.npz", []
    with pytest.raises(Killed):
        train(Interrupting(path, at=at), told, visible_units)
    assert len(told) == ENDS.index(at) + 1
    assert bits(train(Interrupting(path), told, visible_units)) == alone(visible_units)
    assert len(told) == len(ENDS)  # no epoch was trained twice


def test_a_checkpoint_is_at_least_as_large_as_it_is_said_to_be(tmp_path):
    kept = Interrupting(tmp_path / "checkpoint.npz")
    train(kept, [])
    assert kept.sizes[-1] < kept.path.stat().st_size

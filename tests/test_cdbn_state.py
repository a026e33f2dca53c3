"""A layer-wise training that is killed between two epochs and goes on, against the same left alone."""

import pytest
from test_cdbn_run import SETTINGS, bars

from kernelscope import cdbn_run
from kernelscope.checkpoints import Checkpoints

pytestmark = pytest.mark.usefixtures("one_thread")
EPOCHS = 4  # 250 updates of the first layer and 60 of the second


class Killed(Exception):
    pass


class Interrupting(Checkpoints):
    """Writes a checkpoint after every epoch, and ends the training right after number `at`."""

    def __init__(self, path, at=None):
        super().__init__(path, "key")
        self.at, self.written, self.sizes = at, 0, []

    def due(self, size):
        self.sizes.append(size)
        return True

    def write(self, arrays, progress):
        super().write(arrays, progress)
        self.written += 1
        if self.written == self.at:
            raise Killed


def train(checkpoints, told, deeper="real"):
    return cdbn_run.train(SETTINGS | {"deeper": deeper}, 3, bars(20, 0), bars(6, 1), told.append, checkpoints)


def bits(trained):
    arrays = [(name, array.dtype, array.shape, array.tobytes()) for name, array in trained.snapshots.items()]
    return arrays, repr(trained.history), repr(trained.summary)


@pytest.fixture(scope="module")
def alone():
    return {deeper: bits(train(None, [], deeper)) for deeper in ("real", "binary")}


@pytest.mark.parametrize("deeper", ["real", "binary"])
@pytest.mark.parametrize("at", range(1, EPOCHS + 1))
def test_a_killed_training_goes_on_to_the_same_bits(alone, tmp_path, at, deeper):
    path, told = tmp_path / "checkpoint.npz", []
    with pytest.raises(Killed):
        train(Interrupting(path, at), told, deeper)
    assert len(told) == at
    assert bits(train(Interrupting(path), told, deeper)) == alone[deeper]
    assert len(told) == EPOCHS  # no epoch was trained twice


def test_a_checkpoint_is_about_as_large_as_it_is_said_to_be(tmp_path):
    kept = Interrupting(tmp_path / "checkpoint.npz")
    train(kept, [])
    assert kept.sizes == sorted(kept.sizes)
    assert kept.sizes[-1] < kept.path.stat().st_size

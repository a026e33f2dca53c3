import numpy as np
from matplotlib.figure import Figure

from kernelscope.figures import history

TABLE = {
    "epoch": [1.0, 2.0, 3.0, 4.0],
    "layer": [1.0, 1.0, 2.0, 2.0],
    "train_loss": [0.9, 0.6, 0.8, 0.7],
    "test_loss": [0.95, 0.65, 0.85, 0.75],
    "free_energy": [-0.1, -0.4, -0.2, -0.5],
}


def axes_of(table):
    error, energy = Figure().subplots(1, 2)
    history.curves(table, None, error, energy)
    return error, energy


def test_each_layer_has_curves_of_its_own_and_a_mark_where_it_begins():
    error, energy = axes_of(TABLE)
    assert (error.get_ylabel(), energy.get_ylabel()) == ("reconstruction error", "free energy gap, ‰")
    train, later = [line for line in error.get_lines() if line.get_color() == error.get_lines()[0].get_color()]
    np.testing.assert_array_equal(train.get_xydata(), [[1, 0.9], [2, 0.6]])
    np.testing.assert_array_equal(later.get_xydata(), [[3, 0.8], [4, 0.7]])
    assert (train.get_label(), later.get_label()[0]) == ("train", "_")  # named once
    assert [line.get_ydata().tolist() for line in energy.get_lines()[:2]] == [[-100, -400], [-200, -500]]
    assert [text.get_text().strip() for text in error.texts] == ["layer 2"]
    assert error.get_ylim()[0] == 0


def test_one_layer_has_no_mark():
    first_layer = {name: values[:2] for name, values in TABLE.items()}
    assert not [axes for axes in axes_of(first_layer) if axes.texts]

import numpy as np

from kernelscope import class_figure


def test_a_histogram_of_every_layer_says_how_many_units_and_what_shuffled_labels_give():
    values = {
        "precision": {"conv1": np.array([0.3, 0.4]), "conv2": np.array([0.9, 0.8, np.nan])},
        "entropy": {"conv1": np.array([2.0, 1.9]), "conv2": np.array([np.nan])},
    }
    null = {measure: {"conv1": 0.25, "conv2": 0.5} for measure in values}
    page = class_figure.figure(values, null, 2)
    legends = [[text.get_text() for text in axes.get_legend().get_texts()] for axes in page.axes]
    assert legends[0] == [
        "conv1, 2 units, mean 0.35 (shuffled 0.25)",
        "conv2, 2 units, mean 0.85 (shuffled 0.50)",
    ]
    assert legends[1] == ["conv1, 2 units, mean 1.95 (shuffled 0.25)"]  # the other layer has no unit that is ever on
    picture = class_figure.drawn(page)
    assert picture.shape[2] == 3
    assert len(np.unique(picture)) > 10

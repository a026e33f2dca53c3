import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kernelscope.comparison import architectures_table
from kernelscope.figures import architectures, saving


def run(arch="templates", **given):
    usual = dict.fromkeys(architectures_table.MEASURES, 0.5) | {"arch": arch, "failure": "", "parameters": 100.0}
    return usual | {"lag1_null_99": 0.11} | given


def pair(layer="conv1", **given):
    usual = {"layer": layer, "similarity": 0.6, "null_mean": 0.3, "null_99": 0.4, "p": 0.01, "reason": None}
    return usual | given


def test_the_row_of_an_architecture_checked_by_eye():
    runs = [run(test_accuracy=0.9), run(test_accuracy=1.0, failure="dead network"), run(test_accuracy=0.8)]
    row = architectures_table.row(
        "templates", runs, [pair(), pair(similarity=0.8, p=0.2), pair("conv2", similarity=0.0, p=0.9)]
    )
    assert tuple(row) == architectures_table.COLUMNS
    assert (row["arch"], row["runs"], row["failures"], row["parameters"]) == ("templates", 3, 1, 100)
    np.testing.assert_allclose(row["failure_rate"], 1 / 3)
    np.testing.assert_allclose([row["test_accuracy_mean"], row["test_accuracy_sd"]], [0.9, 0.1])
    assert row["test_accuracy_n"] == 3
    np.testing.assert_allclose(row["match_similarity"], 0.7)
    np.testing.assert_allclose(row["match_null"], 0.3)
    assert (row["match_p_largest"], row["match_pairs"], row["lag1_null_99"]) == (0.2, 2, 0.11)


def test_means_and_sample_standard_deviations_are_those_of_numpy():
    values = np.random.default_rng(0).uniform(size=(7, len(architectures_table.MEASURES)))
    runs = [run(**dict(zip(architectures_table.MEASURES, row, strict=True))) for row in values]
    row = architectures_table.row("templates", runs, [])
    for i, name in enumerate(architectures_table.MEASURES):
        np.testing.assert_allclose(row[f"{name}_mean"], values[:, i].mean())
        np.testing.assert_allclose(row[f"{name}_sd"], np.sqrt(((values[:, i] - values[:, i].mean()) ** 2).sum() / 6))


def test_empty_values_do_not_count_and_one_value_has_no_spread():
    row = architectures_table.row("a", [run(lag1=None, structured=None), run(lag1=0.4, structured=None)], [])
    assert (row["lag1_mean"], row["lag1_sd"], row["lag1_n"]) == (0.4, None, 1)
    assert (row["structured_mean"], row["structured_sd"], row["structured_n"]) == (None, None, 0)
    assert row["reason"] == (
        "structured_mean: known for no run, as summary.csv says; lag1_sd, structured_sd: fewer than two runs;"
        " match_similarity, match_null, match_p_largest: fewer than two runs to compare"
    )


def test_pairs_that_cannot_be_compared_do_not_count():
    empty = dict.fromkeys(("similarity", "null_mean", "null_99", "p"))
    row = architectures_table.row("a", [run(), run()], [pair(**empty), pair(similarity=0.5)])
    assert (row["match_similarity"], row["match_pairs"]) == (0.5, 1)
    row = architectures_table.row("a", [run(), run()], [pair(**empty, reason="all kernels are dead")])
    assert row["reason"] == "match_similarity, match_null, match_p_largest: all kernels are dead"
    assert (row["match_similarity"], row["match_p_largest"], row["match_pairs"]) == (None, None, 0)
    assert dots_of(figure([run()], {"templates": [pair(**empty), pair(similarity=0.5)]}).axes[4]) == [0.5]


def test_one_seed_has_no_pairs_and_no_spread():
    row = architectures_table.row("a", [run()], [])
    assert row["test_accuracy_sd"] is None
    assert [row[f"match_{name}"] for name in ("similarity", "null", "p_largest", "pairs")] == [None, None, None, 0]


def figure(runs, pairs, archs=("templates",), banks=None, chance=None):
    banks = banks or {arch: np.zeros((10, 20 + 30 * i, 3), np.uint8) for i, arch in enumerate(archs)}
    return architectures.figure(list(archs), runs, pairs, banks, chance, "title", "screen")


def drawn(page):
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def dots_of(axes):
    return np.sort(axes.collections[0].get_offsets()[:, 0]).tolist()


def test_there_is_a_dot_for_every_seed_and_pair():
    runs = [run(test_accuracy=value, lag1=value / 2) for value in (0.91, 0.95, 0.99)]
    page = figure(runs, {"templates": [pair(similarity=0.2), pair(similarity=0.7), pair("conv2")]})
    axes = page.axes
    assert len(axes) == 5
    assert dots_of(axes[1]) == [0.91, 0.95, 0.99]
    np.testing.assert_allclose(dots_of(axes[2]), [0.455, 0.475, 0.495])
    assert dots_of(axes[4]) == [0.2, 0.7]
    assert "0.95" in [text.get_text() for text in axes[1].texts]
    assert drawn(page).std() > 5


def test_dashed_lines_stand_at_what_noise_and_chance_give():
    axes = figure([run()], {"templates": [pair(null_99=0.3), pair(null_99=0.5)]}).axes

    def marks(panel):
        return [line.get_xdata()[0] for line in panel.get_lines() if line.get_linestyle() == "--"]

    assert [marks(panel) for panel in axes[1:]] == [[], [0.11], [], [0.4]]
    guessing = figure([run()], {"templates": []}, chance=1 / 3).axes[1]
    assert marks(guessing) == [1 / 3]
    assert "chance 0.33" in guessing.texts[0].get_text()


def test_no_dot_covers_another():
    values = [0.5, 0.5, 0.51, 0.9]
    heights = architectures.spread(values, 0.05)
    places = list(zip(values, heights, strict=True))
    assert all(
        abs(x - other_x) >= 0.05 or abs(y - other_y) >= 0.3
        for i, (x, y) in enumerate(places)
        for other_x, other_y in places[i + 1 :]
    )
    assert heights[3] == 0


def test_every_architecture_has_a_line_with_its_own_runs():
    runs = [run("a", lag1=0.1), run("b", lag1=0.8, failure="dead network"), run("b", lag1=0.9)]
    page = figure(runs, {"a": [], "b": [pair()]}, ("a", "b"))
    assert len(page.axes) == 10
    assert [dots_of(page.axes[i]) for i in (2, 7)] == [[0.1], [0.8, 0.9]]
    titles = [page.axes[i].get_title(loc="left") for i in (0, 5)]
    assert titles == ["a: 1 seed", "b: 2 seeds, 1 failed"]
    assert page.bbox.height > figure([run()], {"templates": []}).bbox.height


def test_kernels_are_as_large_as_their_column():
    page = figure([run("a"), run("b")], {"a": [], "b": []}, ("a", "b"))
    drawn(page)
    narrow, wide = (page.axes[i].get_position().width for i in (0, 5))
    assert wide > 0.3
    assert narrow <= wide


def test_empty_values_leave_out_dots_and_marks_without_a_warning():
    empty = run(lag1=None, initial_ratio=None, structured=None, train_loss=None, test_loss=None, lag1_null_99=None)
    page = figure([empty], {"templates": []})
    assert [len(panel.collections[0].get_offsets()) for panel in page.axes[1:]] == [1, 0, 0, 0]
    assert drawn(page).shape[2] == 3


def test_two_files_are_equal(tmp_path):
    for name in ("a.png", "b.png"):
        saving.write(tmp_path / name, figure([run(), run()], {"templates": [pair()]}), "screen")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_nobody_knows_how_published_runs_ended():
    trained_here, pretrained = (
        architectures_table.row("a", [run(alive=alive), run(alive=alive)], []) for alive in (1.0, None)
    )
    assert (trained_here["failures"], trained_here["failure_rate"]) == (0, 0)
    assert (pretrained["failures"], pretrained["failure_rate"]) == (None, None)
    assert architectures.heading([run(alive=None)] * 2, 0) == "2 published runs"
    assert architectures.heading([run(alive=0.5)] * 2, 1) == "2 seeds, 1 failed"

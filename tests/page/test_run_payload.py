import numpy as np
import pytest

from kernelscope.measures import kernels
from kernelscope.measures.curves import Curve
from kernelscope.page import run_payload

RNG = np.random.default_rng(0)
LAYERS = [
    {"kind": "conv", "name": "conv1", "kernels": 2, "kernel_size": 3, "stride": 2},
    {"kind": "relu"},
    {"kind": "conv", "name": "conv2", "kernels": 3, "kernel_size": 5, "stride": 1},
    {"kind": "linear", "name": "output", "units": None},
]
STEPS = np.array([0, 5, 9])
OUT = {"conv1": 2, "conv2": 3}
BANKS = {
    "conv1": RNG.standard_normal((3, 2, 1, 3, 3)).astype(np.float32),
    "conv2": RNG.standard_normal((3, 3, 2, 5, 5)).astype(np.float32),
}
FACTORS = {"conv1": np.array([1.0, 0.6, 0.2]), "conv2": np.array([1.0, 0.8, np.nan])}
TUNING = {
    "columns": ["layer", "kernel", "mode", "untrained", "trained"],
    "rows": [["conv1", 0, "mean", 0.5, 1.0], ["conv2", 0, "mean", 0.5, 1.0], ["conv1", 1, "mean", 0.5, 1.0]],
}


def curve(steps, n, band=None, power=True):
    return Curve(
        np.array(steps), RNG.standard_normal((len(steps), n)), band, power, np.array([0.01, *[np.nan] * (n - 1)])
    )


def usual(**other):
    tops = {part: np.arange(6).reshape(2, 3) for part in run_payload.TOPS}
    run = run_payload.Run(
        outcome={"failure": "", "spec": {"seed": 0}},
        layers=LAYERS,
        kernels={"steps": STEPS, "epochs": STEPS / 5, **BANKS},
        factors=FACTORS,
        biases={"conv1": np.array([1.0, 2.0])},
        means={},
        probes={f"{part}/{name}": top for part, top in tops.items() for name in BANKS},
        pixels={
            f"{kind}/{name}": RNG.standard_normal((OUT[name], 1, 7, 7))
            for kind in ("linear", "maximized")
            for name in BANKS
        },
        measures={"conv1": {"lag1": curve(STEPS, 2, (0.1, 0.2), False), "localization": curve([9], 2)}},
        tables=dict.fromkeys(run_payload.TABLES, TUNING),
    )
    return run._replace(**other)


@pytest.mark.parametrize(("count", "kept"), [(3, [0, 2]), (2, [0, 1]), (1, [0])])
def test_if_not_all_is_there_a_deeper_layer_is_at_both_ends(count, kept):
    run = usual(kernels={name: bank[:count] for name, bank in usual().kernels.items()})
    on_page = run_payload.kept(run._replace(factors={name: of[:count] for name, of in FACTORS.items()}), whole=False)
    np.testing.assert_array_equal(on_page["conv1"][0], BANKS["conv1"][:count])
    np.testing.assert_array_equal(on_page["conv2"][0], BANKS["conv2"][kept])
    np.testing.assert_array_equal(on_page["conv2"][1], FACTORS["conv2"][kept])


def test_every_layer_is_there_at_every_snapshot_within_two_colors_of_its_scale():
    arrays = run_payload.arrays(usual(), True)
    for name, bank in BANKS.items():
        np.testing.assert_array_equal(arrays[f"kernels/{name}"].values, bank)
        limit, largest = np.quantile(np.abs(bank), 0.995), np.abs(bank).max()
        assert arrays[f"kernels/{name}"].tolerance == pytest.approx(min(limit / 64, largest / 127))
    assert "linear/conv1" not in arrays
    assert arrays["maximized/conv2"].values.shape == (3, 1, 7, 7)


def test_a_weight_is_off_by_at_most_two_colors_and_a_127th_of_the_largest():
    bank = np.ones(1000)
    bank[:4] = 10  # beyond the color limit
    assert run_payload.tolerance(bank) == 1 / 64
    assert run_payload.tolerance(np.full(1000, 0.5)) == 0.5 / 127
    assert run_payload.tolerance(np.array([np.nan, np.inf, 2.0])) == 2 / 127


def test_on_a_large_page_deeper_layers_are_there_at_both_ends():
    arrays, content = (part(usual(), False) for part in (run_payload.arrays, run_payload.content))
    np.testing.assert_array_equal(arrays["kernels/conv1"].values, BANKS["conv1"])
    np.testing.assert_array_equal(arrays["kernels/conv2"].values, BANKS["conv2"][[0, 2]])
    assert arrays["coefficients/conv2"].shape == (2, 3)
    change = kernels.change(BANKS["conv2"][[0, 2]], BANKS["conv2"][0], FACTORS["conv2"][[0, 2]])
    assert content["layers"]["conv2"]["change_limit"] == pytest.approx(np.quantile(np.abs(change), 0.995))


def test_the_numbers_of_a_page_are_weights_times_snapshots():
    read = {"steps": (3,), "epochs": (3,)} | {name: bank.shape for name, bank in BANKS.items()}
    assert run_payload.numbers(read) == 3 * 2 * 1 * 3 * 3 + 3 * 3 * 2 * 5 * 5


CONV = {"kind": "conv", "kernel_size": 3}


@pytest.mark.parametrize(
    ("between", "composed"),
    [
        ([{"kind": "relu"}, {"kind": "max_pool"}], {"b", "c"}),
        ([{"kind": "center"}, {"kind": "tanh"}, {"kind": "average_pool"}], {"b", "c"}),
        ([{"kind": "batch_norm"}], set()),
        ([{"kind": "local_response_norm"}], set()),
        ([CONV | {"name": "t", "towers": 2}], set()),
    ],
)
def test_the_page_projects_through_layers_that_work_on_each_channel_alone(between, composed):
    layers = [CONV | {"name": "a"}, *between, CONV | {"name": "b", "towers": 1}, {"kind": "relu"}, CONV | {"name": "c"}]
    assert run_payload.composed([*layers, {"kind": "linear", "name": "d"}, CONV | {"name": "e"}]) == composed


def test_a_layer_that_the_page_projects_has_no_stored_projection_but_its_limit():
    run = usual(composed=frozenset(["conv2"]))
    assert "linear/conv2" in run_payload.arrays(usual(), True)
    assert "linear/conv2" not in run_payload.arrays(run, True)
    assert "maximized/conv2" in run_payload.arrays(run, True)
    layers = run_payload.content(run, True)["layers"]
    assert [layer["composed"] for layer in layers.values()] == [False, True]
    linear = run.pixels["linear/conv2"]
    assert layers["conv2"]["pixel_limit"] == pytest.approx(np.quantile(np.abs(linear), 0.995))


def test_an_estimated_coefficient_is_the_slope_of_the_weights_on_the_untrained_ones():
    unknown = dict.fromkeys(BANKS, np.full(3, np.nan))
    bank, coefficients = BANKS["conv1"], run_payload.arrays(usual(factors=unknown), True)["coefficients/conv1"]
    slopes = [[np.polyfit(bank[0, out].ravel(), now[out].ravel(), 1)[0] for out in range(2)] for now in bank]
    np.testing.assert_allclose(coefficients, slopes, rtol=1e-6)
    assert run_payload.arrays(usual(), True)["coefficients/conv2"].shape == (3, 3)


def test_without_the_untrained_state_the_change_is_unknown():
    run = usual(outcome={"pretrained": {"untrained": False}})
    assert np.isnan(run_payload.arrays(run, True)["coefficients/conv1"]).all()
    assert run_payload.content(run, True)["layers"]["conv1"]["change_limit"] == 1


def test_a_measure_has_steps_only_if_they_differ_from_the_run():
    arrays = run_payload.arrays(usual(), True)
    assert [name for name in arrays if name.startswith("msteps/")] == ["msteps/conv1/localization"]
    assert arrays["msteps/conv1/localization"].tolist() == [9]
    assert [name for name in arrays if name.startswith("measures/")] == [
        "measures/conv1/lag1",
        "measures/conv1/localization",
    ]


def test_a_run_with_changed_images_names_no_images():
    assert [name for name in run_payload.arrays(usual(), True) if name.startswith("top_image/")] == [
        "top_image/conv1",
        "top_image/conv2",
    ]
    assert not [name for name in run_payload.arrays(usual(probes={}), True) if name.startswith("top_")]


def test_a_layer_without_a_bias_has_zeros():
    arrays = run_payload.arrays(usual(), True)
    assert (arrays["bias/conv1"].tolist(), arrays["bias/conv2"].tolist()) == ([1, 2], [0, 0, 0])


def test_the_mean_that_a_layer_takes_out_of_the_images_is_there():
    arrays = run_payload.arrays(usual(means={"input": np.array([1.0, 2.0, 3.0])}), True)
    assert [name for name in arrays if name.startswith("mean/")] == ["mean/input"]
    assert arrays["mean/input"].tolist() == [1, 2, 3]


def test_layers_and_their_fields_are_described_without_the_spec_of_the_run():
    """Check the field of conv2: 3 pixels, and four more steps of 2 pixels over the 5 x 5 responses of conv1."""
    content = run_payload.content(usual(), True)
    assert content["outcome"] == {"failure": ""}
    assert {
        name: {key: layer[key] for key in layer if "limit" not in key and key not in ("decay_factor", "composed")}
        for name, layer in content["layers"].items()
    } == {
        "conv1": {"size": 3, "kernels": 2, "channels": 1, "field": 3, "jump": 2},
        "conv2": {"size": 5, "kernels": 3, "channels": 2, "field": 11, "jump": 2},
    }
    assert content["layers"]["conv1"]["decay_factor"] == 0.2
    assert np.isnan(content["layers"]["conv2"]["decay_factor"])
    limits = [layer["limit"] for layer in content["layers"].values()]
    assert limits == pytest.approx([np.quantile(np.abs(bank), 0.995) for bank in BANKS.values()])
    limits = [layer["change_limit"] for layer in content["layers"].values()]
    changes = [kernels.change(bank, bank[0], FACTORS[name]) for name, bank in BANKS.items()]
    assert limits == pytest.approx([np.quantile(np.abs(change), 0.995) for change in changes])
    lag1, localization = content["measures"]["conv1"].values()
    assert (lag1["band"], lag1["power"], lag1["p"][0]) == ([0.1, 0.2], False, 0.01)
    assert (localization["band"], localization["power"]) == (None, True)
    assert set(run_payload.TABLES) <= set(content)


def test_the_coefficients_are_the_decay_factors_and_estimates_where_these_are_unknown():
    arrays = run_payload.arrays(usual(), True)
    np.testing.assert_array_equal(arrays["coefficients/conv1"], np.repeat(FACTORS["conv1"][:, None], 2, 1))
    second = arrays["coefficients/conv2"]
    np.testing.assert_array_equal(second[:2], [[1] * 3, [0.8] * 3])
    np.testing.assert_array_equal(second[2], kernels.estimated_coefficient(*BANKS["conv2"][[2, 0]]))


@pytest.mark.parametrize(("most", "rows"), [(5, 3), (4, 2)])
def test_with_many_kernels_only_the_first_layer_has_tuning_curves(monkeypatch, most, rows):
    monkeypatch.setattr(run_payload, "MOST_TUNED", most)
    content = run_payload.content(usual(), True)
    assert (len(content["tuning"]["rows"]), len(content["atlas"]["rows"])) == (rows, 3)


def test_a_layer_that_nothing_was_measured_of_has_no_measures():
    run = usual(measures={})
    assert run_payload.content(run, True)["measures"] == {}
    assert not [
        name for name in run_payload.arrays(run, True) if name.startswith("m") and not name.startswith("maximized")
    ]


def test_a_measure_is_within_a_150th_of_its_range():
    series = run_payload.arrays(usual(), True)["measures/conv1/lag1"]
    values = usual().measures["conv1"]["lag1"].values
    assert series.tolerance == pytest.approx((series.values.max() - series.values.min()) / 150, rel=1e-4)
    assert series.values.shape == values.shape
    assert run_payload.spread(np.array([np.nan, 1, np.inf, -2])) == 3
    assert run_payload.spread(np.array([np.nan])) == 0


def test_tuning_curves_have_three_digits_of_the_largest_response_and_other_cells_stay():
    columns = ["layer", "kernel", "angle", "untrained", "trained"]
    rows = [
        ["a", 0, 1.23456, 12.3456, None],
        ["a", 0, 2.0, 0.0456, -0.5],
        ["a", 1, 0.0, 0.0456, 0.001],
        ["b", 0, 0.0, 0.0, 0.0],
    ]
    assert run_payload.short_curves({"columns": columns, "rows": rows})["rows"] == [
        *(["a", 0, 1.23456, 12.3, None], ["a", 0, 2.0, 0.0, -0.5], ["a", 1, 0.0, 0.0456, 0.001]),
        ["b", 0, 0.0, 0.0, 0.0],
    ]


def test_only_replacing_responses_by_their_mean_is_on_the_page():
    ablation = {"columns": ["layer", "mode"], "rows": [["conv1", "zero"], ["conv1", "mean"]]}
    tables = usual().tables | {"ablation": ablation}
    assert run_payload.content(usual(tables=tables), True)["ablation"]["rows"] == [["conv1", "mean"]]

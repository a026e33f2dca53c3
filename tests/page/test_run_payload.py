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
TUNING = {"columns": ["layer", "kernel"], "rows": [["conv1", 0], ["conv2", 0], ["conv1", 1]]}


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


def test_the_first_layer_is_there_at_every_snapshot_and_deeper_ones_at_both_ends():
    arrays = run_payload.arrays(usual())
    np.testing.assert_array_equal(arrays["kernels/conv1"], BANKS["conv1"])
    np.testing.assert_array_equal(arrays["kernels/conv2"], BANKS["conv2"][[0, 2]])
    assert "linear/conv1" not in arrays
    shapes = {name: array.shape for name, array in run_payload.arrays(usual()).items()}
    assert shapes["maximized/conv2"] == (3, 1, 7, 7)
    kept = sum(np.prod(shape) for name, shape in shapes.items() if name.startswith("kernels/"))
    read = {"steps": (3,), "epochs": (3,)} | {name: bank.shape for name, bank in BANKS.items()}
    assert run_payload.weights(read) == kept


def test_an_estimated_coefficient_is_the_slope_of_the_weights_on_the_untrained_ones():
    unknown = dict.fromkeys(BANKS, np.full(3, np.nan))
    bank, coefficients = BANKS["conv1"], run_payload.arrays(usual(factors=unknown))["coefficients/conv1"]
    slopes = [[np.polyfit(bank[0, out].ravel(), now[out].ravel(), 1)[0] for out in range(2)] for now in bank]
    np.testing.assert_allclose(coefficients, slopes, rtol=1e-6)
    assert run_payload.arrays(usual())["coefficients/conv2"].shape == (2, 3)


def test_without_the_untrained_state_the_change_is_unknown():
    run = usual(outcome={"pretrained": {"untrained": False}})
    assert np.isnan(run_payload.arrays(run)["coefficients/conv1"]).all()
    assert run_payload.content(run)["layers"]["conv1"]["change_limit"] == 1


def test_a_measure_has_steps_only_if_they_differ_from_the_run():
    arrays = run_payload.arrays(usual())
    assert [name for name in arrays if name.startswith("msteps/")] == ["msteps/conv1/localization"]
    assert arrays["msteps/conv1/localization"].tolist() == [9]
    assert [name for name in arrays if name.startswith("measures/")] == [
        "measures/conv1/lag1",
        "measures/conv1/localization",
    ]


def test_a_run_with_changed_images_names_no_images():
    assert [name for name in run_payload.arrays(usual()) if name.startswith("top_image/")] == [
        "top_image/conv1",
        "top_image/conv2",
    ]
    assert not [name for name in run_payload.arrays(usual(probes={})) if name.startswith("top_")]


def test_a_layer_without_a_bias_has_zeros():
    arrays = run_payload.arrays(usual())
    assert (arrays["bias/conv1"].tolist(), arrays["bias/conv2"].tolist()) == ([1, 2], [0, 0, 0])


def test_the_mean_that_a_layer_takes_out_of_the_images_is_there():
    arrays = run_payload.arrays(usual(means={"input": np.array([1.0, 2.0, 3.0])}))
    assert [name for name in arrays if name.startswith("mean/")] == ["mean/input"]
    assert arrays["mean/input"].tolist() == [1, 2, 3]


def test_layers_and_their_fields_are_described_without_the_spec_of_the_run():
    """Check the field of conv2: 3 pixels, and four more steps of 2 pixels over the 5 x 5 responses of conv1."""
    content = run_payload.content(usual())
    assert content["outcome"] == {"failure": ""}
    assert {
        name: {key: layer[key] for key in layer if "limit" not in key and key != "decay_factor"}
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
    kept = (BANKS["conv1"], FACTORS["conv1"]), (BANKS["conv2"][[0, 2]], FACTORS["conv2"][[0, 2]])
    changes = [kernels.change(bank, bank[0], factors) for bank, factors in kept]
    assert limits == pytest.approx([np.quantile(np.abs(change), 0.995) for change in changes])
    lag1, localization = content["measures"]["conv1"].values()
    assert (lag1["band"], lag1["power"], lag1["p"][0]) == ([0.1, 0.2], False, 0.01)
    assert (localization["band"], localization["power"]) == (None, True)
    assert set(run_payload.TABLES) <= set(content)


def test_the_coefficients_are_the_decay_factors_and_estimates_where_these_are_unknown():
    arrays = run_payload.arrays(usual())
    np.testing.assert_array_equal(arrays["coefficients/conv1"], np.repeat(FACTORS["conv1"][:, None], 2, 1))
    second = arrays["coefficients/conv2"]
    np.testing.assert_array_equal(second[0], 1)
    np.testing.assert_array_equal(second[1], kernels.estimated_coefficient(*BANKS["conv2"][[2, 0]]))


@pytest.mark.parametrize(("most", "rows"), [(5, 3), (4, 2)])
def test_with_many_kernels_only_the_first_layer_has_tuning_curves(monkeypatch, most, rows):
    monkeypatch.setattr(run_payload, "MOST_TUNED", most)
    content = run_payload.content(usual())
    assert (len(content["tuning"]["rows"]), len(content["atlas"]["rows"])) == (rows, 3)


def test_a_layer_that_nothing_was_measured_of_has_no_measures():
    run = usual(measures={})
    assert run_payload.content(run)["measures"] == {}
    assert not [name for name in run_payload.arrays(run) if name.startswith("m") and not name.startswith("maximized")]


def test_pictures_are_within_a_512th_of_the_largest_value_of_each_kernel():
    pictures = RNG.standard_normal((20, 3, 9, 9)) * np.logspace(-9, 9, 20)[:, None, None, None]
    off = np.abs(run_payload.quantized(pictures) - pictures).max((1, 2, 3)) / np.abs(pictures).max((1, 2, 3))
    assert (off <= 1 / 512).all()
    assert (off > 1 / 4096).all()  # and no more exact than the bytes allow


def test_images_of_zeros_and_of_numbers_that_are_not_finite_stay_the_same():
    strange = np.array([[0, 0], [np.nan, np.inf], [-np.inf, 1], [np.nan, np.nan], [1e-44, 0]], np.float32)
    drawn = run_payload.quantized(strange[:, None, None])
    np.testing.assert_array_equal(drawn[:4], strange[:4, None, None])
    assert drawn[4, 0, 0, 0] == pytest.approx(1e-44, rel=0.2)

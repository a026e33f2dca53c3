import numpy as np
import pytest
from scipy.stats import false_discovery_control

from kernelscope.measures import kernels, layer_quality, measured_rows, measurement, nulls, plane_measures
from kernelscope.stats import pvalues

STEPS = np.array([0, 5, 20])
FACTORS = np.array([1.0, 0.8, 0.3])
OF_PLANES = {"lag1", "low_frequency_share", "spectral_centroid", "spectral_entropy", "orientation_concentration"}
OF_PLANES |= {"orientation", "separability", "total_variation", "dc_share", "hoyer", "localization"}
OVER_TIME = {"norm", "initial_ratio", "cosine_untrained", "cosine_last"}
OF_LAYER = {"sparsity", "variance_entropy", "orthogonality"}


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def table(banks, responses=None, controls=None, steps=STEPS, n_resamples=39, sd=None):
    initial, factors = dict.fromkeys(banks, sd), {name: FACTORS[: len(bank)] for name, bank in banks.items()}
    rows = list(measurement.rows(steps, banks, factors, initial, responses or {}, controls or {}, n_resamples))
    assert all(len(row) == len(measured_rows.COLUMNS) and all(isinstance(cell, str) for cell in row) for row in rows)
    return [dict(zip(measured_rows.COLUMNS, row, strict=True)) for row in rows]


def chosen(rows, **cells):
    return [row for row in rows if all(row[name] == value for name, value in cells.items())]


def values(rows, **cells):
    return [float(row["value"] or "nan") for row in chosen(rows, **cells)]


@pytest.fixture(scope="module")
def run():
    banks = {"conv1": white(3, 4, 1, 9, 9), "conv2": white(3, 2, 4, 5, 5, seed=1)}
    controls = {"conv1": [white(4, 1, 9, 9, seed=s) for s in (2, 3)]}
    responses = {"conv1": np.array([1.0, 0.0, -1.0, np.nan])}
    return banks, controls, responses, table(banks, responses, controls)


def test_every_row_stands_once(run):
    rows = run[3]
    keys = {tuple(row[name] for name in ("step", "layer", "kernel", "channel", "measure", "null")) for row in rows}
    assert len(keys) == len(rows)


def test_kernels_planes_and_layers_have_their_measures_at_every_step(run):
    rows = run[3]
    for step in ("0", "5", "20"):
        for layer, out in (("conv1", 4), ("conv2", 2)):
            for name in OF_PLANES | OVER_TIME:
                selected = chosen(rows, step=step, layer=layer, channel="", measure=name)
                selected = [row["kernel"] for row in selected if row["null"] != nulls.RANDOM_LABELS]
                assert selected == [str(i) for i in range(out)], name
            for name in OF_LAYER:
                assert chosen(rows, step=step, layer=layer, kernel="", measure=name)
        planes = chosen(rows, step=step, layer="conv2", measure="lag1")
        assert [(row["kernel"], row["channel"]) for row in planes if row["channel"]] == [
            (str(o), str(c)) for o in range(2) for c in range(4)
        ]
    assert not [row for row in rows if row["layer"] == "conv1" and row["channel"]]


def test_planes_of_a_single_weight_have_no_rows():
    rows = table({"conv1": white(3, 2, 4, 1, 1)})
    assert {row["kernel"] for row in rows} == {"0", "1", ""}
    assert not any(row["channel"] for row in rows)


def test_planes_have_rows_as_far_as_there_are_not_too_many_and_kernels_always(monkeypatch):
    banks = {name: white(3, 2, channels, 3, 3) for name, channels in (("a", 1), ("b", 4), ("c", 5), ("d", 2))}
    assert measurement.with_planes(banks)[1].count == 0
    monkeypatch.setattr(measurement, "MOST_PLANES", 3 * 2 * 7)
    assert {row["layer"] for row in table(banks) if row["channel"]} == {"b", "d"}
    assert {row["layer"] for row in table(banks) if row["kernel"] and not row["channel"]} == set(banks)
    note = "left out: 1 of 3 layers: too many planes for measures.csv, which has their kernels: c"
    assert str(measurement.with_planes(banks)[1]) == note


def test_values_are_those_of_the_measures_to_7_digits(run):
    banks, _, _, rows = run
    for layer, bank in banks.items():
        planes = plane_measures.of_planes(bank)
        for name, expected in plane_measures.of_kernels(planes).items():
            selected = [
                r for r in chosen(rows, layer=layer, measure=name, channel="") if r["null"] != nulls.RANDOM_LABELS
            ]
            np.testing.assert_allclose([float(r["value"]) for r in selected], expected.ravel(), rtol=1e-6)
        for name, expected in layer_quality.measures(bank).items():
            selected = [r for r in chosen(rows, layer=layer, measure=name) if r["null"] != nulls.RANDOM_LABELS]
            np.testing.assert_allclose([float(r["value"]) for r in selected], expected, rtol=1e-6)
    by_plane = [float(r["value"]) for r in chosen(rows, layer="conv2", measure="hoyer") if r["channel"]]
    np.testing.assert_allclose(by_plane, plane_measures.of_planes(banks["conv2"])["hoyer"].ravel(), rtol=1e-6)


def test_norm_share_and_cosines_are_against_the_first_and_last_snapshot(run):
    banks, _, _, rows = run
    bank = banks["conv2"]
    expected = {
        "norm": kernels.norms(bank),
        "initial_ratio": [kernels.initial_ratio(kernel, bank[0], d) for kernel, d in zip(bank, FACTORS, strict=True)],
        "cosine_untrained": [plane_measures.cosine(kernel, bank[0]) for kernel in bank],
        "cosine_last": [plane_measures.cosine(kernel, bank[-1]) for kernel in bank],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(values(rows, layer="conv2", measure=name), np.ravel(value), rtol=1e-6)


@pytest.mark.parametrize("init_std", [None, 0.1])
def test_p_of_the_reinitialized_null_is_counted_and_corrected_over_the_kernels_of_a_step(init_std):
    bank = white(3, 5, 2, 8, 8)
    rows = table({"conv": bank}, sd=init_std)
    plane_null, whole_null = nulls.reinitialized(8, 2, init_std, n_resamples=39)
    planes = plane_measures.of_planes(bank)
    for name, side in nulls.SIDES.items():
        for null, found, whole in ((whole_null, plane_measures.of_kernels(planes), True), (plane_null, planes, False)):
            sign = 1 if side == "greater" else -1
            selected = [r for r in chosen(rows, measure=name) if (r["channel"] == "") == whole]
            assert {r["null"] for r in selected} == {"re-initialized"}
            p = pvalues.p_value(sign * found[name], sign * null[name]).reshape(3, -1)
            np.testing.assert_allclose([float(r["p"]) for r in selected], p.ravel(), rtol=1e-6)
            corrected = [false_discovery_control(family) for family in p]
            np.testing.assert_allclose([float(r["p_corrected"]) for r in selected], np.ravel(corrected), rtol=1e-6)
            point = np.quantile(null[name], 0.99 if side == "greater" else 0.01)
            assert {r["null_99"] for r in selected} == {f"{point:.7g}"}
            assert {r["null_mean"] for r in selected} == {f"{null[name].mean():.7g}"}


def test_below_7_by_7_a_kernel_has_no_power_but_a_layer_has(run):
    rows = run[3]
    small = [row for row in chosen(rows, layer="conv2", null="re-initialized") if row["kernel"]]
    assert small
    assert {row["p"] for row in small} == {row["p_corrected"] for row in small} == {"no power"}
    assert all(row["null_mean"] and row["null_99"] for row in small)
    assert all(float(row["p"]) <= 1 for row in chosen(rows, layer="conv2", kernel="", null="re-initialized"))


def test_surrogates_are_compared_with_localization_of_the_last_snapshot_of_the_first_layer(run):
    rows = run[3]
    selected = chosen(rows, null="surrogate")
    assert {(row["step"], row["layer"], row["measure"]) for row in selected} == {("20", "conv1", "localization")}
    assert len(selected) == 4
    assert {row["null"] for row in chosen(rows, measure="localization", step="5")} == {""}


def test_random_labels_are_two_sided_and_at_the_last_snapshot_alone(run):
    banks, controls, _, rows = run
    selected = chosen(rows, null="random labels")
    assert {row["step"] for row in selected} == {"20"}
    assert {row["layer"] for row in selected} == {"conv1"}
    assert {row["measure"] for row in selected} == (OF_PLANES | OF_LAYER | {"norm"}) - {"orientation"}
    null = np.concatenate([plane_measures.of_planes(bank)["hoyer"][:, 0] for bank in controls["conv1"]])
    for row, value in zip(
        chosen(selected, measure="hoyer"), plane_measures.of_planes(banks["conv1"][-1, :, 0])["hoyer"], strict=True
    ):
        larger, smaller = ((1 + sum(null >= value)) / 9, (1 + sum(null <= value)) / 9)
        np.testing.assert_allclose(float(row["p"]), min(1, 2 * min(larger, smaller)), rtol=1e-6)


def test_silent_and_dead_are_told_of_the_last_snapshot():
    bank = white(3, 4, 1, 7, 7)
    bank[:, 1] = bank[0, 1]
    bank[1, 1] += 1  # it returned to its first state
    bank[2, 3] = np.nan
    rows = table({"conv": bank}, {"conv": np.array([1.0, 0.0, -1.0, np.nan])})
    assert [(row["step"], row["value"]) for row in chosen(rows, measure="silent")] == [
        *[("20", "0"), ("20", "1"), ("20", "0"), ("20", "")]
    ]
    assert [row["value"] for row in chosen(rows, measure="dead")] == ["0", "1", "1", ""]
    assert not chosen(table({"conv": bank}), measure="dead")


def test_what_is_not_finite_constant_or_zero_is_empty_and_costs_no_other_its_p():
    bank = white(3, 4, 1, 7, 7)
    rows = table({"conv": bank})
    bank[2, 0], bank[2, 1], bank[2, 2, 0, 3, 3] = 0.1, 0, np.inf
    harmed = table({"conv": bank})
    for name in nulls.SIDES:
        cells = [row for row in chosen(harmed, step="20", measure=name) if row["kernel"]]
        unknown = [row["value"] == "" for row in cells]
        assert unknown == [name not in ("separability", "total_variation"), True, True, False], name
        assert [row["p"] == "" for row in cells] == [row["p_corrected"] == "" for row in cells] == unknown
        assert cells[3]["p"] == chosen(rows, step="20", measure=name, kernel="3")[0]["p"]


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 2, 1, 1), (1, 1, 9, 9), (2, 3, 2, 2), (2, 3, 7, 7)])
@pytest.mark.parametrize("many", [1, 2])
def test_any_shape_and_a_single_snapshot_give_a_table(shape, many):
    bank, controls = white(many, *shape), [white(*shape, seed=1), white(5, 1, 8, 8)]  # the last has another shape
    rows = table({"conv": bank}, controls={"conv": controls}, steps=STEPS[:many], n_resamples=9)
    assert {row["step"] for row in rows} == {"0", "5"} if many == 2 else {"0"}
    assert all(0 < float(row["p"]) <= 1 for row in rows if row["p"] not in ("", "no power"))


@pytest.mark.parametrize("fill", [0, 0.1, np.nan, np.inf])
def test_a_run_of_one_number_alone_gives_a_table(fill):
    rows = table({"conv": np.full((3, 2, 1, 7, 7), fill, np.float32)}, controls={"conv": [white(2, 1, 7, 7) * 0]})
    assert {row["value"] for row in chosen(rows, measure="lag1")} == {""}


def test_the_table_is_the_same_twice(run):
    banks, controls, responses, rows = run
    assert table(banks, responses, controls) == rows


def test_texts_have_7_digits_and_gaps():
    numbers = np.array([[0.1, np.nan, 1.0], [-np.inf, 123456789.0, -0.0]])
    assert measured_rows.texts(numbers) == ["0.1", "", "1", "", "1.234568e+08", "0"]
    assert measured_rows.texts(np.float32([0.1])) == ["0.1"]
    assert measured_rows.texts(np.empty(0)) == []


def published(banks, initial=None, untrained=True):
    """Return the table of pretrained kernels that have lost their zero and scale, each centered."""
    initial = {name: bank[0] for name, bank in banks.items()} if initial is None else initial
    factors = {name: np.full(len(bank), np.nan) for name, bank in banks.items()}
    table = measurement.rows(STEPS, banks, factors, initial, {}, {}, 39, min_max_normalized=True, untrained=untrained)
    return [dict(zip(measured_rows.COLUMNS, row, strict=True)) for row in table]


@pytest.fixture(scope="module")
def centered():
    bank = white(3, 4, 1, 9, 9)
    return {"conv1": bank - bank.mean((2, 3, 4), keepdims=True)}


def known(rows, column="value"):
    return {row["measure"] for row in rows if row["kernel"] and row[column]}


def test_of_scaled_kernels_all_is_known_but_what_depends_on_size(centered):
    rows = published(centered)
    assert known(table(centered)) - known(rows) == {"norm", "dc_share", "silent"}
    assert nulls.SIDES.keys() | nulls.SURROGATE_SIDES.keys() == known(rows, "p")
    shape = [row["value"] for row in rows if row["measure"] in OF_PLANES - {"dc_share"}]
    assert shape == [row["value"] for row in table(centered) if row["measure"] in OF_PLANES - {"dc_share"}]


def test_without_an_untrained_state_nothing_is_told_from_the_first_snapshot(centered):
    rows = published(centered, {"conv1": "unknown"}, untrained=False)
    assert known(published(centered)) - known(rows) == {"initial_ratio", "cosine_untrained"}
    assert known(rows, "p") == nulls.SURROGATE_SIDES.keys()
    assert {row["null"] for row in rows} == {"", nulls.SURROGATE}

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kernelscope.comparison import energy_profiles
from kernelscope.figures import seeds


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def components(d, seed=0):
    return np.linalg.qr(white(d, d, seed=seed))[0]


def test_the_profile_is_the_mean_of_squared_projections():
    bank, u = white(5, 3, 2, 2), components(12)
    expected = [np.mean([(bank[k].ravel() @ u[i]) ** 2 for k in range(5)]) for i in range(12)]
    np.testing.assert_allclose(energy_profiles.profile(bank, u), np.array(expected) / sum(expected))


def test_kernels_along_one_component_have_all_their_energy_there():
    u = components(9)
    bank = np.array([3.0, -1.0])[:, None, None, None] * u[4].reshape(1, 1, 3, 3)
    np.testing.assert_allclose(energy_profiles.profile(bank, u), np.eye(9)[4], atol=1e-12)


def test_the_profile_of_white_noise_is_flat_and_knows_no_scale():
    bank, u = white(4000, 1, 4, 4), components(16)
    profile = energy_profiles.profile(bank, u)
    np.testing.assert_allclose(profile, 1 / 16, rtol=0.12)
    np.testing.assert_allclose(energy_profiles.profile(1e30 * bank.astype(np.float32), u), profile, rtol=1e-5)


@pytest.mark.parametrize("value", [0, np.nan, np.inf])
def test_a_dead_or_broken_bank_has_no_profile(value):
    bank = white(2, 1, 3, 3)
    bank[...] = value
    assert np.isnan(energy_profiles.profile(bank, components(9))).all()


def test_one_kernel_of_one_pixel():
    np.testing.assert_allclose(energy_profiles.profile(white(1, 1, 1, 1), np.ones((1, 1))), [1])


def test_rows_hold_energy_and_its_sum_so_far():
    rows = list(energy_profiles.rows({"trained": {3: np.array([0.5, 0.3, 0.2])}}))
    assert all(tuple(row) == energy_profiles.COLUMNS for row in rows)
    assert [(row["state"], row["seed"], row["component"]) for row in rows] == [("trained", 3, i) for i in (1, 2, 3)]
    np.testing.assert_allclose([row["cumulative"] for row in rows], [0.5, 0.8, 1])


def test_the_correlation_is_that_of_numpy_on_the_roots():
    energies = white(4, 30) ** 2
    np.testing.assert_allclose(energy_profiles.correlation(energies), np.corrcoef(np.sqrt(energies)))
    flat = energy_profiles.correlation(np.stack([energies[0], np.full(30, 1 / 30), np.full(30, np.nan)]))
    assert np.isfinite(flat).tolist() == [[True, False, False], [False] * 3, [False] * 3]


def noisy(shape, seeds, noise, start):
    """Return profiles of several seeds that share a shape."""
    return {s: np.exp(shape + noise * white(len(shape), seed=start + s)) for s in range(seeds)}


def test_the_picture_has_a_line_and_a_band_for_each_state():
    page = Figure()
    axes = page.subplots()
    profiles = {"trained": noisy(white(20), 3, 0.2, 0), "untrained": noisy(np.zeros(20), 1, 0.2, 9)}
    profiles["random labels"] = {0: np.full(20, np.nan)}
    profiles["change"] = noisy(white(20), 2, 0.2, 5) | {7: np.full(20, np.nan)}
    seeds.draw(axes, profiles)
    FigureCanvasAgg(page).draw()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[:3] == ["trained, 3 seeds", "untrained, 1 seed", "random labels, no seed has a profile"]
    assert labels[3] == "change, 2 of 3 seeds"
    expected = np.mean(list(profiles["trained"].values()), 0)
    np.testing.assert_allclose(axes.get_lines()[0].get_ydata(), expected)
    assert len(axes.collections) == 3


def test_profiles_and_correlations_of_many_banks_are_those_of_each():
    banks, u = white(2, 3, 5, 2, 3, 3), components(18)
    banks[1, 2] = 0
    profiles = energy_profiles.profile(banks, u)
    one_by_one = [[energy_profiles.profile(bank, u) for bank in row] for row in banks]
    np.testing.assert_array_equal(profiles, one_by_one)
    correlations = energy_profiles.correlation(profiles)
    np.testing.assert_array_equal(correlations, [energy_profiles.correlation(each) for each in profiles])

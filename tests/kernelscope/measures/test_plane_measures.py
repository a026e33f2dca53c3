import numpy as np
import pytest

from kernelscope.measures import kernels, plane_measures, spectra

SINGLE = [
    plane_measures.separability,
    plane_measures.total_variation,
    plane_measures.dc_share,
    plane_measures.hoyer,
    plane_measures.localization,
]


def white(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def spot(k, row, col):
    plane = np.zeros((k, k))
    plane[row, col] = -2.5
    return plane


def by_loops(plane):
    k = len(plane)
    pixels = [(r, c) for r in range(k) for c in range(k)]
    energy = sum(plane[p] ** 2 for p in pixels)
    middle = [sum(plane[p] ** 2 * p[axis] for p in pixels) / energy for axis in (0, 1)]
    variance = sum(plane[p] ** 2 * sum((p[a] - middle[a]) ** 2 for a in (0, 1)) for p in pixels) / energy
    even = sum((r - (k - 1) / 2) ** 2 + (c - (k - 1) / 2) ** 2 for r, c in pixels) / k**2
    steps = [
        abs(plane[r, c] - plane[r, c + 1]) + abs(plane[c, r] - plane[c + 1, r]) for r in range(k) for c in range(k - 1)
    ]
    singular = np.linalg.svd(plane, compute_uv=False)
    size = sum(abs(plane[p]) for p in pixels)
    return {
        "separability": singular[0] ** 2 / (singular**2).sum(),
        "total_variation": sum(steps) / size,
        "dc_share": k**2 * plane.mean() ** 2 / energy,
        "hoyer": (k - size / np.sqrt(energy)) / (k - 1),
        "localization": 1 - variance / even,
        "lag1": kernels.lag1_autocorrelation(plane),
        **spectra.measures(plane),
    }


@pytest.mark.parametrize("k", [2, 3, 6, 11])
def test_every_measure_is_that_of_plain_loops(k):
    planes = white(4, 2, k, k) + 0.3
    measures = plane_measures.of_planes(planes)
    for i in np.ndindex(4, 2):
        expected = by_loops(planes[i])
        assert expected.keys() == measures.keys()
        for name, value in expected.items():
            np.testing.assert_allclose(measures[name][i], value, rtol=1e-9, err_msg=name)


def test_planes_measured_in_small_parts_are_measured_alike(monkeypatch):
    planes = white(7, 5, 6, 6)
    whole = plane_measures.of_planes(planes)
    monkeypatch.setattr(plane_measures, "CHUNK", 100)
    for name, values in plane_measures.of_planes(planes).items():
        np.testing.assert_allclose(values, whole[name], rtol=1e-12, err_msg=name)


def test_float32_is_measured_in_double_precision_and_left_as_it_is():
    planes = white(5, 9, 9).astype(np.float32)
    before = planes.copy()
    for name, values in plane_measures.of_planes(planes).items():
        assert values.dtype == np.float64
        np.testing.assert_allclose(values, plane_measures.of_planes(planes.astype(np.float64))[name], rtol=1e-12)
    np.testing.assert_array_equal(planes, before)


def test_a_column_times_a_row_is_separable_and_the_unit_matrix_least():
    np.testing.assert_allclose(plane_measures.separability(np.outer(white(7), white(7, seed=1))), 1)
    np.testing.assert_allclose(plane_measures.separability(np.eye(7)), 1 / 7)


def test_total_variation_of_stripes_and_of_a_constant():
    stripes = np.tile([1.0, -1.0], (4, 2))
    assert plane_measures.total_variation(stripes) == 4 * 3 * 2 / 16
    assert plane_measures.total_variation(np.full((3, 3), 2.0)) == 0


def test_dc_share_is_1_for_a_constant_and_0_without_mean():
    np.testing.assert_allclose(plane_measures.dc_share(np.full((4, 4), -0.1)), 1)
    plane = white(6, 6)
    np.testing.assert_allclose(plane_measures.dc_share(plane - plane.mean()), 0, atol=1e-30)


def test_hoyer_is_1_for_one_weight_and_0_for_equal_sizes():
    np.testing.assert_allclose(plane_measures.hoyer(spot(5, 1, 2)), 1)
    np.testing.assert_allclose(plane_measures.hoyer(np.sign(white(5, 5))), 0, atol=1e-12)


def test_localization_is_1_for_a_point_anywhere_0_when_even_and_negative_at_opposite_corners():
    for row, col in ((0, 0), (2, 3), (4, 4)):
        np.testing.assert_allclose(plane_measures.localization(spot(5, row, col)), 1)
    np.testing.assert_allclose(plane_measures.localization(np.sign(white(5, 5))), 0, atol=1e-12)
    np.testing.assert_allclose(plane_measures.localization(spot(5, 0, 0) + spot(5, 4, 4)), 1 - 8 / 4)


@pytest.mark.parametrize("measure", SINGLE)
def test_no_measure_knows_scale_sign_or_quarter_turns(measure):
    plane = white(8, 8) + 0.2
    for other in (1e3 * plane, -plane, np.rot90(plane), plane.T, plane[::-1]):
        np.testing.assert_allclose(measure(other), measure(plane))


def test_what_has_no_meaning_is_unknown():
    planes = np.stack([np.zeros((5, 5)), np.full((5, 5), 0.1), white(5, 5), white(5, 5), white(5, 5)])
    planes[2, 1, 1], planes[3, 0, 0] = np.nan, -np.inf
    measures = plane_measures.of_planes(planes)
    of_constant = {"separability", "total_variation", "dc_share", "hoyer", "localization"}
    for name, values in measures.items():
        assert np.isnan(values[[0, 2, 3]]).all(), name
        assert np.isfinite(values[1]) == (name in of_constant), name
        assert np.isfinite(values[4]), name


def test_a_single_pixel_has_only_what_it_can_have():
    measures = plane_measures.of_planes(white(3, 1, 1))
    defined = {name for name, values in measures.items() if np.isfinite(values).all()}
    assert defined == {"separability", "total_variation", "dc_share"}
    assert all(np.isnan(measures[name]).all() for name in measures.keys() - defined)


def test_a_whole_kernel_is_the_mean_of_its_channels_and_its_orientation_that_of_the_mean_direction():
    planes = plane_measures.of_planes(white(3, 4, 7, 7))
    whole = plane_measures.of_kernels(planes)
    assert whole.keys() == planes.keys()
    for name, values in whole.items():
        assert values.shape == (3,)
        if name != "orientation":
            np.testing.assert_allclose(values, planes[name].mean(1))
    for i in range(3):
        vector = sum(
            r * np.exp(2j * np.radians(a))
            for r, a in zip(planes["orientation_concentration"][i], planes["orientation"][i], strict=True)
        )
        np.testing.assert_allclose(whole["orientation"][i], np.degrees(np.angle(vector)) / 2 % 180)


def test_the_orientation_of_a_kernel_of_one_channel_is_that_of_its_plane():
    planes = plane_measures.of_planes(white(20, 1, 7, 7))
    np.testing.assert_allclose(plane_measures.of_kernels(planes)["orientation"], planes["orientation"][:, 0])


def test_cosine_is_that_of_the_flat_weights():
    a, b = white(6, 3, 2, 4, 4), white(1, 3, 2, 4, 4, seed=1)
    cosines = plane_measures.cosine(a, b)
    assert cosines.shape == (6, 3)
    for i in np.ndindex(6, 3):
        x, y = a[i].ravel(), b[0, i[1]].ravel()
        np.testing.assert_allclose(cosines[i], x @ y / np.linalg.norm(x) / np.linalg.norm(y))
    np.testing.assert_allclose(plane_measures.cosine(a, -2 * a), -1)


def test_cosine_with_zeros_or_with_what_is_not_finite_is_unknown():
    a, b = white(3, 1, 3, 3), white(3, 1, 3, 3)
    a[0], b[1, 0, 0, 0] = 0, np.inf
    assert np.isnan(plane_measures.cosine(a, b)).tolist() == [True, True, False]


@pytest.mark.parametrize("kind", ["random", "equal", "rank one", "zero", "tiny"])
def test_the_largest_eigenvalue_of_3x3_is_that_of_lapack(kind):
    rng = np.random.default_rng(0)
    planes = rng.normal(size=(200, 3, 3))
    if kind == "equal":
        planes = np.linalg.qr(planes)[0]
    if kind == "rank one":
        planes = planes[:, :, :1] * planes[:, :1]
    planes *= {"zero": 0, "tiny": 1e-18}.get(kind, 1)
    gram = planes @ planes.swapaxes(-1, -2)
    found, expected = plane_measures.largest_eigenvalue_3x3(gram), np.linalg.eigvalsh(gram)[:, -1]
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-50)

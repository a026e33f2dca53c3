"""All measures of one run at all snapshots, each with its null."""

from collections.abc import Iterator

import numpy as np

from kernelscope.io.notes import Note, within
from kernelscope.measures import gaussian_noise, kernels, layer_quality, nulls, plane_measures
from kernelscope.measures.measured_rows import Group, Null, of_group

OF_SIZE = ("norm", "dc_share")  # unknown if the weights have lost their zero and scale
MOST_PLANES = 200_000  # planes x snapshots of a run with rows of their own: two million rows, about 150 MB


def rows(
    steps: np.ndarray,
    banks: dict[str, np.ndarray],
    factors: dict[str, np.ndarray],
    initial: dict,
    responses: dict[str, np.ndarray],
    controls: dict[str, list[np.ndarray]],
    n_resamples: int = 999,
    seed: int = 0,
    min_max_normalized: bool = False,
    untrained: bool = True,
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of measures.csv, one per snapshot, layer, kernel, channel, measure and null.

    `channel` is empty for a whole kernel, and `kernel` too for the layer; the planes of `with_planes` have rows too.
    `null_99` is the 99 % point on the tested side (`pvalues.point`). `p_corrected` is p after Benjamini and Hochberg
    (1995) over the kernels, or over all planes, of one layer at one snapshot. `p` and `p_corrected` are `no power` for
    re-initialized planes smaller than `kernels.NO_POWER_BELOW`. The measures and their nulls are defined in
    docs/explanation/methods.md#measures-of-a-kernel.

    Parameters
    ----------
    steps : (t,) array
        Steps of the snapshots.
    banks : dict
        layer -> kernels (t, out, in, k, k).
    factors : dict
        layer -> decay factors (t,), as in `kernels.change`.
    initial : dict
        layer -> initial distribution, as in `kernels.reinitialized`, or run_info.UNKNOWN.
    responses : dict
        layer -> largest responses (out,); layers may be missing.
    controls : dict
        layer -> trained kernels (out, in, k, k) of each control run; layers may be missing.
    n_resamples, seed : int
        Number of values in a null, and its seed.
    min_max_normalized : bool
        Whether the weights have lost their zero and scale, so that each kernel is centered.
    untrained : bool
        Whether the first snapshot is the untrained state.

    Yields
    ------
    tuple of str
        Cells, in the order of measured_rows.COLUMNS: numbers with 7 digits, and "" for unknown values.
    """
    steps, of_planes = [str(int(step)) for step in steps], with_planes(banks)[0]
    for number, (layer, bank) in enumerate(banks.items()):
        others = np.array([other for other in controls.get(layer, []) if other.shape == bank.shape[1:]])
        others = others.reshape(-1, *bank.shape[1:])
        groups = _groups(bank, others, initial.get(layer), n_resamples, seed, number == 0, min_max_normalized)
        groups[0].values.update(_over_time(bank, factors[layer], responses.get(layer), untrained))
        if min_max_normalized:
            _forget(groups)
        for group in groups if layer in of_planes else (groups[0], groups[-1]):
            yield from of_group(layer, group, steps)


def with_planes(banks: dict[str, np.ndarray]) -> tuple[list[str], Note]:
    """Return the layers whose planes have rows, and a note about others: planes of several weights, if not too many."""
    sizes = {layer: bank[..., 0, 0].size for layer, bank in banks.items() if bank.shape[2] > 1 and bank.shape[-1] > 1}
    return within(sizes, MOST_PLANES, "too many planes for measures.csv, which has their kernels")


def _forget(groups: list[Group]) -> None:
    """Blank the measures that depend on the zero or scale of the weights, and `silent`, in place."""
    for group in groups:
        for measure in (*OF_SIZE, "silent"):
            if measure in group.values:
                group.values[measure] = np.full_like(group.values[measure], np.nan)


def _nulls(shape: tuple[int, ...], initial, n_resamples: int, seed: int) -> list[dict[str, Null]]:
    """Return the re-initialized nulls of whole kernels, of planes, and of a layer (out, in, k, k).

    They are empty if the initial distribution is unknown.
    """
    if isinstance(initial, str):
        return [{}, {}, {}]
    _, channels, k, _ = shape
    planes_null, whole_null = nulls.reinitialized(k, channels, initial, n_resamples, seed)
    layer_null = nulls.layer(shape, initial, seed=seed)
    nulls_of_kernels = [
        _named(nulls.REINITIALIZED, null, nulls.SIDES, nulls.has_power(k)) for null in (whole_null, planes_null)
    ]
    return [*nulls_of_kernels, _named(nulls.REINITIALIZED, layer_null, nulls.LAYER_SIDES)]


def _groups(bank, controls, initial, n_resamples: int, seed: int, first: bool, min_max_normalized: bool) -> list[Group]:
    """Return the groups of a layer: whole kernels, planes, and the layer itself."""
    _, out, channels, _, _ = bank.shape
    measured, others = _looks(bank), _looks(controls) if len(controls) else ({}, {}, {})
    null_groups = _nulls(bank.shape[1:], initial, n_resamples, seed)
    if first:
        _add_surrogates(bank[-1], null_groups, n_resamples, seed, min_max_normalized)
    kernel = [str(i) for i in range(out)]
    cells = [
        (kernel, [""] * out),
        ([i for i in kernel for _ in range(channels)], [str(c) for _ in kernel for c in range(channels)]),
        ([""], [""]),
    ]
    return [
        Group(
            *cell,
            {name: values.reshape(len(values), -1) for name, values in values_by_measure.items()},
            null,
            {name: values.ravel() for name, values in other.items()},
        )
        for cell, values_by_measure, null, other in zip(cells, measured, null_groups, others, strict=True)
    ]


def _looks(banks: np.ndarray) -> tuple[dict, dict, dict]:
    """Return measures of banks (t, out, in, k, k): of kernels (t, out), planes (t, out, in), and the layer (t,)."""
    planes = plane_measures.of_planes(banks)
    whole = plane_measures.of_kernels(planes) | {"norm": kernels.norms(banks)}
    return whole, planes, layer_quality.measures(banks)


def _over_time(
    bank: np.ndarray, factors: np.ndarray, responses: np.ndarray | None, untrained: bool
) -> dict[str, np.ndarray]:
    """Compare each kernel with its first and last snapshot.

    `silent` and `dead` are 1 if the kernel never changed or never responds, and 0 otherwise.
    If the first snapshot is not the untrained state, all comparisons with it are NaN.
    """
    constant = bank.max((-1, -2, -3)) == bank.min((-1, -2, -3))
    same = (bank[-1:] == bank[:1]).all((-1, -2, -3)).astype(float)
    comparable = np.isfinite(bank[-1:]).all((-1, -2, -3)) & (len(bank) > 1)
    values = {
        "initial_ratio": np.where(constant | constant[:1], np.nan, kernels.initial_ratio(bank, bank[:1], factors)),
        "cosine_untrained": plane_measures.cosine(bank, bank[:1]),
        "cosine_last": plane_measures.cosine(bank, bank[-1:]),
        "silent": np.where(comparable, same, np.nan),
    }
    if responses is not None:
        values["dead"] = np.where(np.isfinite(responses), responses <= 0, np.nan)[None]
    if not untrained:
        values |= {name: np.full_like(values[name], np.nan) for name in ("initial_ratio", "cosine_untrained", "silent")}
    return values


def _add_surrogates(bank, null_groups, n_resamples: int, seed: int, min_max_normalized: bool) -> None:
    """Add the surrogate nulls of the last snapshot to the nulls.

    If the bank is `min_max_normalized`, its kernels are centered, and so are the surrogates.
    """
    usable = np.isfinite(bank).all((-1, -2, -3)) & (bank != bank[..., :1, :1]).any((-1, -2, -3))
    if not usable.any():
        return
    noise = gaussian_noise.noise(bank[usable], n_resamples, seed)
    noise = noise - noise.mean((-1, -2, -3), keepdims=True) if min_max_normalized else noise
    of_noise = {"localization": plane_measures.localization(noise)}
    for null, value in ((null_groups[0], lambda v: v.mean(-1)), (null_groups[1], lambda v: v[:, 0])):
        null_values = {name: value(values) for name, values in of_noise.items()}
        null.update(_named(nulls.SURROGATE, null_values, nulls.SURROGATE_SIDES, last=True))


def _named(name: str, values: dict, sides: dict[str, str], power: bool = True, last: bool = False) -> dict[str, Null]:
    """Return a Null for each measure in `sides`."""
    return {measure: Null(name, values[measure], side, power, last) for measure, side in sides.items()}

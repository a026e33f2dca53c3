"""All measures of one run, over its whole training, each beside the null that it is read against."""

from collections.abc import Iterator

import numpy as np

from kernelscope.measures import gabor, gaussian_noise, kernels, layer_quality, nulls, plane_measures
from kernelscope.measures.measured_rows import Group, Null, of_group

GABOR_DRAWS = 199
OF_SIZE = ("norm", "dc_share")  # unknown where the zero and the size of the weights are


def rows(
    steps: np.ndarray,
    banks: dict[str, np.ndarray],
    initial: dict,
    responses: dict[str, np.ndarray],
    controls: dict[str, list[np.ndarray]],
    draws: int = 999,
    seed: int = 0,
    scaled: bool = False,
    untrained: bool = True,
) -> Iterator[tuple[str, ...]]:
    """A row (texts, as measured_rows.COLUMNS) per snapshot, layer, kernel, channel, measure and null.

    Numbers have 7 digits; a cell is empty where its value is unknown.

    steps (t,); of each layer: kernels (t, out, in, k, k), what untrained ones are drawn from (kernels.reinitialised, or
    run_info.UNKNOWN), the largest responses (out,), the trained kernels of control runs (out, in, k, k) each. Responses
    and controls may lack a layer. scaled: whether the size of the weights is lost, and each kernel is less its mean.
    untrained: whether the first snapshot is the untrained state.
    A channel stands only where kernels have several; an empty one means the kernel as a whole, an empty kernel the
    layer. null_99 is the 99 % point on the side tested (pvalues.point); p_corrected is p after Benjamini and Hochberg
    (1995) over the kernels, or over all planes, of one snapshot; both say `no power` for re-initialised planes below
    kernels.NO_POWER_BELOW.
    """
    steps = [str(int(step)) for step in steps]
    for number, (layer, bank) in enumerate(banks.items()):
        known = np.array([other for other in controls.get(layer, []) if other.shape == bank.shape[1:]])
        groups = _groups(bank, known.reshape(-1, *bank.shape[1:]), initial.get(layer), draws, seed, number == 0, scaled)
        groups[0].values.update(_over_time(bank, responses.get(layer), untrained))
        if scaled:
            _forget(groups)
        for group in groups:
            yield from of_group(layer, group, steps)


def _forget(groups: list[Group]) -> None:
    """Takes out what depends on zero and size of the weights, and whether two states are the same."""
    for group in groups:
        for measure in (*OF_SIZE, "silent"):
            if measure in group.values:
                group.values[measure] = np.full_like(group.values[measure], np.nan)


def _nulls(shape: tuple[int, ...], initial, draws: int, seed: int) -> list[dict[str, Null]]:
    """Those of whole kernels, of planes, and of the layer (out, in, k, k); none where the initial law is unknown."""
    if isinstance(initial, str):
        return [{}, {}, {}]
    _, channels, k, _ = shape
    planes_null, whole_null = nulls.reinitialised(k, channels, initial, draws, seed)
    layer_null = nulls.layer(shape, initial, seed=seed)
    found = [_named(nulls.REINITIALISED, null, nulls.SIDES, nulls.has_power(k)) for null in (whole_null, planes_null)]
    return [*found, _named(nulls.REINITIALISED, layer_null, nulls.LAYER_SIDES)]


def _groups(bank, controls, initial, draws: int, seed: int, first: bool, scaled: bool) -> list[Group]:
    """Whole kernels, planes where there are several in a kernel, the layer."""
    _, out, channels, _, _ = bank.shape
    looks, others = _looks(bank), _looks(controls) if len(controls) else ({}, {}, {})
    known = _nulls(bank.shape[1:], initial, draws, seed)
    if first:
        _add_surrogates(bank[-1], controls, looks, others, known, draws, seed, scaled)
    kernel = [str(i) for i in range(out)]
    cells = [
        (kernel, [""] * out),
        ([i for i in kernel for _ in range(channels)], [str(c) for _ in kernel for c in range(channels)]),
        ([""], [""]),
    ]
    groups = [
        Group(
            *cell,
            {name: values.reshape(len(values), -1) for name, values in look.items()},
            null,
            {name: values.ravel() for name, values in other.items()},
        )
        for cell, look, null, other in zip(cells, looks, known, others, strict=True)
    ]
    return groups if channels > 1 else [groups[0], groups[2]]


def _looks(banks: np.ndarray) -> tuple[dict, dict, dict]:
    """Measures of banks (t, out, in, k, k) by themselves: of kernels (t, out), planes (t, out, in), layer (t,)."""
    planes = plane_measures.of_planes(banks)
    whole = plane_measures.of_kernels(planes) | {"norm": kernels.norms(banks)}
    return whole, planes, layer_quality.measures(banks)


def _over_time(bank: np.ndarray, responses: np.ndarray | None, untrained: bool) -> dict[str, np.ndarray]:
    """Each kernel against its first and last snapshot, and whether it never changed or never responds (1 or 0).

    Without an untrained state nothing is told from the first snapshot.
    """
    constant = bank.max((-1, -2, -3)) == bank.min((-1, -2, -3))
    same = (bank[-1:] == bank[:1]).all((-1, -2, -3)).astype(float)
    known = np.isfinite(bank[-1:]).all((-1, -2, -3)) & (len(bank) > 1)
    found = {
        "initial_share": np.where(constant | constant[:1], np.nan, kernels.initial_share(bank, bank[:1])),
        "cosine_untrained": plane_measures.cosine(bank, bank[:1]),
        "cosine_last": plane_measures.cosine(bank, bank[-1:]),
        "silent": np.where(known, same, np.nan),
    }
    if responses is not None:
        found["dead"] = np.where(np.isfinite(responses), responses <= 0, np.nan)[None]
    if not untrained:
        found |= {name: np.full_like(found[name], np.nan) for name in ("initial_share", "cosine_untrained", "silent")}
    return found


def _add_surrogates(bank, controls, looks, others, known, draws: int, seed: int, scaled: bool) -> None:
    """Adds Gabor fits of the last snapshot and of the controls to looks and others, what surrogates give to known.

    The kernels of a `scaled` bank are each less their mean, and so are their surrogates.
    """
    for look, banks in ((looks, bank[None]), (others, controls)):
        if not len(banks):
            continue
        r2 = gabor_r2(banks)
        look[0]["gabor_r2"], look[1]["gabor_r2"] = r2.mean(-1), r2
    usable = np.isfinite(bank).all((-1, -2, -3)) & (bank != bank[..., :1, :1]).any((-1, -2, -3))
    if not usable.any():
        return
    drawn = gaussian_noise.noise(bank[usable], max(draws, GABOR_DRAWS), seed)
    drawn = drawn - drawn.mean((-1, -2, -3), keepdims=True) if scaled else drawn
    found = {"localisation": plane_measures.localisation(drawn), "gabor_r2": gabor_r2(drawn[:GABOR_DRAWS])}
    for null, value in ((known[0], lambda v: v.mean(-1)), (known[1], lambda v: v[:, 0])):
        chosen = {name: value(values) for name, values in found.items()}
        null.update(_named(nulls.SURROGATE, chosen, nulls.SURROGATE_SIDES, last=True))


def gabor_r2(planes: np.ndarray) -> np.ndarray:
    """R^2 (...) of the best Gabor of planes (..., k, k)."""
    return gabor.fit(planes.reshape(-1, *planes.shape[-2:])).r2.reshape(planes.shape[:-2])


def _named(name: str, values: dict, sides: dict[str, str], power: bool = True, last: bool = False) -> dict[str, Null]:
    return {measure: Null(name, values[measure], side, power, last) for measure, side in sides.items()}

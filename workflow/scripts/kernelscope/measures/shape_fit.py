"""Which model of a shape predicts pixels of a plane that it has not seen: the kind of shape of a kernel.

Models with more parameters fit anything better, noise too. So each model is fitted to four fifths of the plane and
judged on the rest, in blocks of about 3 x 3 pixels, because neighboring pixels of a smooth plane are alike.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from kernelscope.measures.shape_models import MODELS, Model

COVARIANCES = 2**24  # numbers in the covariances of channels that are in memory at once
SMALLEST = 7  # rows of a plane; smaller planes have too few blocks
BLOCK, FOLDS = 3, 5
STEPS = 6  # of damped Gauss-Newton
STARTS = 2  # best entries of the dictionary that are refined
MARGIN = 2  # standard errors over blocks by which the best model must beat every other
NONE = "none"
CONTAINED_IN = {
    "bar": ("gabor", "corner"),
    "ramp": ("gabor", "bar", "corner", "ring"),
}  # a limit of these, so it need not beat them
DIFFERENCE = 0.02  # pixels or radians, for derivatives
AT_ONCE = 400  # planes


class Fit(NamedTuple):
    """The best model of each plane, (n,) each.

    r2: share of the variance of unseen pixels that it predicts; NaN for a plane without a fit. shape: its name, or NONE
    if it is not better than every other model by MARGIN standard errors.
    """

    r2: np.ndarray
    shape: np.ndarray


def fit(planes: np.ndarray) -> Fit:
    """Return the best model of each plane.

    Parameters
    ----------
    planes : (n, k, k) array

    Returns
    -------
    Fit
        r2 is 1 - sum e^2 / sum (w - m)^2 over unseen pixels, with the error e of a prediction and the mean m of the
        seen pixels; it is negative if the mean predicts better. NaN for constant planes, planes that are not finite,
        and planes below 7 x 7.
    """
    n, k = len(planes), planes.shape[-1]
    r2, shape = np.full(n, np.nan), np.full(n, NONE, dtype="<U6")
    if k < SMALLEST:
        return Fit(r2, shape)
    flat = planes.reshape(n, k * k).astype(np.float64)
    with np.errstate(invalid="ignore"):
        flat = flat - flat.mean(1, keepdims=True)
        size = np.sqrt((flat**2).mean(1))
    usable = np.flatnonzero(np.isfinite(size) & (flat.max(1) > flat.min(1)))  # a constant may round to a size above 0
    for chunk in np.array_split(usable, -(-len(usable) // AT_ONCE)) if len(usable) else ():
        r2[chunk], shape[chunk] = _judged((flat[chunk] / size[chunk, None]).astype(np.float32), k)
    return Fit(r2, shape)


def principal_planes(bank: np.ndarray) -> np.ndarray:
    """Return the plane of each kernel (..., in, k, k) along its first principal direction of channels, (..., k, k).

    The sign is that of the sum over channels. NaN for kernels that are not finite.
    """
    *leading, channels, k, _ = bank.shape
    flat = bank.reshape(-1, channels, k * k).astype(np.float64)
    finite = np.isfinite(flat).all((1, 2))
    planes = np.full((len(flat), k * k), np.nan)
    kept = flat[finite]
    if channels == 1:
        planes[finite] = kept[:, 0]
    elif len(kept):
        parts = np.array_split(kept, max(1, min(len(kept), len(kept) * channels**2 // COVARIANCES)))
        planes[finite] = np.concatenate([_principal(part) for part in parts])
    return planes.reshape(*leading, k, k)


def _principal(kernels: np.ndarray) -> np.ndarray:
    """Return the plane of each kernel (n, in, k * k) along its first principal direction of channels, (n, k * k)."""
    centered = kernels - kernels.mean(2, keepdims=True)
    direction = np.linalg.eigh(centered @ centered.swapaxes(1, 2))[1][:, :, -1]
    direction = direction * np.where(direction.sum(1) < 0, -1, 1)[:, None]
    return np.einsum("nc,ncp->np", direction, kernels)


def _judged(w: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return r2 and shape of planes (n, k * k)."""
    block = blocks(k)
    members = (block[:, None] == np.arange(block.max() + 1)).astype(np.float32)  # (k * k, blocks)
    errors = {name: squared_errors(model, name, w, k) @ members for name, model in MODELS.items()}
    names, stacked = list(errors), np.stack(list(errors.values()))  # (models, n, blocks)
    constant = squared_errors(None, "", w, k) @ members
    return 1 - stacked.sum(2).min(0) / constant.sum(1), named(dict(zip(names, stacked, strict=True)), constant)


def named(errors: dict[str, np.ndarray], constant: np.ndarray) -> np.ndarray:
    """Return the name of each plane's shape, (n,), from squared errors (n, blocks) of each model and of the mean.

    A model is the shape if it beats the mean and every other model by MARGIN standard errors. It need not beat models
    of which it is a limit, but none of them may beat it.
    """
    shape = np.full(len(constant), NONE, dtype="<U6")
    for name, own in errors.items():
        wider = CONTAINED_IN.get(name, ())
        others = [other for key, other in errors.items() if key != name and key not in wider]
        beats = np.all([better(own, other) for other in [constant, *others]], 0)
        for wide in wider:
            beats &= ~better(errors[wide], own)
        shape[beats] = name
    return shape


def better(errors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return whether errors (n, blocks) are smaller than others by MARGIN standard errors of the mean over blocks."""
    gain = others - errors
    return gain.mean(1) > MARGIN * gain.std(1, ddof=1) / np.sqrt(gain.shape[1])


@lru_cache(maxsize=8)
def blocks(k: int) -> np.ndarray:
    """Return the block of each pixel, (k * k,)."""
    side = round(k / BLOCK)
    of_axis = np.arange(k) * side // k
    return (of_axis[:, None] * side + of_axis).ravel()


@lru_cache(maxsize=8)
def seen(k: int) -> np.ndarray:
    """Return the pixels that each fold is fitted to, (FOLDS, k * k); every block is unseen in one fold."""
    side = round(k / BLOCK)
    row, col = np.divmod(blocks(k), side)
    return (row + 2 * col) % FOLDS != np.arange(FOLDS)[:, None]


def squared_errors(model: Model | None, name: str, w: np.ndarray, k: int) -> np.ndarray:
    """Return the squared error of each pixel when it is predicted from the folds that see others, (n, k * k)."""
    errors = np.zeros(w.shape, np.float32)
    for fold, mask in enumerate(seen(k)):
        if mask.all():
            continue
        if model is None:
            errors += ~mask * (w - w[:, mask].mean(1, keepdims=True)) ** 2
            continue
        parameters = starts(name, w, k, fold)
        n = len(w)
        repeated = np.repeat(w, parameters.shape[1], 0)
        sse, predicted = refined(model, repeated, mask, parameters.reshape(len(repeated), parameters.shape[2]), k)
        best = sse.reshape(n, -1).argmin(1)
        predicted = predicted.reshape(n, -1, k * k)[np.arange(n), best]
        errors += ~mask * (w - predicted) ** 2
    return errors


def starts(name: str, w: np.ndarray, k: int, fold: int) -> np.ndarray:
    """Return the entries of the dictionary that fit the seen pixels of each plane best, (n, STARTS, p)."""
    (grid, templates, factors), mask = _dictionary(name, k), seen(k)[fold]
    centered = np.where(mask, w - w[:, mask].mean(1, keepdims=True), 0)
    scores, other = (centered @ template for template in templates)  # (n, m)
    first, mixed, second = factors[fold]
    other *= second
    other += scores * mixed
    scores *= first
    scores *= scores
    scores += np.multiply(other, other, out=other)
    best = []
    for _ in range(min(STARTS, len(grid))):
        best.append(scores.argmax(1))
        scores[np.arange(len(w)), best[-1]] = -1
    return grid[np.stack(best, 1)]


@lru_cache(maxsize=16)
def _dictionary(name: str, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the starts (m, p) of a model, their templates (2, k * k, m), and `factors` of each fold (FOLDS, 3, m)."""
    grid = MODELS[name].grid(k)
    templates = np.ascontiguousarray(MODELS[name].templates(grid, k).transpose(1, 2, 0))
    of_folds = [factors(*templates[:, mask].astype(np.float64)) for mask in seen(k)]
    return grid, templates, np.stack(of_folds).astype(np.float32)


def factors(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return how inner products with two templates (d, m) give those with an orthonormal basis, (3, m) float64.

    Of a plane without its mean and its products x with a and y with b, these are f x and g x + h y, for (f, g, h) of
    each template. They are 0 for a template that is, up to rounding, a combination of a constant and of those before.
    """
    size_a, size_b = np.sqrt((a**2).sum(0)), np.sqrt((b**2).sum(0))
    a, b = a - a.mean(0), b - b.mean(0)
    f = _inverse(np.sqrt((a**2).sum(0)), size_a)
    along = (a * b).sum(0) * f
    h = _inverse(np.sqrt(((b - along * f * a) ** 2).sum(0)), size_b)
    return np.stack([f, -along * f * h, h])


def _inverse(height: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Return 1 / height, or 0 where it is negligible beside `length`."""
    return np.divide(1, height, out=np.zeros_like(height), where=height > 1e-3 * length + 1e-12)


def orthonormal(templates: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (n, 3, d) of a constant and two templates (n, 2, d) on the seen pixels."""
    basis = np.empty((len(templates), 3, mask.size), np.float32)
    basis[:, 0] = mask / np.sqrt(mask.sum())
    mask, product = mask.astype(np.float32), np.empty_like(templates[:, 0])
    for i, template in enumerate(templates.swapaxes(0, 1), 1):
        rest = template * mask
        length = np.sqrt(np.multiply(rest, rest, out=product).sum(1, keepdims=True))
        for _ in range(2):  # once more, as float32 has few digits
            for vector in basis[:, :i].swapaxes(0, 1):
                along = np.multiply(rest, vector, out=product).sum(1, keepdims=True)
                rest -= np.multiply(vector, along, out=product)
        height = np.sqrt(np.multiply(rest, rest, out=product).sum(1, keepdims=True))
        basis[:, i] = np.divide(rest, height, out=np.zeros_like(rest), where=height > 1e-3 * length + 1e-12)
    return basis


class State(NamedTuple):
    """The fits of planes with some parameters.

    sse: squared error on seen pixels (n,). fitted: the fit on all pixels (n, d). amplitudes: (n, 3). design: the
    constant and the two templates (n, 3, d).
    """

    sse: np.ndarray
    fitted: np.ndarray
    amplitudes: np.ndarray
    design: np.ndarray


def refined(
    model: Model, w: np.ndarray, mask: np.ndarray, parameters: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Refine parameters (n, p) on the seen pixels of planes; return the squared error there and all predictions.

    The amplitudes are solved for at each step (variable projection: Golub and Pereyra 1973, with the Jacobian of
    Kaufman 1975). A step is taken only where it lowers the error; elsewhere the derivatives stay as they are.
    """
    low, high = model.bounds(k)
    mask = mask.astype(np.float32)
    parameters, damping = np.clip(parameters, low, high), np.full(len(w), 1e-2, np.float32)
    state = _projected(model, w, mask, parameters, k)
    n, p = parameters.shape
    normal, slope = np.empty((n, p, p), np.float32), np.empty((n, p), np.float32)
    scale, moved = np.empty((n, p), np.float32), np.arange(n)
    for _ in range(STEPS if p else 0):
        jacobian = _jacobian(model, mask, parameters[moved], state.amplitudes[moved], state.design[moved], k)
        normal[moved] = jacobian @ jacobian.swapaxes(1, 2)
        slope[moved] = (jacobian @ ((w[moved] - state.fitted[moved]) * mask)[..., None])[..., 0]
        diagonal = np.einsum("nii->ni", normal[moved])
        scale[moved] = diagonal + 1e-6 * diagonal.max(1, keepdims=True) + 1e-12
        damped = normal + damping[:, None, None] * (scale[:, :, None] * np.eye(p, dtype=np.float32))
        tried = np.clip(parameters + np.linalg.solve(damped, slope[..., None])[..., 0], low, high)
        new = _projected(model, w, mask, tried, k)
        better = new.sse < state.sse
        damping = np.clip(np.where(better, damping / 5, damping * 4), 1e-6, 1e6)
        moved = np.flatnonzero(better)
        for old, now in zip((parameters, *state), (tried, *new), strict=True):
            old[moved] = now[moved]
    return state.sse, state.fitted


def _projected(model: Model, w: np.ndarray, mask: np.ndarray, parameters: np.ndarray, k: int) -> State:
    """Return the fits of planes (n, d) with these parameters; mask is 1 at seen pixels and 0 elsewhere."""
    design = np.empty((len(w), 3, k * k), np.float32)
    design[:, 0] = 1
    design[:, 1], design[:, 2] = model.drawn(model.geometry(parameters, k), parameters)
    masked = design * mask
    normal = (masked @ masked.swapaxes(1, 2)).astype(np.float64)
    normal += 1e-7 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(3)
    amplitudes = np.linalg.solve(normal, (masked @ w[..., None]).astype(np.float64))[..., 0].astype(np.float32)
    fitted = (amplitudes[:, None] @ design)[:, 0]
    return State((mask * (w - fitted) ** 2).sum(1), fitted, amplitudes, design)


def _jacobian(
    model: Model, mask: np.ndarray, parameters: np.ndarray, amplitudes: np.ndarray, design: np.ndarray, k: int
) -> np.ndarray:
    """Return how the fit changes on seen pixels with each parameter, (n, p, k * k), apart from what amplitudes do."""
    n, p = parameters.shape
    here, geometry = design[:, 1:], model.geometry(parameters, k)
    differences = np.empty((n, p, 2, k * k), np.float32)
    for i in range(p):
        moved = parameters.copy()
        moved[:, i] += DIFFERENCE
        drawn = model.drawn(model.geometry(moved, k) if i < model.placed else geometry, moved)
        for j, template in enumerate(drawn):
            np.subtract(template, here[:, j], out=differences[:, i, j])
    differences /= np.float32(DIFFERENCE)
    jacobian = (amplitudes[:, None, None, 1:] @ differences)[:, :, 0] * mask
    basis = orthonormal(here, mask)
    return jacobian - (jacobian @ basis.swapaxes(1, 2)) @ basis

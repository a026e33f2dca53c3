"""Which features of the waveforms each kernel responds to, according to the ground truth about every image.

A response at a feature says little, because a kernel responds to any line. So it is compared with the responses at
chance places on the same line of the same image. Where in its window a kernel has the feature is chosen on one set of
images, as the offset with the largest difference, and the difference is measured on another set.
"""

import numpy as np

from kernelscope.models.layer_lists import Field
from kernelscope.probes.feature_offsets import FEWEST_IMAGES, Cells, Sample, best_steps, cells_of
from kernelscope.stats import contrast, pvalues

COLUMNS = (
    *("layer", "kernel", "class", "feature", "images", "offset_row", "offset_col", "response", "chance"),
    *("difference", "low", "high", "z", "p", "p_corrected", "reason"),
)
NOT_FINITE, FEW = "its responses are not finite", f"fewer than {FEWEST_IMAGES} images"


def table(layer: str, selection: Sample, evaluation: Sample, field: Field, n_resamples=999, seed=0) -> list[dict]:
    """Return how much each kernel responds to each kind of feature: a row with COLUMNS for each pair.

    Parameters
    ----------
    layer : str
        The name of the layer.
    selection, evaluation : Sample
        The images on which offsets are chosen, and the images on which differences are measured. The kinds of features
        are those of `evaluation`.
    field : Field
        The windows that the responses see.
    n_resamples : int
        Number of bootstrap resamples.
    seed : int
        Seed of the resampling.

    Returns
    -------
    list of dict
        offset_row and offset_col: where in the window the feature is, in pixels from the middle. response: mean over
        features. chance: mean over features of the mean at the chance places of their image. difference: response minus
        chance, with its 95 % bootstrap interval over images (low, high). p: one-sided, under exchange of the feature
        with the chance places of its image (`contrast.tail`). p_corrected: p after Benjamini and Hochberg (1995) over
        the kernels and kinds of the layer. z: how far the response is above the kernel's level, its mean at
        chance over all kinds, in standard deviations within images; `difference` has another level for each kind, which
        is low if the offset leads off the line. Numbers are None, and `reason` says why, if fewer than 10 images are
        left, and for a kernel whose responses are not finite. A dead kernel has difference 0 and p 1.

    Notes
    -----
    A p says what the places of the features in these images could do by chance. Kernels share the places, so their p
    values are not independent.
    """
    kinds = evaluation.marks.kinds
    if not kinds:
        return []
    columns, offsets, finite = measured(selection, evaluation, field, n_resamples, seed)
    return rows_of(layer, kinds, columns, offsets, finite)


def measured(
    selection: Sample, evaluation: Sample, field: Field, n_resamples: int = 1, seed: int = 0
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return the numbers of `table` as arrays, for at least one kind of feature.

    Parameters
    ----------
    selection, evaluation, field, n_resamples, seed
        As in `table`.

    Returns
    -------
    columns : dict of arrays (kinds, out)
        By name: `images`, and the columns from `response` to `p`. z is NaN for a kind with too few images, and for a
        kernel whose responses are not finite.
    offsets : array (kinds, out, 2)
        Rows and columns from the middle of the window, in pixels.
    finite : bool array (out,)
        Whether all responses of a kernel are finite.
    """
    kinds = evaluation.marks.kinds
    finite = np.isfinite(evaluation.responses).all((0, 2, 3)) & np.isfinite(selection.responses).all((0, 2, 3))
    steps = best_steps(_finite(selection, finite), kinds, field)
    sample = _finite(evaluation, finite)
    cells, maps = cells_of(sample, field), np.ascontiguousarray(sample.responses.transpose(0, 2, 3, 1))
    statistics = [
        contrast.measured(*compared(maps, cells, kind, steps[kind]), n_resamples, seed) for kind in range(len(kinds))
    ]
    columns = {key: np.stack([of_kind[key] for of_kind in statistics]) for key in statistics[0]}
    columns["images"] = np.where(finite, columns["images"], 0)
    tested = columns["images"] >= FEWEST_IMAGES
    spread = np.sqrt(_mean(columns.pop("variance"), tested))
    excess = columns["response"] - _mean(columns["chance"], tested)
    columns["z"] = np.divide(excess, spread, out=np.zeros(excess.shape), where=tested & (spread > 0))
    columns["z"] = np.where(tested, columns["z"], np.nan)
    return columns, -steps * field.jump, finite


def largest_z(z: np.ndarray) -> np.ndarray:
    """Return each kernel's largest z over the kinds of features, (kinds, out) -> (out,); NaN where all are NaN."""
    largest = np.where(np.isnan(z), -np.inf, z).max(0, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, np.nan)


def rows_of(layer: str, kinds: list, columns: dict, offsets: np.ndarray, finite: np.ndarray) -> list[dict]:
    """Return statistics (kinds, out) and offsets (kinds, out, 2) as rows, kernel by kernel."""
    images = columns.pop("images")
    tested = images >= FEWEST_IMAGES
    columns["p_corrected"] = np.full(tested.shape, np.nan)
    if tested.any():
        columns["p_corrected"][tested] = pvalues.corrected(columns["p"][tested])
    rows = []
    for kernel in range(len(finite)):
        for kind, (class_name, feature) in enumerate(kinds):
            at = (kind, kernel)
            row = {"layer": layer, "kernel": kernel, "class": class_name, "feature": feature, "images": int(images[at])}
            row |= dict(zip(("offset_row", "offset_col"), offsets[at].tolist(), strict=True))
            row |= {key: float(values[at]) for key, values in columns.items()}
            reason = "" if tested[at] else FEW if finite[kernel] else NOT_FINITE
            numbers = {key: row[key] if tested[at] or key in COLUMNS[:5] else None for key in COLUMNS[:-1]}
            rows.append(numbers | {"reason": reason})
    return rows


def _mean(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return the mean over the kinds that count, (kinds, out) -> (out,); 0 if none counts."""
    return np.where(counted, values, 0).sum(0) / np.maximum(counted.sum(0), 1)


def compared(maps: np.ndarray, cells: Cells, kind: int, step: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the responses at the features of one kind and at chance, each kernel moved by its own step (out, 2).

    Returns (x, inside, image, reference, places). At the features: responses x (n, out), whether they count, and their
    image as a number from 0 to i - 1. At chance places: responses (i, m, out) and whether they count; the cell of the
    feature itself does not.
    """
    of_kind = cells.kind == kind
    images, image = np.unique(cells.image[of_kind], return_inverse=True)
    cell, chance = cells.cell[of_kind], cells.chance[images]
    exists = cells.known[images].copy()
    for i, feature_cell in zip(image, cell, strict=True):
        exists[i] &= (chance[i] != feature_cell).any(-1)
    x, inside = _of_each(maps, images[image], cell, step)
    reference, places = _of_each(maps, images[:, None], chance, step)
    return x, inside, image, reference, places & exists[..., None]


def _of_each(maps: np.ndarray, image: np.ndarray, cell: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return responses of maps (n, h, w, out) at cells (..., 2) moved by a step (out, 2), and whether they exist.

    Both are (..., out).
    """
    _, h, w, out = maps.shape
    row, col = cell[..., :1] + step[:, 0], cell[..., 1:] + step[:, 1]
    inside = (row >= 0) & (row < h) & (col >= 0) & (col < w)
    here = ((image * h + cell[..., 0]) * w + cell[..., 1]) * out
    index = here[..., None] + (step @ (w, 1)) * out + np.arange(out)
    return maps.reshape(-1)[np.where(inside, index, 0)].astype(float), inside


def _finite(sample: Sample, finite: np.ndarray) -> Sample:
    """Return the sample with zeros for the responses of kernels that are not `finite` (out,)."""
    if finite.all():
        return sample
    return sample._replace(responses=np.where(finite[:, None, None], sample.responses, 0))

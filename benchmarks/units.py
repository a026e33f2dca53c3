"""Do untrained kernels pass the tests of each kernel, and are planted kernels found?

units_untrained.csv: a second, independent initialization goes through every test as if it were the trained network.
`p_005` is the share of its kernels with p <= 0.05 (5 % is right), with its standard error over repetitions, and `any`
the share of repetitions with any kernel after correction. units_planted.csv: the share of repetitions in which a
planted kernel among kernels of noise is found after correction over the layer, and rightly named where it has a name.
"""

from harness import figures, tables, targets  # isort: skip
from collections.abc import Callable

import numpy as np
from harness.judging import raw
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter

from kernelscope.data import generator
from kernelscope.data.drawing import LineDrawer
from kernelscope.data.waveforms import FEATURES
from kernelscope.measures import isotropic_noise, look_tests
from kernelscope.models import architectures, networks, responses
from kernelscope.probes import ablation_statistics, kernel_tests, probing, response_tests, subspaces
from kernelscope.stats import pvalues

LEVEL, SIZE, K = 0.05, 48, 11
KERNELS = 12
NETWORKS = {
    "templates": architectures.templates(6, K),
    "stacked": architectures.stacked(6, 7, 2, (4, 4)),
}
SETTINGS = {
    **{"source": "waveforms", "classes": ["square", "triangle", "gaussian"], "train_images": 120, "test_images": 120},
    **{"seed": 0, "image_size": [SIZE, SIZE], "amplitude": [0.35, 0.8], "width": [0.15, 0.3], "position": [0.0, 1.0]},
    **{"offset": [0.05, 0.7], "line_width": [1.5, 3.0], "noise": [0.0, 0.0], "clipping": [1.0, 1.0]},
    **{"inside_frame": True, "trace_colors": [], "graticule": 0.0},
}
TABLES = {
    "units_untrained": {
        **{"network": "text", "claim": "text", "repetitions": "count", "kernels": "count"},
        **{"p_005": "share", "error": "share", "any": "share"},
    },
    "units_planted": {"claim": "text", "repetitions": "count", "found": "share"},
}
TARGETS = (
    *(
        targets.at_most(0.08, f"untrained kernels with p <= 0.05, {claim}", "units_untrained", "p_005", claim=claim)
        for claim in kernel_tests.CLAIMS
    ),
    targets.at_least(0.9, "planted kernels that are found", "units_planted", "found"),
    targets.at_least(0.95, "one Gabor among 11 kernels of noise", "units_planted", "found", claim="shape"),
)


def splits() -> list[probing.Images]:
    """Return the images of both splits, with their truth as in parameters.csv."""
    result = []
    for name, split in generator.waveform_splits(SETTINGS).items():
        chunks = list(split.chunks)
        truth = [row for block in chunks for row in block.truth]
        rows = [{"split": name, "class": SETTINGS["classes"][label]} for label in split.labels]
        for row, of_image in zip(rows, truth, strict=True):
            points = {f: " ".join(f"{r:.2f}:{c:.2f}" for r, c in of_image[f]) for f in FEATURES}
            row.update({key: str(value) for key, value in of_image.items()} | points)
        result.append(probing.Images(np.concatenate([block.images for block in chunks]), split.labels, rows))
    return result


def weights(layers: list[dict], seed: int) -> dict[str, np.ndarray]:
    network = networks.build(layers, (1, SIZE, SIZE), len(SETTINGS["classes"]))
    networks.initialize(network, {"conv": None, "linear": None}, seed)
    return networks.weights(network)


def tests_of(layers: list[dict], state: dict[str, np.ndarray], images: list[probing.Images], seed: int) -> dict:
    """Return all tests of one state of a network, by layer and claim."""
    run = probing.Run(layers, state, state, *images, SETTINGS["classes"])
    probe = probing.probe_of(run, probing.patterns_of(run), {"conv": None, "linear": None}, seed)
    result, _, _ = response_tests.tests(probe, state, probing.ablation_rows(run, state))
    for number, layer in enumerate(result):
        result[layer] |= look_tests.tests(state[f"{layer}.weight"], None, [seed, number])
    return result


def p_of(tests: dict, layer: str, claim: str) -> np.ndarray:
    """Return p of every kernel of a layer for a claim, NaN without one, from the null kernels of this run alone."""
    alive = {"trained": {name: np.ones(len(of["class"].value), bool) for name, of in tests.items()}}
    rows = kernel_tests.rows({"trained": tests}, [], alive)
    return np.array([row["p"] for row in rows if (row["layer"], row["claim"]) == (layer, claim)])


def untrained(table: tables.Table, images: list[probing.Images], repetitions: int) -> None:
    for name, layers in NETWORKS.items():
        found = {claim: [] for claim in kernel_tests.CLAIMS}
        for seed in range(repetitions):
            tests = tests_of(layers, weights(layers, 10_000 + seed), images, seed)
            for claim, of_claim in found.items():
                of_claim.append([p_of(tests, layer, claim) for layer in tests])
        for claim, of_claim in found.items():
            of_runs = [np.concatenate(of_layers) for of_layers in of_claim]
            if claim.startswith("needed"):  # a network at chance needs no kernel
                of_runs = [np.where(np.isfinite(p), p, 1) for p in of_runs]
            beyond = [p[np.isfinite(p)] <= LEVEL for p in of_runs]
            count = np.array([len(of_run) for of_run in beyond])
            if not count.any():
                continue
            rate = sum(of_run.sum() for of_run in beyond) / count.sum()
            rest = np.array([of_run.sum() for of_run in beyond]) - rate * count
            error = np.sqrt((rest**2).sum()) / count.sum()  # kernels of a repetition are not independent
            hits = [any((pvalues.corrected(p) <= LEVEL).any() for p in of_run) for of_run in of_claim]
            table.add(name, claim, repetitions, int(count.sum()), float(rate), float(error), float(np.mean(hits)))


def smooth(rng: np.random.Generator, out: int, size: int = 15) -> np.ndarray:
    noise = gaussian_filter(rng.normal(size=(out, 1, size + 20, size + 20)), (0, 0, 1.3, 1.3))
    return noise[..., 10:-10, 10:-10]


def gabor(rng: np.random.Generator, size: int = 15) -> np.ndarray:
    row, col = np.indices((size, size)) - (size - 1) / 2
    theta, frequency = rng.uniform(0, np.pi), rng.uniform(0.08, 0.16)
    above, beside = rng.uniform(-2, 2, 2)
    wave = np.cos(2 * np.pi * frequency * (col * np.cos(theta) + row * np.sin(theta)) + rng.uniform(0, 2 * np.pi))
    return np.exp(-((row - above) ** 2 + (col - beside) ** 2) / (2 * 3.5**2)) * wave


def corrected_p(evidence: look_tests.Evidence, claim: str) -> float:
    """Return the p of the first kernel after correction over the layer."""
    p, _, _ = kernel_tests.judged(evidence, [], True, kernel_tests.CLAIMS[claim].is_share)
    return pvalues.corrected(p)[0]


def planted_smoother(rng: np.random.Generator, seed: int) -> bool:
    bank = np.concatenate([smooth(rng, 1), rng.uniform(-1, 1, (KERNELS - 1, 1, 15, 15))])
    return corrected_p(look_tests.smoother(bank, None, [seed]), "smoother") <= LEVEL


def planted_oriented(rng: np.random.Generator, seed: int) -> bool:
    bank = np.concatenate([gabor(rng)[None, None], smooth(rng, KERNELS - 1)])
    bank[0] += rng.normal(size=(1, 15, 15)) * 0.5 * bank[0].std()
    return corrected_p(look_tests.oriented(bank, isotropic_noise.noise(bank, 20, [seed])), "oriented") <= LEVEL


def planted_shape(rng: np.random.Generator, seed: int) -> bool:
    bank = np.concatenate([gabor(rng)[None, None], smooth(rng, KERNELS - 1)])
    evidence = look_tests.shape(bank, isotropic_noise.noise(bank, 20, [seed]))
    return evidence.label[0] == "gabor" and corrected_p(evidence, "shape") <= LEVEL


def planted_span(rng: np.random.Generator, seed: int, images: list[probing.Images], claim: str) -> bool:
    sample = probing.patches.random_patches(images[0].images, K, 2000, seed=seed)
    span = subspaces.patterns(sample, sample, KERNELS).of_images[KERNELS][claim.removeprefix("span_")]
    bank = smooth(rng, KERNELS, K)
    scaled = span / np.linalg.norm(span, axis=1, keepdims=True)
    bank[0, 0] = (rng.normal(size=len(span)) @ scaled).reshape(K, K)
    noise = isotropic_noise.noise(bank, 20, [seed])
    evidence = look_tests.Evidence(subspaces.share(bank, span), subspaces.of_draws(noise, span))
    return corrected_p(evidence, claim) <= LEVEL


CORNERS = {"upper-left": (1, 1), "upper-right": (1, -1), "lower-left": (-1, -1), "lower-right": (-1, 1)}  # of squares


def corners(rng: np.random.Generator, seed: int, images: list[probing.Images], bias: float) -> dict:
    """Return the tests of a network whose first 4 of 6 kernels are the corners of a square with some noise.

    bias: of these kernels, as a share of their largest response without bias.
    """
    layers, state, middle = NETWORKS["templates"], weights(NETWORKS["templates"], 20_000 + seed), (K - 1) / 2
    for kernel, (down, right) in enumerate(CORNERS.values()):
        arms = np.array([[middle + 2 * K * down, middle], [middle, middle], [middle, middle + 2 * K * right]])
        template = LineDrawer(K, K).draw(arms, 2.25) / 255.0
        template = template - template.mean()
        template += rng.normal(0, 0.2 * template.std(), template.shape)
        size = np.linalg.norm(state["conv1.weight"][kernel])
        state["conv1.weight"][kernel] = template * (size / np.linalg.norm(template))
    state["conv1.bias"][:4] = 0
    largest = responses.responses(layers, state, images[0].images)["conv1"].max((0, 2, 3))
    state["conv1.bias"][:4] = bias * largest[:4]
    return tests_of(layers, state, images, seed)


def planted_responses(rng: np.random.Generator, seed: int, images: list[probing.Images]) -> dict[str, float]:
    """Return the share of planted corners that are found, and rightly named.

    With a negative bias, as after a training, a kernel responds to few lines but its own: it has a feature and a class.
    Noise with such a bias responds to few places as well, so a corner is told from noise without a bias.
    """
    few, all_lines = (corners(rng, seed, images, bias) for bias in (-0.6, 0))
    found = {
        claim: pvalues.corrected(p_of(tests, "conv1", claim))[:4] <= LEVEL
        for claim, tests in (("feature", few), ("class", few), ("feature_beyond_noise", all_lines))
    }
    found["feature"] &= few["conv1"]["feature"].label[:4] == [f"{corner} corner, square" for corner in CORNERS]
    found["class"] = found["class"][:2] & (
        few["conv1"]["class"].label[:2] == "square"
    )  # lower ones are in triangles too
    return {claim: float(np.mean(of_claim)) for claim, of_claim in found.items()}


def planted_need(rng: np.random.Generator) -> dict[str, bool]:
    """Plant a kernel that 6 % of 600 images depend on, among kernels that 1 % of images depend on either way."""
    whole = rng.random(600) < 0.97
    changed = whole ^ (rng.random((KERNELS, 600)) < 0.01)
    changed[0] &= rng.random(600) > 0.06
    columns = ablation_statistics.damage(whole, changed)
    tests = {"needed": columns["p"], "needed_beyond_random": np.maximum(columns["p"], columns["p_random"])}
    return {claim: pvalues.corrected(p)[0] <= LEVEL for claim, p in tests.items()}


def planted(table: tables.Table, images: list[probing.Images], repetitions: int) -> None:
    of_looks: dict[str, Callable] = {"smoother": planted_smoother, "oriented": planted_oriented, "shape": planted_shape}
    for claim, function in of_looks.items():
        found = [function(np.random.default_rng([1, seed]), seed) for seed in range(repetitions)]
        table.add(claim, repetitions, float(np.mean(found)))
    for claim in ("span_pca", "span_kmeans"):
        found = [planted_span(np.random.default_rng([2, seed]), seed, images, claim) for seed in range(repetitions)]
        table.add(claim, repetitions, float(np.mean(found)))
    rngs = [np.random.default_rng([3, seed]) for seed in range(repetitions)]
    of_responses = [planted_responses(rng, seed, images) for seed, rng in enumerate(rngs)]
    for found in (of_responses, [planted_need(rng) for rng in rngs]):
        for claim in found[0]:
            table.add(claim, repetitions, float(np.mean([of_run[claim] for of_run in found])))


def figure(table: tables.Table, name: str, column: str, limit: float) -> Figure:
    """Draw a share for each row beside its limit."""
    page = Figure(figsize=(9, 5), layout="constrained")
    axes = page.subplots()
    places = [list(table.columns).index(key) for key in (name, column)]
    names, shares = zip(*([row[place] for place in places] for row in table.rows), strict=True)
    axes.barh(range(len(names)), [raw(share) for share in shares], color="#4477aa")
    axes.axvline(limit, color="#888888", linestyle="--", linewidth=1)
    axes.set(yticks=range(len(names)), yticklabels=names, xlabel=column, xlim=(0, 1 if limit > 0.5 else None))
    axes.invert_yaxis()
    figures.plain(axes)
    return page


def main() -> None:
    options = tables.Options(__doc__, "2 repetitions")
    options.add_argument("--untrained", type=int, default=200, help="repetitions of untrained networks")
    options.add_argument("--planted", type=int, default=100, help="repetitions of each planted kernel")
    options.add_argument("--only", choices=["untrained", "planted"], help="one of the two tables")
    arguments = options.parse_args()
    images = splits()
    if arguments.only != "untrained":
        table = tables.Table("units_planted", TABLES["units_planted"])
        planted(table, images, 2 if arguments.small else arguments.planted)
        table.save(figure(table, "claim", "found", 0.9))
    if arguments.only != "planted":
        table = tables.Table("units_untrained", TABLES["units_untrained"])
        untrained(table, images, 2 if arguments.small else arguments.untrained)
        table.save(figure(table, "claim", "p_005", LEVEL))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()

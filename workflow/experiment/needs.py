"""What a job asks of a cluster: megabytes and minutes, from what the jobs of the default experiment took.

Each is at least twice what docs/numbers.json has (tests/test_needs.py), and grows with the attempt: a job that was
killed for asking too little asks for more. On one machine nobody looks at them.
"""

BASE = 700, 10  # megabytes, minutes; Snakemake itself takes some in each job
LARGE = {  # rule -> the same, where it takes more
    "read_dataset": (3500, 60),  # one huge picture takes a gigabyte in each of its processes
    "make_dataset": (700, 60),
    "make_movie": (1300, 20),  # every frame, and an encoder
    "measure_kernels": (900, 60),
    "probe_kernels": (900, 30),
    "compare_seeds": (1200, 60),
    "compare_runs": (1200, 60),
    "compare_factors": (1200, 60),
    "match_kernels": (900, 120),
    "write_findings": (1000, 30),
    "write_page": (2000, 30),
}
TRAINING = 1000, 20
PROBING = ("probe_kernels", "project_kernels", "draw_featuremaps", "draw_atlas", "compare_seeds")  # hold some images
HELD = 3  # times the bytes of its images, as a training needs some of them as floats
PIXELS_A_MINUTE = 3e7  # of all images of all steps; a tenth of what one core did with kernels of 15 x 15 on 2026-11-26
UPDATES_A_MINUTE = 300  # of a convolutional deep belief network; a fifth of what one core did on 2026-11-27
UNKNOWN = 3 * 6400  # pixels of an image whose size is found by the job, in colour


def megabytes(experiment, rule: str, dataset: str | None, arch: str | None) -> int:
    """What a job may take; dataset and arch are None for a job of none."""
    if rule.startswith("train_"):
        most = experiment.config["memory"]["images"]
        held = min(most, images(experiment, dataset) * pixels(experiment, dataset) / 1e6)
        return round(TRAINING[0] + HELD * held)
    megabytes, _ = LARGE.get(rule, BASE)
    if rule in PROBING:
        seen = 2 * experiment.config["analysis"]["images"] * pixels(experiment, dataset)
        return round(megabytes + seen * 4 * most_kernels(experiment, arch) / 1e6)
    return megabytes


def minutes(experiment, rule: str, dataset: str | None, arch: str | None, seeds: int = 1) -> int:
    """How long a job may take; a training of several seeds takes as much longer."""
    if rule == "train_cdbn":
        return round(TRAINING[1] + sum(experiment.cdbn.get(arch, {}).get("updates", [])) / UPDATES_A_MINUTE)
    if not rule.startswith("train_"):
        return LARGE.get(rule, BASE)[1]
    settings, count = experiment.training[arch], images(experiment, dataset)
    seen = settings["epochs"] * count if settings["epochs"] else settings["steps"] * settings["batch_size"] + count
    return round(TRAINING[1] + seeds * seen * pixels(experiment, dataset) / PIXELS_A_MINUTE)


def images(experiment, dataset: str) -> int:
    """How many images a dataset has, where its definition says so, else as many as the default has."""
    settings = experiment.config["datasets"][dataset]
    return settings.get("train_images", 3000) + settings.get("test_images", 600)


def pixels(experiment, dataset: str) -> int:
    """Numbers in an image."""
    source = experiment.sources.get(dataset)
    if source is None or source.image_size is None:
        return UNKNOWN
    rows, cols = source.image_size
    settings = experiment.config["datasets"][dataset]
    return rows * cols * (3 if settings.get("colours") == "rgb" or settings.get("trace_colours") else 1)


def most_kernels(experiment, arch: str) -> int:
    return max((layer["kernels"] for layer in experiment.layers[arch] if layer["kind"] == "conv"), default=1)

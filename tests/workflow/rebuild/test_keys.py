"""What reruns when one key of the config gets another value, with a row for every key."""

import pytest
import yaml
from rebuilding import (
    AGAIN,
    ALL,
    COLORED,
    CONFIG,
    COST,
    N_RESAMPLES,
    SIZED,
    SMOKE,
    SUMMARY,
    TABLES,
    TRAINED,
    again,
    new_seed,
    whole,
)
from tiers import rows

GROUPED = {job for job in TRAINED if not job.startswith("train_")} | {
    "train_group_0 waveforms",
    "train_group_1 waveforms",
}
COMPOSED = again("draw_samples", "draw_montage", "draw_featuremaps", "draw_atlas", "write_page")
KEYS = {  # key -> (another value, jobs that run then)
    "experiment.datasets": (["waveforms", "second"], {job.replace("waveforms", "second") for job in ALL} | SUMMARY),
    "experiment.architectures": (["templates"], TABLES),
    "experiment.seeds": ([0, 1, 2], new_seed(2)),
    "pathvars.results": ("results/other", ALL),
    "datasets.waveforms.classes": (["square", "triangle"], ALL),
    "datasets.waveforms.train_images": (230, ALL),
    "datasets.waveforms.test_images": (50, ALL),
    "datasets.waveforms.seed": (1, ALL),
    "datasets.waveforms.image_size": ([48, 52], ALL),
    "datasets.waveforms.amplitude": ([0.35, 0.7], ALL),
    "datasets.waveforms.width": ([0.15, 0.25], ALL),
    "datasets.waveforms.position": ([0.1, 0.9], ALL),
    "datasets.waveforms.offset": ([0.05, 0.6], ALL),
    "datasets.waveforms.line_width": ([1.5, 2.0], ALL),
    "datasets.waveforms.noise": ([0.0, 0.1], ALL),
    "datasets.waveforms.clipping": ([0.9, 1.0], ALL),
    "datasets.waveforms.inside_frame": (False, ALL),
    "datasets.waveforms.trace_colors": (["cyan", "green"], ALL),
    "architectures.templates.network": ("stacked", whole("templates")),
    "architectures.templates.kernels": (7, whole("templates")),
    "architectures.templates.kernel_size": (7, whole("templates")),
    "architectures.templates.stride": (2, whole("templates")),
    "architectures.templates.seeds": ([0, 1, 2], new_seed(2, "templates")),
    "architectures.templates_random_labels.of": ("stacked", set()),  # is not selected
    "architectures.templates_random_labels.control": ("frozen", set()),
    "architectures.templates_random_labels.seeds": ([7], set()),
    "architectures.stacked.network": ("cnnkernels", whole("stacked")),
    "architectures.stacked.kernels": (7, whole("stacked")),
    "architectures.stacked.kernel_size": (7, whole("stacked")),
    "architectures.stacked.stride": (1, whole("stacked")),
    "architectures.stacked.widths": ([8, 6], whole("stacked")),
    "architectures.cnnkernels.network": ("templates", set()),  # cnnkernels is not selected
    "architectures.cnnkernels.kernels": (4, set()),
    "architectures.cnnkernels.kernel_size": (7, set()),
    "architectures.cnnkernels.stride": (2, set()),
    "architectures.cnnkernels.widths": ([6, 8], set()),
    "architectures.cnnkernels.training.steps": (1, set()),
    "architectures.cnnkernels.training.weight_decay.conv": (0.1, set()),
    "training.optimizer": ("sgd", TRAINED),
    "training.loss": ("mse", TRAINED),
    "training.class_weights": ("balanced", TRAINED),
    "training.schedule": ("constant", TRAINED),
    "training.learning_rate": (0.02, TRAINED),
    "training.momentum": (0.8, TRAINED),  # is in run.json, although adamw does not use it
    "training.weight_decay.conv": (0.4, TRAINED),
    "training.weight_decay.linear": (0.4, TRAINED),
    "training.augmentation.mirror": (0.5, TRAINED),
    "training.augmentation.rotation": (0.5, TRAINED),
    "training.augmentation.color_gain": (0.5, TRAINED),
    "training.augmentation.gray": (0.5, TRAINED),
    "training.augmentation.noise": (0.5, TRAINED),
    "training.augmentation.blur": (0.5, TRAINED),
    "training.init_seed": (3, TRAINED),
    "training.init_std.conv": (0.1, TRAINED),
    "training.init_std.linear": (0.1, TRAINED),
    "training.batch_size": (30, TRAINED),
    "training.epochs": (2, TRAINED),
    "training.steps": (200, TRAINED),  # is in run.json, although epochs count
    "training.eval_images": (50, TRAINED),
    "training.convolution": ("fft", TRAINED),
    "training.snapshots": (7, TRAINED),
    "training.device": ("cuda", GROUPED),  # on a GPU, seeds are trained together by default
    "training.seeds_per_job": (2, GROUPED),
    "training.threads": (2, TRAINED),  # changes the order of sums
    "comparison.max_seeds": (3, set()),  # there are only two
    "comparison.ignore_sign": (True, again("match_kernels", "find_types", "write_seed_tests")),
    "comparison.n_resamples": (30, N_RESAMPLES),
    "analysis.n_resamples": (98, again("measure_kernels", "probe_kernels", "correlate_initial")),
    "analysis.images": (50, AGAIN["probe_kernels"]),
    "memory.images": (0, set()),
    "figures.seeds": (1, COST),  # nothing more is made
    "figures.for": ("slide", SIZED),
    "figures.formats": (["png", "svg"], SIZED),
    "figures.colormap": ("gray", COLORED),
    "figures.channel_colors": (["green"], COMPOSED),
    "movie.frames_per_second": (9, AGAIN["make_movie"]),
    "movie.hold_first": (2, AGAIN["make_movie"]),
    "movie.hold_last": (2, AGAIN["make_movie"]),
}
ONLY_ONE_VALUE = {"datasets.waveforms.source", "datasets.waveforms.graticule"}  # in a dataset without colors


def leaves(config, above=""):
    for key, value in config.items():
        yield from leaves(value, f"{above}{key}.") if isinstance(value, dict) else [above + key]


def put(config, key, value):
    *above, last = key.split(".")
    for part in above:
        config = config.setdefault(part, {})
    config[last] = value


def test_the_table_names_every_key(fresh):
    keys = {key for path in (CONFIG, SMOKE) for key in leaves(yaml.safe_load((fresh.folder / path).read_text()))}
    assert keys == set(KEYS) | ONLY_ONE_VALUE


@pytest.mark.parametrize(
    "key",
    rows(
        KEYS,
        "experiment.datasets",
        "experiment.seeds",
        "architectures.stacked.widths",
        "training.weight_decay.conv",
        "analysis.images",
        "figures.colormap",
    ),
)
def test_another_value_reruns_the_stage_it_belongs_to_and_what_hangs_on_it(linked, key):
    value, expected = KEYS[key]
    config = yaml.safe_load((linked.folder / SMOKE).read_text())
    put(config, "datasets.second", {"image_size": [48, 48]})
    put(config, key, value)
    (linked.folder / SMOKE).write_text(yaml.safe_dump(config))
    assert linked.jobs() == expected

"""What reruns when code or config changes: every row has the exact set of jobs, and the edits before them."""

import pytest
from rebuilding import (
    ALL,
    ARCHS,
    COLORED,
    CONFIG,
    CORRELATED,
    LIBRARY,
    MATCHED,
    PAGE,
    READERS,
    SCRIPTS,
    SMOKE,
    SUMMARY,
    TABLES,
    TRAINED,
    again,
    judged,
    new_seed,
    whole,
)
from tiers import rows

SCHEMA = "workflow/schemas/config.schema.yaml"
TRAINER, SCHEDULE = LIBRARY + "training/trainer.py", LIBRARY + "training/schedule.py"
CODE = {
    "nothing": (set(),),
    "a comment": (set(), (SCHEDULE, "EVALUATION_BATCH = 200", "EVALUATION_BATCH = 200  # images")),
    "a docstring": (set(), (TRAINER, '"""One training from its seed', '"""A training from its seed')),
    "layout": (set(), (SCHEDULE, "EVALUATION_BATCH = 200", "EVALUATION_BATCH = (\n    200\n)")),
    "other quotes": (set(), (LIBRARY + "io/video.py", '"-preset", "veryfast"', "'-preset', 'veryfast'")),
    "a constant": (again("make_movie"), (LIBRARY + "io/video.py", "CRF = 18", "CRF = 20")),
    "a constant of several figures": (
        again("draw_samples", "draw_montage", "draw_featuremaps", "draw_pixels", "draw_atlas")
        | again("draw_matched", "draw_vocabulary", "draw_architectures"),
        (LIBRARY + "figures/kernel_tiles.py", "DASH = 5", "DASH = 6"),
    ),
    "a constant of what training imports indirectly": (
        TRAINED,
        (LIBRARY + "training/losses.py", "TOLERANCE = 0.1", "TOLERANCE = 0.11"),
    ),
    "a renamed local variable, which counts as code": (
        again("draw_history"),
        (SCRIPTS + "draw_history.py", "page = figure", "drawn = figure"),
        (SCRIPTS + "draw_history.py", "(history, page, ", "(history, drawn, "),
    ),
    "the words of a caption": (
        again("draw_montage", "draw_history", "draw_featuremaps", "make_movie", "draw_matched", "draw_vocabulary")
        | again("draw_samples", "draw_measures", "draw_pixels", "draw_atlas", "draw_architectures"),
        (LIBRARY + "figures/captions.py", '"1 kernel" if', '"one kernel" if'),
    ),
    "the words of a script": (
        again("draw_matched"),
        (SCRIPTS + "draw_matched.py", "the same kernels in every seed?", "alike in every seed?"),
    ),
    "a new architecture that no one selects": (
        set(),
        (LIBRARY + "models/architectures.py", "ARCHITECTURES = {", 'ARCHITECTURES = {"another": templates, '),
    ),
    "an architecture with another layer": (
        whole("stacked"),
        (LIBRARY + "models/architectures.py", 'conv("conv2", widths[0], 5)', 'conv("conv2", widths[0], 3)'),
    ),
    "the words of the schema, which the page says": (
        PAGE,
        (SCHEMA, "description: Images per step.", "description: Images a step."),
    ),
    "a default that the config overrides": (set(), (SCHEMA, "maximum: 60, default: 8}", "maximum: 60, default: 9}")),
}
WRITTEN = {  # the same config, written differently
    "a comment": (set(), (SMOKE, "  n_resamples: 20", "  # few\n  n_resamples: 20 # very few")),
    "blanks, quotes and brackets": (
        set(),
        (SMOKE, "training:\n  epochs: 3\n  snapshots: 8\n", "training:\n\n    'epochs':   3\n    \"snapshots\": 8\n"),
        (SMOKE, "\n  batch_size: 40", "\n    batch_size: 40"),
        (SMOKE, "widths: [6, 8]", "widths:\n    - 6\n    - 8"),
    ),
    "whole numbers with a point, and without": (
        set(),
        (SMOKE, "epochs: 3", "epochs: 3.0"),
        (CONFIG, "hold_last: 3.0", "hold_last: 3"),
    ),
    "an exponent": (set(), (CONFIG, "learning_rate: 0.01", "learning_rate: 1.0e-2")),
    "an anchor": (
        set(),
        (SMOKE, "templates:\n    kernels: 6", "templates:\n    kernels: &six 6"),
        (SMOKE, "stacked:\n    kernels: 6", "stacked:\n    kernels: *six"),
    ),
    "nothing of one's own": (set(), (SMOKE, "    kernel_size: 9", "    kernel_size: 9\n    training: {}")),
    "a default written out": (set(), (SMOKE, "batch_size: 40", "batch_size: 40\n  momentum: 0.9")),
    "a default left out": (set(), (CONFIG, "  optimizer: adamw\n", "")),
    "a default of the network left out": (set(), (CONFIG, "surroundings\n    stride: 1", "surroundings")),
    "a setting at the top moved into every architecture": (
        set(),
        (SMOKE, "training:\n  epochs: 3", "training:\n  epochs: 7"),
        (SMOKE, "kernel_size: 9", "kernel_size: 9\n    training: {epochs: 3}"),
        (SMOKE, "kernel_size: 5", "kernel_size: 5\n    training: {epochs: 3}"),
    ),
    "seeds in another order": (set(), (SMOKE, "seeds: [0, 1]", "seeds: [1, 0]")),
    "architectures in another order": (READERS, (SMOKE, "[templates, stacked]", "[stacked, templates]")),
}
CHANGED = {
    "a setting of one architecture": (whole("templates"), (SMOKE, "    kernel_size: 9", "    kernel_size: 11")),
    "two settings swapped": (
        whole("templates"),
        (SMOKE, "templates:\n    kernels: 6\n    kernel_size: 9", "templates:\n    kernels: 9\n    kernel_size: 6"),
    ),
    "two more settings swapped": (
        again("make_movie"),
        (CONFIG, "hold_first: 1.5 # seconds\n  hold_last: 3.0", "hold_first: 3.0 # seconds\n  hold_last: 1.5"),
    ),
    "a nested setting": (TRAINED, (CONFIG, "weight_decay: {conv: 0.5,", "weight_decay: {conv: 0.4,")),
    "a setting of one layer": (
        whole("stacked"),
        (SMOKE, "widths: [6, 8]", "widths: [6, 8]\n    training: {weight_decay: {conv2: 0.1}}"),
    ),
    "a training setting of one architecture": (
        whole("templates"),
        (SMOKE, "    kernel_size: 9", "    kernel_size: 9\n    training: {epochs: 2}"),
    ),
    "a training setting at the top that one architecture overrides": (
        whole("stacked"),
        (SMOKE, "    kernel_size: 9", "    kernel_size: 9\n    training: {epochs: 3}"),
        (SMOKE, "training:\n  epochs: 3", "training:\n  epochs: 2"),
    ),
    "a setting of an architecture that is not selected": (set(), (CONFIG, "    kernels: 8 #", "    kernels: 4 #")),
    "an architecture more": (whole("cnnkernels"), (SMOKE, "[templates, stacked]", "[templates, stacked, cnnkernels]")),
    "an architecture less": (TABLES, (SMOKE, "[templates, stacked]", "[stacked]")),
    "an architecture renamed": (
        whole("stencils"),
        (CONFIG, "  templates: #", "  stencils: #"),
        (SMOKE, "  templates:\n", "  stencils:\n"),
        (SMOKE, "[templates, stacked]", "[stencils, stacked]"),
    ),
    "a seed more": (new_seed(2), (SMOKE, "seeds: [0, 1]", "seeds: [0, 1, 2]")),
    "a seed less": (judged(*ARCHS, seeds=[0]) | MATCHED | CORRELATED | TABLES, (SMOKE, "seeds: [0, 1]", "seeds: [0]")),
    "a seed more of one architecture": (
        new_seed(2, "templates"),
        (SMOKE, "    kernel_size: 9", "    kernel_size: 9\n    seeds: [0, 1, 2]"),
    ),
    "seeds of one architecture, which the seeds of a later file replace": (
        set(),
        (
            CONFIG,
            "surroundings\n    stride: 1\n    seeds: [0, 1, 2, 3, 4, 5, 6, 7]",
            "surroundings\n    stride: 1\n    seeds: [5]",
        ),
    ),
    "another seed": (new_seed(7, beside=[1]), (SMOKE, "seeds: [0, 1]", "seeds: [1, 7]")),
    "a class more": (ALL, (CONFIG, "[square, triangle, gaussian]", "[square, triangle, gaussian, sawtooth]")),
    "classes in another order, which are other labels": (
        ALL,
        (CONFIG, "[square, triangle, gaussian]", "[triangle, square, gaussian]"),
    ),
    "a dataset that is not selected": (set(), (SMOKE, "datasets:\n  wave", "datasets:\n  second: {}\n  wave")),
    "a dataset more": (
        {job.replace("waveforms", "second") for job in ALL} | SUMMARY,
        (SMOKE, "datasets:\n  wave", "datasets:\n  second: {}\n  wave"),
        (SMOKE, "[waveforms]", "[waveforms, second]"),
    ),
}


ROWS = {
    f"{table}: {name}": row
    for table, of_table in (("code", CODE), ("written", WRITTEN), ("changed", CHANGED))
    for name, row in of_table.items()
}
REPRESENTATIVES = (
    *(
        "code: a docstring",
        "code: a constant of what training imports indirectly",
        "code: the words of the schema, which the page says",
    ),
    *("written: a default left out", "written: architectures in another order"),
    *("changed: two settings swapped", "changed: a seed more of one architecture"),
)


@pytest.mark.parametrize("row", rows(ROWS, *REPRESENTATIVES))
def test_a_change_reruns_exactly_what_depends_on_it(linked, row):
    expected, *edits = ROWS[row]
    assert linked.jobs_after(edits) == expected


def test_keys_in_another_order_rerun_nothing(linked):
    lines = (linked.folder / CONFIG).read_text().splitlines()
    start, end = lines.index("movie:"), len(lines)
    moved = [*lines[start:end], "", *lines[:start]]
    at = next(i for i, line in enumerate(moved) if line.startswith("  hold_first"))
    moved[at - 1], moved[at] = moved[at], moved[at - 1]
    (linked.folder / CONFIG).write_text("\n".join(moved) + "\n")
    assert linked.jobs() == set()


LEAST = """
experiment: {datasets: [waveforms], architectures: [templates, stacked], seeds: [0, 1]}
datasets: {waveforms: {}}
architectures: {templates: {network: templates}, stacked: {network: stacked}}
"""
MOST = """
architectures:
  templates:
    stride: 1
    training: &all
      {optimizer: adamw, loss: cross_entropy, schedule: one_cycle, learning_rate: 0.01, momentum: 0.9,
       weight_decay: {conv: 0.5, linear: 0.5}, init_std: {conv: null, linear: null}, device: cpu, threads: 1}
  stacked: {stride: 2, training: *all}
"""


def test_all_defaults_left_out_rerun_nothing(linked):
    (linked.folder / CONFIG).write_text(LEAST)
    assert linked.jobs() == set()


def test_all_defaults_repeated_in_every_architecture_rerun_nothing(linked):
    (linked.folder / "more.yaml").write_text(MOST)
    assert linked.jobs(config=("--configfile", SMOKE, "more.yaml")) == set()


@pytest.mark.parametrize(("colors", "expected"), [("RdBu_r", set()), ("gray", COLORED)])
def test_a_value_given_on_the_command_line_counts_as_one_in_a_file(linked, colors, expected):
    assert linked.jobs("--config", f"figures={{colormap: {colors}}}") == expected

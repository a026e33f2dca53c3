"""What reruns when: every row is a change, and the exact set of jobs that Snakemake then wants to run."""

import os
import time

import pytest

RUNS = [f"waveforms/{arch}/{seed}" for arch in ("matched", "stacked") for seed in (0, 1)]
PER_RUN = ("train_network", "extract_kernels", "draw_montage", "draw_history", "draw_featuremaps", "make_movie")
COST = {"write_cost"}
TABLES = {"write_summary", "compare_architectures waveforms", *COST}


def stages(*names, runs=RUNS):
    return {f"{name} {run}" for name in names for run in runs}


def comparison(*archs):
    return {f"{rule} waveforms/{arch}" for rule in ("match_kernels", "draw_matched") for arch in archs}


def whole(arch):
    """All that hangs on the training of one architecture."""
    return stages(*PER_RUN, runs=[run for run in RUNS if arch in run]) | comparison(arch) | TABLES


EVERY_TRAINING = whole("matched") | whole("stacked")
LIBRARY = "workflow/scripts/kernelscope/"
CONFIG, SMOKE = "config/config.yaml", "config/smoke.yaml"

ROWS = {
    "nothing": ([], set()),
    "a comment": ([(LIBRARY + "recorder.py", "EVALUATION_BATCH = 200", "EVALUATION_BATCH = 200  # images")], set()),
    "a docstring": ([(LIBRARY + "training.py", '"""One training from its seed', '"""A training from its seed')], set()),
    "layout of code": (
        [(LIBRARY + "recorder.py", "EVALUATION_BATCH = 200", "EVALUATION_BATCH = (\n    200\n)")],
        set(),
    ),
    "code of a module of one stage": (
        [(LIBRARY + "encoders.py", '"-crf", "18"', '"-crf", "20"')],
        stages("make_movie") | COST,
    ),
    "code of a module of two stages": (
        [(LIBRARY + "montage.py", "GAP = 14", "GAP = 15")],
        stages("draw_montage", "make_movie") | COST,
    ),
    "code that training imports indirectly": (
        [(LIBRARY + "objectives.py", "TOLERANCE = 0.1", "TOLERANCE = 0.11")],
        EVERY_TRAINING,
    ),
    "code of the dataset": (
        [(LIBRARY + "waveforms.py", "MARGIN = 20.0", "MARGIN = 21.0")],
        EVERY_TRAINING | {"make_dataset waveforms", "draw_samples waveforms"},
    ),
    "code of a script": (
        [("workflow/scripts/draw_history.py", 'columns["epoch"][-1]', 'columns["epoch"][-1] + 0')],
        stages("draw_history") | COST,
    ),
    "a new architecture in the code": (
        [(LIBRARY + "architectures.py", "ARCHITECTURES = {", 'ARCHITECTURES = {"another": matched, ')],
        set(),
    ),
    "a setting of one architecture": ([(SMOKE, "    kernel_size: 9", "    kernel_size: 11")], whole("matched")),
    "a training setting at the top": ([(SMOKE, "batch_size: 40", "batch_size: 30")], EVERY_TRAINING),
    "a training setting at the top that one architecture overrides": (
        [
            (SMOKE, "    kernel_size: 9", "    kernel_size: 9\n    training: {epochs: 3}"),
            (SMOKE, "training:\n  epochs: 3", "training:\n  epochs: 2"),
        ],
        whole("stacked"),
    ),
    "a default written out": ([(SMOKE, "batch_size: 40", "batch_size: 40\n  momentum: 0.9")], set()),
    "two values swapped": (
        [(CONFIG, "hold_first: 1.5 # seconds\n  hold_last: 3.0", "hold_first: 3.0 # seconds\n  hold_last: 1.5")],
        stages("make_movie") | COST,
    ),
    "seeds and architectures reordered": (
        [(SMOKE, "seeds: [0, 1]", "seeds: [1, 0]"), (SMOKE, "[matched, stacked]", "[stacked, matched]")],
        set(),
    ),
    "a seed added": (
        [(SMOKE, "seeds: [0, 1]", "seeds: [0, 1, 2]")],
        stages(*PER_RUN, runs=["waveforms/matched/2", "waveforms/stacked/2"])
        | comparison("matched", "stacked")
        | TABLES,
    ),
    "a seed removed": ([(SMOKE, "seeds: [0, 1]", "seeds: [0]")], comparison("matched", "stacked") | TABLES),
    "how kernels are compared": (
        [(SMOKE, "draws: 20", "draws: 30")],
        comparison("matched", "stacked") | {"compare_architectures waveforms"} | COST,
    ),
    "the colours": (
        [(CONFIG, "colour_map: RdBu_r", "colour_map: gray")],
        stages("draw_montage", "draw_featuremaps", "make_movie")
        | {"draw_matched waveforms/matched", "draw_matched waveforms/stacked", "compare_architectures waveforms"}
        | COST,
    ),
    "the dataset": (
        [(SMOKE, "train_images: 240", "train_images: 230")],
        EVERY_TRAINING | {"make_dataset waveforms", "draw_samples waveforms"},
    ),
    "the definition of a dataset that is not selected": (
        [(CONFIG, "datasets:\n  waveforms:\n", "datasets:\n  other: {noise: [0.0, 0.1]}\n  waveforms:\n")],
        set(),
    ),
}


@pytest.mark.parametrize("change", ROWS)
def test_a_change_reruns_exactly_what_depends_on_it(project, change):
    edits, expected = ROWS[change]
    for edit in edits:
        project.edit(*edit)
    assert project.jobs() == expected


def test_keys_in_another_order_rerun_nothing(project):
    lines = (project.folder / CONFIG).read_text().splitlines()
    start, end = lines.index("movie:"), len(lines)
    moved = [*lines[start:end], "", *lines[:start]]
    at = next(i for i, line in enumerate(moved) if line.startswith("  hold_first"))
    moved[at - 1], moved[at] = moved[at], moved[at - 1]
    (project.folder / CONFIG).write_text("\n".join(moved) + "\n")
    assert project.jobs() == set()


def test_touching_every_file_reruns_nothing(project):
    later = time.time() + 60
    for path in project.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path, (later, later))
    assert project.jobs() == set()


def test_a_deleted_picture_is_drawn_again_and_nothing_else(project):
    (project.folder / "results/smoke/runs/waveforms/matched/seed1/montage.png").unlink()
    assert project.jobs() == {"draw_montage waveforms/matched/1", "write_cost"}


def test_a_new_version_of_a_library_reruns_what_imports_it(project, tmp_path):
    info = tmp_path / "site" / "imageio_ffmpeg-99.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: imageio-ffmpeg\nVersion: 99.0\n")
    assert project.jobs(python_path=str(info.parent)) == stages("make_movie") | COST


def test_one_file_can_be_named_and_only_its_chain_runs(fresh):
    target = "results/smoke/runs/waveforms/matched/seed1/montage.png"
    chain = stages("train_network", "extract_kernels", "draw_montage", runs=["waveforms/matched/1"])
    assert fresh.jobs(target) == chain | {"make_dataset waveforms"}


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("dataset", {"make_dataset waveforms", "draw_samples waveforms"}),
        ("train", {"make_dataset waveforms"} | stages("train_network")),
        ("kernels", {"make_dataset waveforms"} | stages("train_network", "extract_kernels")),
        ("movies", {"make_dataset waveforms"} | stages("train_network", "extract_kernels", "make_movie")),
    ],
)
def test_a_stage_can_be_named(fresh, stage, expected):
    assert fresh.jobs(stage) - {stage} == expected

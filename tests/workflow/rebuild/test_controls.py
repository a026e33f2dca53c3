"""What runs for control trainings, and what reruns when a control is selected, changed or left out."""

from collections import Counter

import pytest
from projects import copied, link
from rebuilding import (
    ACROSS_SEEDS,
    FROM_KERNELS_OF_RUN,
    N_RESAMPLES,
    PER_RUN,
    READERS,
    RESULTS,
    SMOKE,
    TABLES,
    TRAINED,
    judged,
    matched,
    new_seed,
    stages,
    whole,
)
from tiers import THOROUGH, rows

BEFORE = "architectures:\n  templates:\n"
SHUFFLED = BEFORE.replace("  templates", "  shuffled: {of: templates, control: random_labels}\n  templates")
SELECTED = (SMOKE, "[templates, stacked]", "[templates, stacked, shuffled]")
SIDE_BY_SIDE = "network: templates, kernels: 6, kernel_size: 9, stride: 1"


def labeled_by_lot(*archs, seeds=(0, 1)):
    """Return the jobs that read kernels of random-label controls of some architectures, and their dependents."""
    runs = [f"waveforms/{arch}/{seed}" for arch in archs for seed in seeds]
    return (
        stages("measure_kernels", "draw_measures", runs=runs)
        | judged(*archs, seeds=seeds)
        | matched(*archs, rules=["compare_settling", "compare_seeds", "draw_agreement", "write_seed_tests"])
        | matched(*archs, rules=["find_types", "draw_vocabulary", "draw_matched"])
    )


def definition(text):
    return (SMOKE, BEFORE, BEFORE.replace("  templates", f"  {text}\n  templates"))


TESTED = matched("stacked", rules=["write_seed_tests"])
NEW = {  # a control is added to a finished experiment
    "of random labels": (
        whole("shuffled") | labeled_by_lot("templates"),
        definition("shuffled: {of: templates, control: random_labels}"),
    ),
    "of random labels, written out": (
        whole("shuffled") | labeled_by_lot("templates"),
        definition(f"shuffled: {{{SIDE_BY_SIDE}, control: random_labels}}"),
    ),
    "of random labels, with another training": (
        whole("shuffled"),
        definition(f"shuffled: {{{SIDE_BY_SIDE}, control: random_labels, training: {{epochs: 2}}}}"),
    ),
    "of random labels, of an architecture that is not selected": (
        whole("shuffled"),
        definition("shuffled: {of: cnnkernels, control: random_labels}"),
    ),
    "of frozen layers": (whole("shuffled") | TESTED, definition("shuffled: {of: stacked, control: frozen}")),
    "of scrambled phases": (
        whole("shuffled") | TESTED,
        definition("shuffled: {of: stacked, control: phase_scrambled}"),
    ),
    "that is none": (whole("shuffled"), definition(f"shuffled: {{{SIDE_BY_SIDE}, control: none}}")),
}
IN_PLACE = (  # an architecture becomes a control itself
    whole("templates"),
    (SMOKE, "    kernel_size: 9", "    kernel_size: 9\n    control: random_labels"),
)


@pytest.mark.parametrize("row", rows(NEW, "of random labels", "of scrambled phases"))
def test_a_new_control_reruns_only_what_it_is_held_against(linked, row):
    expected, *edits = NEW[row]
    assert linked.jobs_after(edits) == set()
    assert linked.jobs_after([SELECTED]) == expected


def test_an_architecture_that_becomes_a_control_is_trained_again(linked):
    expected, *edits = IN_PLACE
    assert linked.jobs_after(edits) == expected


@pytest.fixture(scope="module")
def finished(smoke, tmp_path_factory):
    """Return a finished experiment with a random-labels control, which tests must not change."""
    project = copied(smoke.folder, tmp_path_factory.mktemp("controls") / "project")
    expected = whole("shuffled") | labeled_by_lot("templates")
    assert project.jobs_after([(SMOKE, BEFORE, SHUFFLED), SELECTED]) == expected
    done = project.snakemake("--configfile", SMOKE)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def controlled(finished, tmp_path):
    return copied(finished.folder, tmp_path / "project", link)


BOTH = whole("templates") | whole("shuffled")
CHANGED = {
    "nothing": (set(),),
    "the control no more": (
        labeled_by_lot("templates") | TABLES,
        (SMOKE, "[templates, stacked, shuffled]", "[templates, stacked]"),
    ),
    "the real one no more": (TABLES, (SMOKE, "[templates, stacked, shuffled]", "[shuffled, stacked]")),
    "the other order": (READERS, (SMOKE, "[templates, stacked, shuffled]", "[shuffled, stacked, templates]")),
    "the control of another": (
        whole("shuffled") | labeled_by_lot("templates", "stacked"),
        (SMOKE, "of: templates", "of: stacked"),
    ),
    "another control": (
        whole("shuffled") | labeled_by_lot("templates"),
        (SMOKE, "control: random_labels", "control: frozen"),
    ),
    "a setting of the real one": (BOTH, (SMOKE, "    kernel_size: 9", "    kernel_size: 11")),
    "a training setting of the real one": (
        BOTH,
        (SMOKE, "    kernel_size: 9", "    kernel_size: 9\n    training: {epochs: 2}"),
    ),
    "a setting of an architecture without a control": (whole("stacked"), (SMOKE, "widths: [6, 8]", "widths: [8, 6]")),
    "a training setting of all": (TRAINED | whole("shuffled"), (SMOKE, "batch_size: 40", "batch_size: 30")),
    "draws of the comparison": (
        N_RESAMPLES
        | matched("shuffled", rules=["match_kernels", "draw_matched", "compare_seeds", "draw_agreement"])
        | matched("shuffled", rules=["write_seed_tests"]),
        (SMOKE, "  n_resamples: 20", "  n_resamples: 30"),
    ),
    "a seed more": (
        new_seed(2) | new_seed(2, "shuffled") | labeled_by_lot("templates"),
        (SMOKE, "seeds: [0, 1]", "seeds: [0, 1, 2]"),
    ),
    "a seed less": (
        judged("templates", "stacked", "shuffled", seeds=[0])
        | matched("templates", "stacked", "shuffled")
        | labeled_by_lot("templates", seeds=[0])
        | TABLES,
        (SMOKE, "seeds: [0, 1]", "seeds: [0]"),
    ),
}


@THOROUGH
@pytest.mark.parametrize("row", CHANGED)
def test_a_change_reruns_exactly_what_depends_on_it(controlled, row):
    expected, *edits = CHANGED[row]
    assert controlled.jobs_after(edits) == expected


@THOROUGH
def test_kernels_of_a_control_edited_by_hand_rerun_what_every_seed_of_the_real_one_is_held_against(controlled):
    controlled.append(f"{RESULTS}/runs/waveforms/shuffled/seed1/kernels.npz", "edited")
    direct = stages(*FROM_KERNELS_OF_RUN, runs=["waveforms/shuffled/1"]) | judged("shuffled") | matched("shuffled")
    assert controlled.jobs() == direct | labeled_by_lot("templates") | TABLES - {
        "compare_runs waveforms",
        "draw_similarity waveforms",
    }


@THOROUGH
def test_of_a_finished_experiment_with_a_control_all_is_as_it_should_be(controlled):
    assert controlled.findings() == set()


CONTROLS = ("--configfile", "config/controls.yaml")


@THOROUGH
def test_the_experiment_of_all_controls_is_planned_as_a_whole(fresh):
    """Plan two networks with three controls each, and six seeds, three of them with movies and atlases."""
    counts = Counter(job.split()[0] for job in fresh.jobs(config=CONTROLS))
    assert counts == {
        **dict.fromkeys(PER_RUN, 8 * 6),
        **dict.fromkeys(["make_movie", "draw_atlas"], 8 * 3),
        **dict.fromkeys([*ACROSS_SEEDS, "correlate_initial"], 8),
        **dict.fromkeys(["make_dataset", "draw_samples", "compare_architectures", "draw_architectures"], 1),
        **dict.fromkeys(["compare_runs", "draw_similarity"], 1),
        **dict.fromkeys(["write_summary", "write_statements", "write_findings", "write_page"], 1),
        **dict.fromkeys(["write_cost", "write_notes"], 1),
    }


def test_only_a_real_training_is_measured_against_its_own_random_labels(fresh):
    """Check that measures read the random-label kernels of every seed, and no other control."""
    runs = "results/controls/runs/waveforms"
    first = {"make_dataset waveforms"}
    of_run = {f"{rule} waveforms/stacked/1" for rule in ("train_network", "extract_kernels", "measure_kernels")}
    labels = stages(
        *("train_network", "extract_kernels"), runs=[f"waveforms/stacked_random_labels/{seed}" for seed in range(6)]
    )
    assert fresh.jobs(f"{runs}/stacked/seed1/measures.csv", config=CONTROLS) == first | of_run | labels
    alone = fresh.jobs(f"{runs}/stacked_frozen/seed1/measures.csv", config=CONTROLS)
    assert alone == first | {job.replace("stacked", "stacked_frozen") for job in of_run}

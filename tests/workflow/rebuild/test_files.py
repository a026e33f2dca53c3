"""What reruns when files are deleted, edited or requested: the exact set of jobs."""

import pytest
from rebuilding import (
    ACROSS_SEEDS,
    ALL,
    ARCHS,
    COMPARED,
    COST,
    DATASET,
    FINDINGS,
    NAMED,
    NOTES,
    PAGE,
    PER_RUN,
    RESULTS,
    RUN,
    SIMILARITY,
    SUMMARY,
    TABLES,
    again,
    judged,
    matched,
    named,
    stages,
)
from tiers import rows

PAIR = f"{RESULTS}/compare/waveforms/templates"
THIS = ["waveforms/templates/1"]
JUDGED, POOLED = judged("templates"), matched("templates", rules=["pool_nulls"])
MATCHED = matched("templates", rules=ACROSS_SEEDS)
CORRELATED = matched("templates", rules=["correlate_initial"]) | FINDINGS
DRAW_MATCHED = matched("templates", rules=["draw_matched"])
SETTLING = matched("templates", rules=["compare_settling"]) | FINDINGS
DRAWN_TYPES = matched("templates", rules=["draw_vocabulary", "draw_matched"]) | COST
DRAWN_AGREEMENT = matched("templates", rules=["draw_agreement"]) | COST
FIND_TYPES = matched("templates", rules=["find_types"]) | DRAWN_TYPES | FINDINGS
SEED_TESTS = matched("templates", rules=["write_seed_tests"]) | FINDINGS
COMPARE_SEEDS = matched("templates", rules=["compare_seeds"]) | DRAWN_AGREEMENT | SEED_TESTS
TRAINED = stages(*PER_RUN, runs=THIS) | JUDGED | MATCHED | CORRELATED | TABLES
FROM_KERNELS = stages("draw_montage", "make_movie", "measure_kernels", "draw_measures", runs=THIS)
FROM_KERNELS |= stages("draw_pixels", runs=THIS) | JUDGED
FROM_KERNELS |= MATCHED | CORRELATED | COMPARED | SUMMARY | COST
EXTRACTED = stages("extract_kernels", "probe_kernels", runs=THIS) | FROM_KERNELS | SIMILARITY
ATLAS = stages("write_atlas", *NAMED, runs=THIS) | FIND_TYPES | FINDINGS | COST
DRAWN_ATLAS = stages("draw_atlas", runs=THIS) | COST
PROBED = ATLAS | COMPARE_SEEDS | SIMILARITY  # jobs that depend on probes.npz
PROBES = (
    *("selectivity.csv", "ablation.csv", "features.csv", "tuning.csv", "subspace_fit.csv"),
    *("probes.npz", "response_nulls.npz"),
)
AGREEMENT = ("energy.csv", "energy_agreement.csv", "cka.csv")
DRAWN = ("png", "pdf")

DELETED = {  # file -> the job that makes it, and all jobs that depend on that job
    f"{RESULTS}/data/waveforms/images.npz": ALL,
    f"{RESULTS}/data/waveforms/parameters.csv": ALL,
    f"{RESULTS}/data/waveforms/.manifest/make_dataset.json": ALL,
    f"{RESULTS}/data/waveforms/samples.png": again("draw_samples"),
    f"{RUN}/snapshots.npz": TRAINED,
    f"{RUN}/history.csv": TRAINED,
    f"{RUN}/run.json": TRAINED,
    f"{RUN}/.manifest/train_network.json": TRAINED,
    f"{RUN}/kernels.npz": EXTRACTED,
    f"{RUN}/kernels.csv": EXTRACTED,
    f"{RUN}/decay.csv": EXTRACTED,
    f"{RUN}/montage.png": stages("draw_montage", runs=THIS) | COST,
    f"{RUN}/.manifest/draw_montage.json": stages("draw_montage", runs=THIS) | COST,
    f"{RUN}/history.png": stages("draw_history", runs=THIS) | COST,
    f"{RUN}/featuremaps.png": stages("draw_featuremaps", runs=THIS) | COST,
    f"{RUN}/movie.mp4": stages("make_movie", runs=THIS) | COST,
    f"{RUN}/movie.gif": stages("make_movie", runs=THIS) | COST,
    f"{RUN}/movie.html": stages("make_movie", runs=THIS) | COST,
    **{
        f"{RUN}/{name}": stages("measure_kernels", "draw_measures", runs=THIS) | SETTLING | ATLAS | JUDGED
        for name in ("measures.csv", "nulls.npz")
    },
    f"{RUN}/kernel_tests.csv": stages("judge_kernels", runs=THIS) | ATLAS,
    f"{RUN}/measures.png": stages("draw_measures", runs=THIS) | COST,
    f"{RUN}/settling.png": stages("draw_measures", runs=THIS) | COST,
    **{f"{RUN}/{name}": stages("probe_kernels", runs=THIS) | PROBED | JUDGED for name in PROBES},
    f"{RUN}/pixels.npz": stages("project_kernels", "draw_pixels", runs=THIS) | DRAWN_ATLAS | PAGE,
    f"{RUN}/predictions.csv": stages("predict_images", runs=THIS) | COST | PAGE,
    f"{RUN}/pixels.png": stages("draw_pixels", runs=THIS) | COST,
    f"{RUN}/atlas.png": DRAWN_ATLAS,
    f"{RUN}/atlas.csv": ATLAS,
    f"{PAIR}/matches.csv": matched("templates", rules=["match_kernels"]) | DRAW_MATCHED | COMPARED | COST,
    f"{PAIR}/pairs.csv": matched("templates", rules=["match_kernels"]) | DRAW_MATCHED | COMPARED | COST,
    f"{PAIR}/settling.csv": SETTLING | COST,
    f"{PAIR}/pooled_nulls.npz": JUDGED | FIND_TYPES | COST,
    **{f"{PAIR}/{name}": FIND_TYPES | COST for name in ("vocabulary.csv", "types.csv")},
    **{f"{PAIR}/vocabulary.{kind}": matched("templates", rules=["draw_vocabulary"]) | COST for kind in DRAWN},
    f"{PAIR}/seed_tests.csv": SEED_TESTS | COST,
    **{f"{PAIR}/matched.{kind}": DRAW_MATCHED | COST for kind in DRAWN},
    **{f"{PAIR}/agreement.{kind}": DRAWN_AGREEMENT for kind in DRAWN},
    f"{PAIR}/initial_correlation.csv": CORRELATED | COST,
    **{f"{PAIR}/{name}": COMPARE_SEEDS | COST for name in AGREEMENT},
    f"{RESULTS}/compare/waveforms/architectures.csv": again("compare_architectures"),
    **{f"{RESULTS}/compare/waveforms/architectures.{kind}": again("draw_architectures") for kind in DRAWN},
    f"{RESULTS}/compare/waveforms/similarity.csv": SIMILARITY | COST,
    **{f"{RESULTS}/compare/waveforms/similarity.{kind}": again("draw_similarity") for kind in DRAWN},
    f"{RESULTS}/summary.csv": SUMMARY,
    f"{RESULTS}/.manifest/write_summary.json": SUMMARY,
    f"{RESULTS}/statements.csv": FINDINGS,
    f"{RESULTS}/findings.md": again("write_findings"),
    f"{RESULTS}/index.html": PAGE,
    f"{RESULTS}/cost.csv": again("write_cost"),
    f"{RESULTS}/notes.csv": NOTES,
    f"{RESULTS}/logs/draw_history/waveforms/templates/seed1.log": set(),
}
EDITED = {  # file -> the jobs that depend on it; the file itself is not made again
    f"{RESULTS}/data/waveforms/images.npz": ALL - {"make_dataset waveforms"},
    f"{RESULTS}/data/waveforms/parameters.csv": again("probe_kernels"),
    f"{RUN}/snapshots.npz": EXTRACTED
    | stages("draw_featuremaps", "probe_kernels", "predict_images", "project_kernels", runs=THIS)
    | SIMILARITY,
    f"{RUN}/history.csv": stages("draw_history", "make_movie", runs=THIS) | COST | FINDINGS,
    f"{RUN}/run.json": EXTRACTED | stages("draw_history", "draw_featuremaps", runs=THIS) | MATCHED | TABLES,
    f"{RUN}/decay.csv": stages("draw_montage", "make_movie", "measure_kernels", "draw_measures", runs=THIS)
    | stages("probe_kernels", runs=THIS)
    | PROBED
    | JUDGED
    | SETTLING
    | CORRELATED
    | COMPARED
    | SUMMARY,
    f"{RUN}/kernels.npz": FROM_KERNELS,
    f"{RUN}/measures.csv": stages("draw_measures", runs=THIS) | SETTLING | ATLAS,
    **{f"{RUN}/{name}.csv": ATLAS for name in ("ablation", "features", "tuning", "kernel_tests")},
    **{f"{RUN}/{name}.npz": JUDGED | FIND_TYPES | COST for name in ("nulls", "response_nulls")},
    f"{PAIR}/pooled_nulls.npz": (JUDGED - POOLED) | FIND_TYPES | COST,
    f"{RUN}/predictions.csv": PAGE,
    f"{RUN}/probes.npz": DRAWN_ATLAS | COMPARE_SEEDS | SIMILARITY,
    f"{RUN}/pixels.npz": stages("draw_pixels", runs=THIS) | DRAWN_ATLAS | PAGE,
    f"{RUN}/atlas.csv": ATLAS - stages("write_atlas", runs=THIS),
    f"{PAIR}/matches.csv": DRAW_MATCHED | PAGE | COST,
    f"{PAIR}/pairs.csv": DRAW_MATCHED | COMPARED | COST,
    f"{PAIR}/cka.csv": SEED_TESTS | DRAWN_AGREEMENT,
    f"{PAIR}/energy_agreement.csv": SEED_TESTS | PAGE | COST,
    f"{RESULTS}/compare/waveforms/similarity.csv": again("draw_similarity") | PAGE,
    f"{RESULTS}/summary.csv": FINDINGS,
    f"{RESULTS}/statements.csv": {"write_findings"} | PAGE,
    f"{PAIR}/types.csv": DRAWN_TYPES | PAGE,
    f"{PAIR}/vocabulary.csv": DRAWN_TYPES | FINDINGS,
    f"{PAIR}/energy.csv": DRAWN_AGREEMENT | PAGE,
    **{f"{PAIR}/{name}.csv": FINDINGS for name in ("settling", "seed_tests", "initial_correlation")},
    **{f"workflow/page/{name}": PAGE for name in ("page.html", "page.css", "data.js", "views/kernel.js")},
    f"{RESULTS}/logs/draw_history/waveforms/templates/seed1.tsv": again("write_cost"),
}
LAST = [  # files that no job reads
    f"{RESULTS}/data/waveforms/samples.png",
    *(f"{RUN}/{name}" for name in ("kernels.csv", "montage.png", "history.png", "featuremaps.png")),
    *(f"{RUN}/{name}.csv" for name in ("selectivity", "subspace_fit")),
    f"{RESULTS}/compare/waveforms/architectures.csv",
    *(f"{RUN}/movie.{kind}" for kind in ("mp4", "gif", "html")),
    *(f"{RUN}/{name}.png" for name in ("measures", "settling", "pixels", "atlas")),
    *(f"{PAIR}/{name}.{kind}" for name in ("matched", "agreement", "vocabulary") for kind in DRAWN),
    *(f"{RESULTS}/compare/waveforms/{name}.{kind}" for name in ("architectures", "similarity") for kind in DRAWN),
    *(f"{RESULTS}/{name}" for name in ("findings.md", "index.html", "cost.csv", "notes.csv")),
]
ASKED = {  # requests in the finished experiment -> jobs
    "a file that is up to date": ([f"{RUN}/movie.mp4"], set()),
    "that file with -f": (["-f", f"{RUN}/movie.mp4"], stages("make_movie", runs=THIS)),
    "a file with -f that others are made from": (["-f", f"{RUN}/kernels.npz"], stages("extract_kernels", runs=THIS)),
    "a file with --forcerun": (["--forcerun", f"{RUN}/montage.png"], stages("draw_montage", runs=THIS) | COST),
    "a file with --forcerun that others are made from": (["--forcerun", f"{RUN}/kernels.npz"], EXTRACTED),
    "a stage with --forcerun": (["--forcerun", "draw_history"], again("draw_history")),
    "everything with --forceall": (["--forceall"], ALL),
}
STATED = (  # the jobs behind the statements
    {"make_dataset waveforms", "write_summary", "write_statements"}
    | stages("train_network", "extract_kernels", "measure_kernels", "probe_kernels", "judge_kernels", "write_atlas")
    | matched(*ARCHS, rules=["compare_settling", "find_types", "compare_seeds", "write_seed_tests"])
    | matched(*ARCHS, rules=["correlate_initial", "pool_nulls"])
)
TARGETS = {  # target in a fresh copy -> jobs
    "all": ALL,
    "dataset": DATASET,
    "train": {"make_dataset waveforms"} | stages("train_network"),
    "kernels": {"make_dataset waveforms"} | stages("train_network", "extract_kernels"),
    "movies": {"make_dataset waveforms"}
    | stages("train_network", "extract_kernels", "measure_kernels", "probe_kernels", "judge_kernels", "write_atlas")
    | stages("make_movie")
    | matched(*ARCHS, rules=["pool_nulls"]),
    "measures": {"make_dataset waveforms"}
    | stages("train_network", "extract_kernels", "measure_kernels", "draw_measures", "probe_kernels", "judge_kernels")
    | matched(*ARCHS, rules=["compare_settling", "pool_nulls"]),
    "probes": {"make_dataset waveforms"}
    | stages("train_network", "extract_kernels", "measure_kernels")
    | stages("probe_kernels", "predict_images", "judge_kernels", "project_kernels", "draw_pixels")
    | stages("write_atlas", "draw_atlas")
    | matched(*ARCHS, rules=["pool_nulls"]),
    "compare": ALL - FINDINGS,  # its table of costs needs all other stages
    "findings": STATED | {"write_findings"},
    "page": STATED
    | stages("project_kernels", "predict_images")
    | matched(*ARCHS, rules=["match_kernels"])
    | {"compare_runs waveforms", "write_page"},
    f"{RUN}/montage.png": {"make_dataset waveforms"} | named("templates", 1) | stages("draw_montage", runs=THIS),
}


@pytest.mark.parametrize(
    "path",
    rows(
        DELETED, f"{RESULTS}/data/waveforms/images.npz", f"{RUN}/kernels.npz", f"{RUN}/movie.gif", f"{PAIR}/pairs.csv"
    ),
)
def test_a_deleted_file_reruns_its_job_and_what_hangs_on_it(linked, path):
    (linked.folder / path).unlink()
    assert linked.jobs() == DELETED[path]


@pytest.mark.parametrize(
    "path", rows(EDITED, f"{RUN}/snapshots.npz", f"{RUN}/history.csv", f"{PAIR}/matches.csv", "workflow/page/page.css")
)
def test_a_file_edited_by_hand_reruns_what_is_made_from_it(linked, path):
    linked.append(path, "edited")
    assert linked.jobs() == EDITED[path]


def test_last_files_edited_by_hand_rerun_nothing_and_verify_names_them(linked):
    assert linked.findings() == set()
    for path in LAST:
        linked.append(path, "edited")
    assert linked.jobs() == set()
    assert linked.findings() == {("edited", path) for path in LAST}


NEW_OF_PAGE = [("more.js", PAGE), ("views/more.js", PAGE), ("notes.txt", set())]


@pytest.mark.parametrize(("name", "expected"), rows(NEW_OF_PAGE, *NEW_OF_PAGE[1:]))
def test_a_new_file_of_the_page_reruns_it_alone_and_only_if_the_page_takes_it(linked, name, expected):
    (linked.folder / "workflow/page" / name).write_text("// more")
    assert linked.jobs() == expected


@pytest.mark.parametrize(
    "row", rows(ASKED, "a file that is up to date", "a file with --forcerun that others are made from")
)
def test_what_is_asked_for_is_what_runs(linked, row):
    arguments, expected = ASKED[row]
    assert linked.jobs(*arguments) == expected


@pytest.mark.parametrize("target", rows(TARGETS, "probes", f"{RUN}/montage.png"))
def test_a_fresh_copy_runs_what_its_target_needs(fresh, target):
    assert fresh.jobs(target) - {target} == TARGETS[target]

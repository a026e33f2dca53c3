"""Vocabulary of the rebuild tables: sets of jobs of the smoke experiment, written as `rule` or `rule wildcard/...`."""

SCRIPTS = "workflow/scripts/"
LIBRARY = SCRIPTS + "kernelscope/"
CONFIG, SMOKE = "config/config.yaml", "config/smoke.yaml"
RESULTS = "results/smoke"
RUN = f"{RESULTS}/runs/waveforms/templates/seed1"

ARCHS = ("templates", "stacked")
RUNS = [f"waveforms/{arch}/{seed}" for arch in ARCHS for seed in (0, 1)]
PER_RUN = (
    *("train_network", "extract_kernels", "draw_montage", "draw_history", "draw_featuremaps", "make_movie"),
    *("measure_kernels", "draw_measures", "probe_kernels", "judge_kernels", "project_kernels", "draw_pixels"),
    *("write_atlas", "draw_atlas", "predict_images"),
)
NOTES = {"write_notes"}  # reads the notes of every other job
COST = {"write_cost"} | NOTES  # reads the cost of every other stage
PAGE = {"write_page"} | NOTES  # reads nearly everything; only its notes are read, and its cost is not recorded
FINDINGS = {"write_statements", "write_findings"} | PAGE  # from the last tables of all stages
READERS = {"write_findings"} | PAGE  # say the order of the architectures
COMPARED = {"compare_architectures waveforms", "draw_architectures waveforms"} | PAGE
SIMILARITY = {"compare_runs waveforms", "draw_similarity waveforms"} | PAGE
NAMED = "draw_montage", "draw_featuremaps", "make_movie", "draw_pixels", "draw_atlas"  # figures with names of kernels
SUMMARY = {"write_summary"} | FINDINGS
TABLES = SUMMARY | COMPARED | SIMILARITY | COST


def stages(*names, runs=RUNS):
    return {f"{name} {run}" for name in names for run in runs}


ACROSS_SEEDS = (
    *("compare_settling", "match_kernels", "draw_matched", "find_types", "write_seed_tests", "compare_seeds"),
    *("draw_vocabulary", "draw_agreement", "pool_nulls"),
)


FROM_KERNELS_OF_RUN = (  # rules that read kernels.npz of their run and nothing of other seeds
    *("draw_montage", "make_movie", "measure_kernels", "draw_measures", "draw_pixels", "write_atlas", "draw_atlas"),
)


def matched(*archs, rules=(*ACROSS_SEEDS, "correlate_initial")):
    """Return the comparison across seeds of some architectures."""
    return {f"{rule} waveforms/{arch}" for rule in rules for arch in archs}


def whole(arch, seeds=(0, 1)):
    """Return all jobs that depend on the training of an architecture."""
    return stages(*PER_RUN, runs=[f"waveforms/{arch}/{seed}" for seed in seeds]) | matched(arch) | TABLES


def named(arch, seed, seeds=(0, 1)):
    """Return the jobs behind a table with names of kernels: they are judged by the null kernels of all seeds."""
    all_seeds, this = ([f"waveforms/{arch}/{number}" for number in numbers] for numbers in (seeds, [seed]))
    chain = stages("train_network", "extract_kernels", "measure_kernels", "probe_kernels", runs=all_seeds)
    return chain | matched(arch, rules=["pool_nulls"]) | stages("judge_kernels", "write_atlas", runs=this)


def judged(*archs, seeds=(0, 1)):
    """Return the jobs that depend on the null kernels of some architectures, which are those of all their seeds."""
    runs = [f"waveforms/{arch}/{seed}" for arch in archs for seed in seeds]
    return matched(*archs, rules=["pool_nulls"]) | stages("judge_kernels", "write_atlas", *NAMED, runs=runs)


def new_seed(seed, *archs, beside=(0, 1)):
    """Return all jobs that a new seed of some architectures adds beside other seeds, by default of all."""
    archs = archs or ARCHS
    added = stages(*PER_RUN, runs=[f"waveforms/{arch}/{seed}" for arch in archs])
    return added | judged(*archs, seeds=beside) | matched(*archs) | TABLES


JUDGED = judged(*ARCHS)
CORRELATED = matched(*ARCHS, rules=["correlate_initial"]) | FINDINGS
MATCHED = matched(*ARCHS, rules=ACROSS_SEEDS)
DRAW_MATCHED = matched(*ARCHS, rules=["draw_matched"])
SETTLING = matched(*ARCHS, rules=["compare_settling"]) | FINDINGS
FIND_TYPES = matched(*ARCHS, rules=["find_types", "draw_vocabulary", "draw_matched"]) | FINDINGS
SEED_TESTS = matched(*ARCHS, rules=["write_seed_tests"]) | FINDINGS
COMPARE_SEEDS = matched(*ARCHS, rules=["compare_seeds", "draw_agreement"]) | SEED_TESTS
TRAINED = whole("templates") | whole("stacked")
DATASET = {"make_dataset waveforms", "draw_samples waveforms"}
ALL = DATASET | TRAINED

# What runs again when a rule does: its jobs and everything downstream.
AGAIN = {
    "make_dataset": ALL,
    "read_dataset": set(),  # the images are drawn here
    "draw_samples": {"draw_samples waveforms"} | COST,
    "train_network": TRAINED,
    "train_group": set(),  # no seeds are trained together here
    "import_kernels": set(),  # no kernels are pretrained
    "train_cdbn": set(),  # and no network learns without labels
    "describe_bases": set(),
    "compare_bases": set(),
    "draw_bases": set(),
    "draw_pretrained": set(),
    "measure_layers": set(),
    "probe_model": set(),
    "extract_kernels": stages("extract_kernels", "draw_montage", "make_movie")
    | stages("measure_kernels", "judge_kernels", "draw_measures", "write_atlas", *NAMED)
    | stages("probe_kernels")
    | MATCHED
    | CORRELATED
    | COMPARED
    | SIMILARITY
    | SUMMARY
    | COST,
    "draw_montage": stages("draw_montage") | COST,
    "draw_history": stages("draw_history") | COST,
    "draw_featuremaps": stages("draw_featuremaps") | COST,
    "make_movie": stages("make_movie") | COST,
    "measure_kernels": stages("measure_kernels", "draw_measures") | JUDGED | SETTLING | FIND_TYPES | COST,
    "compare_settling": SETTLING | COST,
    "pool_nulls": JUDGED | FIND_TYPES | COST,
    "judge_kernels": stages("judge_kernels", "write_atlas", *NAMED) | FIND_TYPES | COST,
    "draw_measures": stages("draw_measures") | COST,
    "probe_kernels": stages("probe_kernels") | JUDGED | FIND_TYPES | COMPARE_SEEDS | SIMILARITY | COST,
    "project_kernels": stages("project_kernels", "draw_pixels", "draw_atlas") | COST | PAGE,
    "predict_images": stages("predict_images") | COST | PAGE,
    "draw_pixels": stages("draw_pixels") | COST,
    "write_atlas": stages("write_atlas", *NAMED) | FIND_TYPES | FINDINGS | COST,
    "draw_atlas": stages("draw_atlas") | COST,
    "match_kernels": matched(*ARCHS, rules=["match_kernels", "draw_matched"]) | COMPARED | COST,
    "draw_matched": DRAW_MATCHED | COST,
    "correlate_initial": CORRELATED | COST,
    "find_types": FIND_TYPES | COST,
    "write_seed_tests": SEED_TESTS | COST,
    "compare_seeds": COMPARE_SEEDS | COST,
    "draw_vocabulary": matched(*ARCHS, rules=["draw_vocabulary"]) | COST,
    "draw_agreement": matched(*ARCHS, rules=["draw_agreement"]) | COST,
    "compare_architectures": {"compare_architectures waveforms"} | COST,
    "draw_architectures": {"draw_architectures waveforms"} | COST,
    "compare_runs": SIMILARITY | COST,
    "draw_similarity": {"draw_similarity waveforms"} | COST,
    "draw_factors": set(),
    "compare_factors": set(),  # nothing is varied here
    "compare_draws": set(),  # no dataset is a second draw of another
    "draw_towers": set(),
    "compare_towers": set(),  # and no network has towers
    "draw_kinds": set(),
    "sort_kernels": set(),  # and no images are crops
    "write_summary": SUMMARY,
    "write_statements": FINDINGS,
    "write_findings": {"write_findings"} | NOTES,
    "write_page": PAGE,
    "write_cost": {"write_cost"},
    "write_notes": NOTES,
}


def again(*rules):
    return set().union(*(AGAIN[rule] for rule in rules))


N_RESAMPLES = again("match_kernels", "compare_seeds", "compare_runs")  # the rules that use comparison.n_resamples
SIZED = again(
    *("draw_samples", "draw_montage", "draw_history", "draw_featuremaps", "draw_measures", "draw_pixels", "draw_atlas"),
    *("draw_matched", "draw_vocabulary", "draw_agreement", "draw_architectures", "draw_similarity"),
)
COLORED = again(
    *("draw_montage", "draw_featuremaps", "make_movie", "draw_pixels", "draw_atlas"),
    *("draw_matched", "draw_vocabulary", "draw_architectures", "write_page"),
)

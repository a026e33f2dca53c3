"""The words of the rebuild tables: sets of jobs of the smoke experiment, written as `rule` or `rule wildcard/...`."""

SCRIPTS = "workflow/scripts/"
LIBRARY = SCRIPTS + "kernelscope/"
CONFIG, SMOKE = "config/config.yaml", "config/smoke.yaml"
RESULTS = "results/smoke"
RUN = f"{RESULTS}/runs/waveforms/matched/seed1"

ARCHS = ("matched", "stacked")
RUNS = [f"waveforms/{arch}/{seed}" for arch in ARCHS for seed in (0, 1)]
PER_RUN = ("train_network", "extract_kernels", "draw_montage", "draw_history", "draw_featuremaps", "make_movie")
COST = {"write_cost"}  # reads what every other stage cost
COMPARED = {"compare_architectures waveforms"}
SUMMARY = {"write_summary"}
TABLES = SUMMARY | COMPARED | COST


def stages(*names, runs=RUNS):
    return {f"{name} {run}" for name in names for run in runs}


def matched(*archs, rules=("match_kernels", "draw_matched")):
    return {f"{rule} waveforms/{arch}" for rule in rules for arch in archs}


def whole(arch, seeds=(0, 1)):
    """All that hangs on the training of one architecture."""
    return stages(*PER_RUN, runs=[f"waveforms/{arch}/{seed}" for seed in seeds]) | matched(arch) | TABLES


def new_seed(seed):
    """All that another seed brings."""
    return stages(*PER_RUN, runs=[f"waveforms/{arch}/{seed}" for arch in ARCHS]) | MATCHED | TABLES


MATCHED = matched(*ARCHS)
DRAW_MATCHED = matched(*ARCHS, rules=["draw_matched"])
TRAINED = whole("matched") | whole("stacked")
EXTRACTED = TRAINED - stages("train_network", "draw_history", "draw_featuremaps")
DATASET = {"make_dataset waveforms", "draw_samples waveforms"}
ALL = DATASET | TRAINED

# What runs again when a rule does: its own jobs and everything downstream of them.
AGAIN = {
    "make_dataset": ALL,
    "draw_samples": {"draw_samples waveforms"} | COST,
    "train_network": TRAINED,
    "extract_kernels": EXTRACTED,
    "draw_montage": stages("draw_montage") | COST,
    "draw_history": stages("draw_history") | COST,
    "draw_featuremaps": stages("draw_featuremaps") | COST,
    "make_movie": stages("make_movie") | COST,
    "match_kernels": MATCHED | COMPARED | COST,
    "draw_matched": DRAW_MATCHED | COST,
    "compare_architectures": COMPARED | COST,
    "write_summary": SUMMARY,
    "write_cost": COST,
}


def again(*rules):
    return set().union(*(AGAIN[rule] for rule in rules))

"""What reruns when code changes: an edit of each file, and exactly the jobs that use it or what these make."""

import pytest
from projects import ROOT, planned
from rebuilding import AGAIN, LIBRARY, SCRIPTS, SMOKE, again
from tiers import rows

from experiment import fingerprint
from experiment.rules import RULES

ANY = tuple(AGAIN)

CAPTIONED = (
    *("draw_montage", "draw_history", "draw_featuremaps", "make_movie"),
    *("draw_measures", "draw_pixels", "draw_atlas", "draw_matched"),
    *("draw_published", "compare_architectures"),
)
NETWORKS = ("train_network", "probe_kernels", "project_kernels", "draw_featuremaps")
USERS = {  # module -> the rules whose script imports it, directly or not; read from the imports by hand
    "__init__": ANY,
    "agreement": ("compare_seeds", "compare_runs"),
    "answers": ("draw_atlas", "write_findings", "write_page"),
    "architectures": (),  # a training gets its own list of layers in its spec
    "archives": ("write_page",),
    "array_source": ("read_dataset",),
    "artifacts": ANY,
    "atlas": ("draw_atlas",),
    "atlas_table": ("draw_atlas", "write_findings", "write_page"),
    "banks": (
        *("draw_montage", "make_movie", "draw_atlas", "draw_matched", "compare_architectures"),
        "draw_published",
        "compare_factors",
        "compare_towers",
    ),
    "bases": (),
    "bases_sentences": ("write_findings",),
    "bases_sheet": (),
    "batches": ("train_network",),
    "blocks": ("write_page",),
    "bundle": ("write_page",),
    "captions": CAPTIONED,
    "cdbn": (),
    "cdbn_maps": (),
    "cdbn_page": ("write_page",),
    "cdbn_run": (),
    "cdbn_state": (),
    "cdbn_training": (),
    "cdbn_turn": (),
    "cell_table": ("compare_factors",),
    "cells": (
        "draw_atlas",
        "draw_matched",
        "compare_seeds",
        "compare_architectures",
        "write_findings",
        "write_page",
        "compare_factors",
    ),
    "checkpoint_files": ("train_network", "extract_kernels"),
    "checkpoints": ("train_network",),
    "cka": ("probe_kernels", "compare_seeds", "compare_runs"),
    "class_figure": (),
    "command": ANY,
    "comparison": ("match_kernels",),
    "comparison_block": ("write_page",),
    "comparisons": ("write_findings",),
    "contrast": ("probe_kernels",),
    "control_sentences": ("write_findings",),
    "control_data": (
        *("train_network", "draw_featuremaps", "probe_kernels"),
        *("project_kernels", "draw_atlas", "compare_seeds"),
    ),
    "controls": (
        *("train_network", "draw_featuremaps", "probe_kernels"),
        *("project_kernels", "draw_atlas", "compare_seeds", "write_page"),
    ),
    "convolution": NETWORKS,
    "crbm": (),
    "crbm_sizes": (),
    "curves": ("draw_measures", "draw_atlas", "write_findings", "write_page"),
    "data_block": ("write_page",),
    "dataset_files": ("make_dataset", "read_dataset"),
    "datasets": ("make_dataset",),
    "decoding": ("read_dataset",),
    "detection": (),
    "devices": ("train_network",),
    "drawing": ("make_dataset",),
    "encoders": ("make_movie",),
    "energy_curves": ("draw_history", "make_movie"),
    "energy": ("compare_seeds", "compare_runs"),
    "explained": ("probe_kernels",),
    "factor_figure": ("compare_factors",),
    "factor_sentences": ("write_findings",),
    "factor_tables": ("compare_factors",),
    "factor_words": ("compare_factors", "write_findings"),
    "factors": ("compare_factors", "write_findings"),
    "failures": ("train_network",),
    "featuremaps": ("draw_featuremaps",),
    "features": ("probe_kernels",),
    "files": ANY,
    "findings": ("write_findings",),
    "folder_content": ("read_dataset",),
    "folder_source": ("read_dataset",),
    "folders": ("read_dataset",),
    "frames": ("read_dataset",),
    "functions": NETWORKS,
    "gabor": ("measure_kernels",),
    "gathering": ("read_dataset",),
    "group": ("train_network",),
    "history": ("draw_history", "make_movie"),
    "image_files": (
        *("make_dataset", "read_dataset", "draw_samples", "train_network", "draw_featuremaps"),
        *("probe_kernels", "project_kernels", "draw_atlas", "compare_seeds", "write_page"),
    ),
    "intervals": ("compare_factors", "write_findings", "write_page"),
    "kernel_sheet": (),  # for a command beside the workflow
    "kernels": (
        *("extract_kernels", "draw_montage", "make_movie"),
        *("measure_kernels", "probe_kernels", "draw_pixels", "draw_atlas"),
        *("match_kernels", "draw_matched", "compare_architectures", "write_summary"),
        "draw_published",
        "compare_factors",
        "compare_towers",
        "write_page",
    ),
    "knockouts": ("probe_kernels",),
    "known": (
        *CAPTIONED,
        "measure_kernels",
        "write_summary",
        "compare_factors",
        "compare_towers",
        "write_page",
    ),
    "landmarks": ("probe_kernels",),
    "layer_base": (*NETWORKS, "write_page"),
    "layer_kinds": (*NETWORKS, "write_page"),
    "layers": (*NETWORKS, "write_page"),
    "locks": ANY,
    "look": (
        *("draw_history", "draw_measures", "make_movie", "draw_atlas"),
        *("compare_seeds", "compare_runs", "compare_architectures"),
        "compare_factors",
        "compare_towers",
    ),
    "manifest": ANY,
    "markdown": ("write_page",),
    "matched": ("draw_matched",),
    "matching": ("match_kernels",),
    "maximisation": ("project_kernels",),
    "measured_rows": ("measure_kernels",),
    "measurement": ("measure_kernels",),
    "measures": ("measure_kernels",),
    "montage": ("draw_montage", "make_movie"),
    "movie": ("make_movie",),
    "network": NETWORKS,
    "normalisation": NETWORKS,
    "notes": ("read_dataset", "write_findings", "write_page"),
    "nulls": ("measure_kernels",),
    "objectives": ("train_network",),
    "optimizers": ("train_network",),
    "outcomes": ("compare_factors",),
    "overview": (
        "compare_architectures",
        "compare_factors",
    ),
    "page": ("write_page",),
    "palettes": (
        *("draw_montage", "draw_featuremaps", "make_movie", "draw_pixels", "draw_atlas"),
        *("draw_samples", "draw_matched", "compare_architectures", "write_page", "draw_published"),
        "compare_factors",
        "compare_towers",
    ),
    "patches": ("probe_kernels", "project_kernels", "compare_seeds"),
    "photo_source": ("read_dataset",),
    "picture_files": (
        *("draw_montage", "draw_history", "draw_featuremaps"),
        *("draw_measures", "draw_pixels", "draw_atlas"),
        *("draw_samples", "draw_matched", "compare_seeds", "compare_architectures", "compare_runs"),
        "draw_published",
        "compare_factors",
        "compare_towers",
    ),
    "picture_pool": ("read_dataset",),
    "pictures": (
        *("draw_montage", "draw_featuremaps", "make_movie", "draw_pixels", "draw_atlas"),
        *("draw_samples", "draw_matched", "compare_architectures", "draw_published"),
        "compare_factors",
        "compare_towers",
    ),
    "pixelspace": ("draw_pixels",),
    "placement": ("probe_kernels",),
    "player": ("make_movie",),
    "probing": ("probe_kernels",),
    "projection": ("project_kernels",),
    "published": ("import_kernels",),
    "published_history": ("import_kernels",),
    "published_names": ("import_kernels",),
    "published_page": ("write_page",),
    "published_sheet": ("draw_published",),
    "pvalues": (
        *("measure_kernels", "probe_kernels"),
        *("match_kernels", "compare_seeds", "compare_runs", "write_findings"),
        "compare_towers",
        "compare_factors",
    ),
    "quality": ("measure_kernels",),
    "randomisation": ("match_kernels",),
    "ranges": ("make_dataset",),
    "recorder": ("train_network",),
    "responses": ("draw_featuremaps", "probe_kernels"),
    "run_block": ("write_page",),
    "runs": ("train_network",),
    "samples": ("draw_samples",),
    "scales": ("make_movie", "write_page"),
    "schedule": ("train_network",),
    "selectivity": ("probe_kernels",),
    "sentences": ("compare_factors", "write_findings", "write_page"),
    "settling": ("draw_measures", "draw_atlas"),
    "similarity": ("compare_runs",),
    "snapshots": ("train_network",),
    "spectra": (
        "measure_kernels",
        "compare_factors",
        "compare_towers",
    ),
    "split_names": (
        *("make_dataset", "read_dataset", "draw_samples", "train_network", "draw_featuremaps"),
        *("probe_kernels", "project_kernels", "draw_atlas", "compare_seeds", "write_page"),
    ),
    "splits": ("read_dataset",),
    "stack": ("train_network",),
    "stacked_convolution": ("train_network",),
    "stage": ("make_movie",),
    "state_dicts": ("import_kernels",),
    "stationary": ("measure_kernels", "match_kernels"),
    "stimuli": (
        "probe_kernels",
        "compare_factors",
    ),
    "structure": ("compare_architectures", "write_summary", "compare_factors"),
    "summary": ("compare_architectures", "write_summary"),
    "surrogates": ("match_kernels",),
    "tables": ("write_page",),
    "toppatches": ("probe_kernels",),
    "torch_files": ("import_kernels",),
    "towers": ("compare_towers",),
    "towers_figure": ("compare_towers",),
    "towers_sentences": ("write_findings",),
    "towers_words": ("compare_towers", "write_findings"),
    "traces": ("make_dataset",),
    "training": ("train_network",),
    "trajectories": ("draw_measures",),
    "tuning": ("probe_kernels", "draw_atlas", "write_findings", "write_page", "compare_factors"),
    "universal": ("compare_seeds", "write_findings", "write_page"),
    "usage": ANY,
    "views": ("read_dataset",),
    "waveforms": ("make_dataset", "probe_kernels"),
    "whitening": (),
}
OF_CDBN = [rule for rule in RULES if RULES[rule].when == "cdbn"]
NOT_HERE = {"train_group", *OF_CDBN}  # no seeds are trained together, no network learns without labels
FIRST_OF_USERS = {frozenset(USERS[module]): module for module in reversed(USERS)}.values()  # one for all with the same
PICTURES = (
    *("draw_montage", "draw_history", "draw_featuremaps", "make_movie"),
    *("draw_measures", "draw_pixels", "draw_atlas"),
    *("draw_samples", "draw_matched", "compare_seeds", "compare_architectures", "compare_runs"),
)
LIBRARIES = {  # library -> the rules whose script imports it, directly or not
    "numpy": ANY,
    "torch": (*NETWORKS, "compare_factors"),
    "scipy": ("probe_kernels", "match_kernels", "compare_runs", "write_findings"),
    "pillow": ("read_dataset", *PICTURES),
    "scikit-image": ("read_dataset",),
    "scikit-learn": ("read_dataset",),
    "matplotlib": ("make_dataset", *PICTURES, "write_page"),
    "jinja2": ("write_page",),
    "markupsafe": ("write_page",),
    "imageio": ("make_movie",),
    "imageio-ffmpeg": ("make_movie",),
}


def names(folder):
    return {path.stem for path in folder.glob("*.py")}


def test_the_tables_name_every_module_and_every_script(fresh):
    assert names(fresh.folder / LIBRARY) == set(USERS)
    assert names(fresh.folder / SCRIPTS) == set(AGAIN)


@pytest.mark.parametrize("module", USERS)
def test_a_module_is_part_of_the_code_of_the_scripts_that_import_it(module):
    """Modules with the same users differ in nothing else that a plan asks for: one of them is planned below."""
    path = ROOT / LIBRARY / f"{module}.py"
    found = {script.stem for script in (ROOT / SCRIPTS).glob("*.py") if path in fingerprint.sources(script)}
    assert found - NOT_HERE == set(USERS[module]) - NOT_HERE


@pytest.mark.parametrize("module", rows(FIRST_OF_USERS, "agreement", "captions", "batches", "kernels"))
def test_code_added_to_a_module_reruns_what_imports_it(linked, module):
    linked.append(f"{LIBRARY}{module}.py", "\n_EDITED = 1\n")
    assert linked.jobs() == again(*USERS[module])


@pytest.mark.parametrize("rule", rows(AGAIN, "make_dataset", "train_network", "draw_montage", "match_kernels"))
def test_code_added_to_a_script_reruns_its_rule(linked, rule):
    linked.append(f"{SCRIPTS}{rule}.py", "\n_EDITED = 1\n")
    assert linked.jobs() == AGAIN[rule]


def test_a_process_of_its_own_plans_what_a_forked_one_plans(linked):
    linked.append(f"{LIBRARY}montage.py", "\n_EDITED = 1\n")
    done = linked.snakemake_alone("--dry-run", "--configfile", SMOKE)
    assert planned(done.stdout + done.stderr) - {"all"} == linked.jobs() == again(*USERS["montage"])


def test_code_that_no_job_imports_reruns_nothing(linked):
    for path in (*(linked.folder / "workflow/experiment").glob("*.py"), linked.folder / "workflow/results.py"):
        linked.append(path, "\n_EDITED = 1\n")
    assert linked.jobs() == set()


@pytest.mark.parametrize("library", rows(LIBRARIES, "torch", "imageio"))
def test_a_new_version_of_a_library_reruns_what_imports_it(linked, tmp_path, library):
    info = tmp_path / "site" / f"{library.replace('-', '_')}-99.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: 99.0\n")
    assert linked.jobs(PYTHONPATH=str(info.parent)) == again(*LIBRARIES[library])

"""What reruns when code changes: an edit of each file, and exactly the jobs that use it or what these make."""

import pytest
from projects import planned
from rebuilding import AGAIN, LIBRARY, SCRIPTS, SMOKE, again

ANY = tuple(AGAIN)

USERS = {  # module -> the rules whose script imports it, directly or not; read from the imports by hand
    "__init__": ANY,
    "architectures": (),  # a training gets its own list of layers in its spec
    "artifacts": ANY,
    "banks": ("draw_montage", "make_movie", "draw_matched", "compare_architectures"),
    "captions": ("draw_montage", "draw_history", "draw_featuremaps", "make_movie", "draw_matched"),
    "checkpoints": ("train_network", "extract_kernels"),
    "command": ANY,
    "comparison": ("match_kernels",),
    "convolution": ("train_network",),
    "datasets": ("make_dataset",),
    "drawing": ("make_dataset",),
    "encoders": ("make_movie",),
    "failures": ("train_network",),
    "featuremaps": ("draw_featuremaps",),
    "files": ANY,
    "history": ("draw_history", "make_movie"),
    "kernels": (
        *("extract_kernels", "draw_montage", "make_movie"),
        *("draw_matched", "compare_architectures", "write_summary"),
    ),
    "layers": ("train_network",),
    "locks": ANY,
    "manifest": ANY,
    "matched": ("draw_matched",),
    "matching": ("match_kernels",),
    "montage": ("draw_montage", "make_movie"),
    "movie": ("make_movie",),
    "network": ("train_network",),
    "objectives": ("train_network",),
    "optimizers": ("train_network",),
    "overview": ("compare_architectures",),
    "picture_files": (
        *("draw_montage", "draw_history", "draw_featuremaps"),
        *("draw_samples", "draw_matched", "compare_architectures"),
    ),
    "pictures": (
        *("draw_montage", "draw_featuremaps", "make_movie"),
        *("draw_samples", "draw_matched", "compare_architectures"),
    ),
    "ranges": ("make_dataset",),
    "recorder": ("train_network",),
    "samples": ("draw_samples",),
    "snapshots": ("train_network",),
    "structure": ("compare_architectures", "write_summary"),
    "summary": ("compare_architectures", "write_summary"),
    "training": ("train_network",),
    "waveforms": ("make_dataset",),
}
PICTURES = (
    *("draw_montage", "draw_history", "draw_featuremaps", "make_movie"),
    *("draw_samples", "draw_matched", "compare_architectures"),
)
LIBRARIES = {  # library -> the rules whose script imports it, directly or not
    "numpy": ANY,
    "torch": ("train_network",),
    "scipy": ("match_kernels",),
    "pillow": PICTURES,
    "matplotlib": ("make_dataset", *PICTURES),
    "imageio": ("make_movie",),
    "imageio-ffmpeg": ("make_movie",),
    "pandas": (),  # Snakemake's, not ours
}


def names(folder):
    return {path.stem for path in folder.glob("*.py")}


def test_the_tables_name_every_module_and_every_script(fresh):
    assert names(fresh.folder / LIBRARY) == set(USERS)
    assert names(fresh.folder / SCRIPTS) == set(AGAIN)


@pytest.mark.parametrize("module", USERS)
def test_code_added_to_a_module_reruns_what_imports_it(project, module):
    project.append(f"{LIBRARY}{module}.py", "\n_EDITED = 1\n")
    assert project.jobs() == again(*USERS[module])


@pytest.mark.parametrize("rule", AGAIN)
def test_code_added_to_a_script_reruns_its_rule(project, rule):
    project.append(f"{SCRIPTS}{rule}.py", "\n_EDITED = 1\n")
    assert project.jobs() == AGAIN[rule]


def test_a_process_of_its_own_plans_what_a_forked_one_plans(project):
    project.append(f"{LIBRARY}montage.py", "\n_EDITED = 1\n")
    done = project.snakemake("--dry-run", "--configfile", SMOKE)
    assert planned(done.stdout + done.stderr) - {"all"} == project.jobs() == again(*USERS["montage"])


def test_code_that_no_job_imports_reruns_nothing(project):
    for path in (*(project.folder / "workflow/experiment").glob("*.py"), project.folder / "workflow/results.py"):
        project.append(path, "\n_EDITED = 1\n")
    assert project.jobs() == set()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_new_version_of_a_library_reruns_what_imports_it(project, tmp_path, library):
    info = tmp_path / "site" / f"{library.replace('-', '_')}-99.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: 99.0\n")
    assert project.jobs(python_path=str(info.parent)) == again(*LIBRARIES[library])

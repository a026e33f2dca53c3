"""What reruns when code changes: after an edit of a file, exactly the jobs that use it, and all jobs downstream."""

from functools import cache
from modulefinder import ModuleFinder

import pytest
from projects import ROOT, planned
from rebuilding import AGAIN, LIBRARY, SCRIPTS, SMOKE, again
from tiers import rows

from experiment.plan.rule_table import RULES
from experiment.provenance import fingerprint
from kernelscope import PUBLIC

ANY = tuple(AGAIN)

NETWORKS = ("train_network", "probe_kernels", "predict_images", "project_kernels", "draw_featuremaps")
MODULES = (  # one of every package, and the modules that most jobs or the fewest jobs import
    *("comparison.cka_table", "data.controls", "dbn.crbm", "figures.captions", "findings.document", "io.files"),
    *("io.cells", "measures.kernels", "models.layer_kinds", "page.html", "pretrained.kernels", "probes.tuning"),
    *("statements.claims", "stats.pvalues", "training.batches"),
)
OF_CDBN = [rule for rule in RULES if RULES[rule].when == "cdbn"]
BESIDE = {"kernelscope.models.architectures", "kernelscope.page.watching"}  # for plans and watch.py
BESIDE |= {"kernelscope.pretrained.array_headers"}  # for plans
BESIDE |= {"kernelscope.__main__"}
NOT_HERE = {"train_group", *OF_CDBN}  # no seeds are trained together, no network learns without labels
FIGURES = (
    *("draw_montage", "draw_history", "draw_featuremaps", "make_movie"),
    *("draw_measures", "draw_pixels", "draw_atlas"),
    *("draw_samples", "draw_matched", "draw_vocabulary", "draw_agreement", "draw_architectures", "draw_similarity"),
)
LIBRARIES = {  # library -> the rules whose script imports it, directly or not
    "numpy": ANY,
    "torch": (*NETWORKS, "extract_kernels", "correlate_initial", "compare_factors"),
    "scipy": (
        *("compare_settling", "probe_kernels", "write_atlas", "draw_atlas", "match_kernels", "draw_matched"),
        *("find_types", "write_seed_tests", "correlate_initial", "compare_seeds", "draw_similarity"),
        *("write_statements", "write_page"),
    ),
    "pillow": ("read_dataset", *FIGURES),
    "scikit-image": ("read_dataset",),
    "scikit-learn": ("read_dataset",),
    "tifffile": ("read_dataset",),
    "matplotlib": ("make_dataset", *FIGURES, "write_page"),
    "jinja2": ("write_page",),
    "markupsafe": ("write_page",),
    "pyyaml": ("write_page",),
    "imageio-ffmpeg": ("make_movie",),
}


@cache
def imported(script: str) -> set[str]:
    """Return the names of the library's modules and packages that a script imports, by Python's own module finder."""
    finder = ModuleFinder(path=[str(ROOT / SCRIPTS)])
    finder.run_script(str(ROOT / SCRIPTS / f"{script}.py"))
    return {name for name in finder.modules if name.split(".")[0] == "kernelscope"}


def users(module: str) -> set[str]:
    """Return the rules whose script imports a module, directly or not; no seeds are trained together here."""
    return {script for script in AGAIN if f"kernelscope.{module}" in imported(script)} - NOT_HERE


def test_every_script_has_its_row(fresh):
    assert {path.stem for path in (fresh.folder / SCRIPTS).glob("*.py")} == set(AGAIN)


@pytest.mark.parametrize("script", AGAIN)
def test_the_code_of_a_script_includes_all_modules_that_it_imports(script):
    sources = [path.relative_to(ROOT / SCRIPTS) for path in fingerprint.sources(ROOT / SCRIPTS / f"{script}.py")]
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in sources}
    assert names - {script} == imported(script)


def test_every_module_of_the_library_is_imported_by_a_script_or_a_command():
    paths = (ROOT / LIBRARY).rglob("*.py")
    modules = {
        ".".join(path.relative_to(ROOT / SCRIPTS).with_suffix("").parts) for path in paths if path.stem != "__init__"
    }
    of_package = ("kernelscope/__main__", *(module.replace(".", "/") for module in PUBLIC.values()))
    for_users = {*PUBLIC.values()}
    assert modules - set().union(for_users, *map(imported, (*AGAIN, *of_package))) == BESIDE


@pytest.mark.parametrize(
    "module", rows(MODULES, "comparison.cka_table", "figures.captions", "training.batches", "measures.kernels")
)
def test_code_added_to_a_module_reruns_what_imports_it(linked, module):
    linked.append(f"{LIBRARY}{module.replace('.', '/')}.py", "\n_EDITED = 1\n")
    assert linked.jobs() == again(*users(module))


@pytest.mark.parametrize("rule", rows(AGAIN, "make_dataset", "train_network", "draw_montage", "match_kernels"))
def test_code_added_to_a_script_reruns_its_rule(linked, rule):
    linked.append(f"{SCRIPTS}{rule}.py", "\n_EDITED = 1\n")
    assert linked.jobs() == AGAIN[rule]


def test_a_new_process_and_a_forked_process_plan_the_same(linked):
    linked.append(f"{LIBRARY}figures/montage.py", "\n_EDITED = 1\n")
    done = linked.snakemake_alone("--dry-run", "--configfile", SMOKE)
    assert planned(done.stdout + done.stderr) - {"all"} == linked.jobs() == again(*users("figures.montage"))


def test_code_that_no_job_imports_reruns_nothing(linked):
    for path in (*(linked.folder / "workflow/experiment").rglob("*.py"), linked.folder / "workflow/results.py"):
        linked.append(path, "\n_EDITED = 1\n")
    assert linked.jobs() == set()


@pytest.mark.parametrize("library", rows(LIBRARIES, "torch", "imageio-ffmpeg"))
def test_a_new_version_of_a_library_reruns_what_imports_it(linked, tmp_path, library):
    info = tmp_path / "site" / f"{library.replace('-', '_')}-99.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: 99.0\n")
    assert linked.jobs(PYTHONPATH=str(info.parent)) == again(*LIBRARIES[library])

"""Files that no selected job made: what they belong to, and that only files which may be deleted are deleted."""

import json
import shutil
from pathlib import Path

import pytest
from finished import (
    COMPARED,
    COST,
    FINDINGS,
    NAMED,
    NOTES,
    PAGE,
    PER_ARCH,
    POOLED,
    RESULTS,
    RUN,
    RUNS,
    SIMILARITY,
    STATEMENTS,
    SUMMARY,
    TABLES,
    TESTED,
    TRAINED,
    compared,
    everything,
    found,
    lines,
    of_runs,
    stale,
    stale_from,
    whole_comparison,
    whole_run,
)
from tiers import rows

from experiment.plan import loading
from experiment.provenance import inventory, verify
from kernelscope.io import locks

BY_SEED = compared(*PER_ARCH)
BY_ARCH = [*TABLES, *SIMILARITY]
OVER_ALL = [SUMMARY, STATEMENTS, FINDINGS, PAGE, COST, NOTES]
ORPHANED = "of a run or dataset that is not selected"


@pytest.fixture
def folder(smoke, project, monkeypatch) -> Path:
    """Return a copy of the finished experiment that is compared with the code that made it."""
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(verify, "SCRIPTS", smoke.folder / "workflow" / "scripts")
    return project.folder


def clean(config: dict | None = None) -> set[str]:
    """Delete what may be deleted, and return the files that were listed for it."""
    Path("more.json").write_text(json.dumps(config or {}))
    experiment = loading.load(["config/smoke.yaml", "more.json"])
    listed = [one for one in verify.findings(experiment, Path(RESULTS)) if one.kind in inventory.CLEANED]
    inventory.remove(verify.findings(experiment, Path(RESULTS)), Path(RESULTS))
    return {str(one.path) for one in listed}


def put(path: str, text: str = "text") -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)
    return path


def evil(path: str, *outputs: str) -> str:
    """Write a well-formed manifest that names these outputs."""
    entries = {name: {"sha256": "0" * 64, "bytes": 1} for name in outputs}
    parts = {"rule": Path(path).stem, "spec": {}, "code": "", "software": {}, "inputs": {}, "outputs": entries}
    return put(path, json.dumps(parts))


def test_a_seed_that_is_not_selected_leaves_all_its_files_and_stale_comparisons(folder):
    config = {"experiment": {"seeds": [0]}}
    orphans = {path for arch in ("templates", "stacked") for path in whole_run(arch, 1)}
    assert len(orphans) == 2 * (29 + 15 + 30) + 4 * 2
    reason = "made with another config: {} was [0, 1], is now [0]"
    over_all = [path for path in OVER_ALL if path not in (FINDINGS, NOTES)]
    changed = stale(reason.format("seeds.stacked"), *BY_ARCH, *over_all) | stale_from(STATEMENTS, FINDINGS)
    changed |= stale(reason.format("seeds"), *BY_SEED)
    for run, compare in zip(RUNS[::2], COMPARED, strict=True):
        changed |= stale_from(f"{compare}/{POOLED}", f"{run}/{TESTED}")
        changed |= stale_from(f"{run}/{TESTED}", f"{run}/atlas.csv")
        changed |= stale_from(f"{run}/atlas.csv", *of_runs(*NAMED, runs=[run]))
    assert found(config) == lines("orphaned", ORPHANED, *orphans) | changed
    before = everything()
    assert clean(config) == orphans
    assert everything() == before - orphans
    assert not (folder / RESULTS / "runs/waveforms/templates/seed1").exists()
    assert (folder / RUN).exists()


def test_an_architecture_that_is_not_selected_leaves_its_runs_and_its_comparison(folder):
    config = {"experiment": {"architectures": ["templates"]}}
    orphans = {*whole_run("stacked", 0), *whole_run("stacked", 1), *whole_comparison("stacked")}
    both, one = '[["waveforms", "stacked"], ["waveforms", "templates"]]', '[["waveforms", "templates"]]'
    page, *others = sorted(found(config), key=lambda line: PAGE not in line)
    assert page.startswith(f"stale      {PAGE}: made with another config: architectures.stacked was {{")
    assert set(others) == (
        lines("orphaned", ORPHANED, *orphans)
        | stale("made with another config: seeds.stacked was [0, 1], is now nothing", *BY_ARCH)
        | stale(f"made with another config: runs was {both}, is now {one}", SUMMARY, STATEMENTS, COST)
        | stale('made with another config: architectures was ["templates", "stacked"], is now ["templates"]', FINDINGS)
    )
    before = everything()
    assert clean(config) == orphans
    assert everything() == before - orphans
    assert {path.name for path in Path(RESULTS).glob("*/waveforms/*")} >= {"templates"}
    assert not list(Path(RESULTS).rglob("stacked*"))


def test_a_dataset_that_is_not_selected_leaves_everything_but_the_tables_over_all_runs(folder):
    config = {"experiment": {"datasets": ["other"]}, "datasets": {"other": {}}}
    kept = {path for path in everything() if "waveforms" not in path}
    names = ("summary", "statements", "findings", "page", "cost", "notes")
    rest = (".manifest/write_{}.json", "logs/write_{}.log", "logs/write_{}.tsv")
    assert kept == {*OVER_ALL, *(f"{RESULTS}/{path.format(name)}" for name in names for path in rest)}
    orphans = everything() - kept
    all_lines = found(config)
    assert {line for line in all_lines if line.startswith("orphaned")} == lines("orphaned", ORPHANED, *orphans)
    assert len([line for line in all_lines if line.startswith("missing")]) == 2 + 4 * 15 + 2 * 10 + 4
    assert clean(config) == orphans
    assert everything() == kept
    left = {path.name for path in Path(RESULTS).iterdir()}
    assert left == {".manifest", "logs", *(Path(path).name for path in OVER_ALL)}


LEFT_OVER = [
    *(f"{RUN}/{name}" for name in (".montage.part.png", ".montage.part", ".manifest/.draw_montage.part.json")),
    *(f"{RESULTS}/{name}" for name in ("data/waveforms/.images.part.npz", ".summary.part.csv")),
    *(f"{folder}/.manifest/{rule}.lock" for folder, rule in ((RUN, "draw_montage"), (RESULTS, "write_cost"))),
]


@pytest.mark.parametrize("path", rows(LEFT_OVER, LEFT_OVER[1], LEFT_OVER[2], LEFT_OVER[-1]))
def test_what_a_killed_job_left_is_told_and_deleted(folder, path):
    before = everything()
    put(path)
    assert found() == lines("left over", "from a job that was killed", path)
    assert clean() == {path}
    assert everything() == before


def test_a_checkpoint_is_left_over_only_where_no_training_is_selected(folder):
    before = everything()
    path = put(f"{RESULTS}/runs/waveforms/templates/seed1/checkpoint.npz")
    assert found() == set()
    assert lines("left over", "from a job that was killed", path) <= found({"experiment": {"seeds": [0]}})
    assert path in clean({"experiment": {"seeds": [0]}})
    assert not Path(path).parent.exists()
    assert everything() < before


def test_what_a_job_that_still_runs_needs_is_not_left_over(folder):
    """Snakemake may have ended while its job still runs."""
    run = f"{RESULTS}/runs/waveforms/templates/seed7"
    half, checkpoint, another = put(f"{run}/.a.part.npz"), put(f"{run}/checkpoint.npz"), put(f"{RUN}/.a.part.npz")
    with locks.held(Path(run, ".manifest/train_network.lock"), print):
        assert clean() == {another}
        assert {half, checkpoint, f"{run}/.manifest/train_network.lock"} <= everything()
    assert clean() == {half, checkpoint}


UNKNOWN = [f"{RUN}/notes.txt", f"{RESULTS}/notes.txt", f"{RESULTS}/logs/notes/a.log", f"{RESULTS}/data/new/a.csv"]


@pytest.mark.parametrize("path", [*UNKNOWN, f"{RUN}/.manifest/notes.txt", f"{RUN}/.hidden", f"{RUN}/a.part.png"])
def test_a_file_that_no_job_made_is_told_and_never_deleted(folder, path):
    put(path)
    assert found() == lines("unknown", "no manifest names it", path)
    assert clean() == set()
    assert Path(path).read_text() == "text"


def test_a_file_in_the_place_of_the_logs_is_told_and_never_deleted(folder):
    Path(RESULTS, "logs").rename("elsewhere")
    path = put(f"{RESULTS}/logs")
    assert {line for line in found() if "stale" not in line} == lines("unknown", "no manifest names it", path)
    assert clean() == set()
    assert Path(path).read_text() == "text"


def test_a_file_of_a_person_in_the_folder_of_an_orphan_stays_and_so_does_the_folder(folder):
    path = put(f"{RESULTS}/runs/waveforms/templates/seed1/notes.txt")
    clean({"experiment": {"seeds": [0]}})
    assert [str(left) for left in Path(path).parent.iterdir()] == [path]


def test_other_experiments_are_neither_listed_nor_touched(folder):
    """Neither folders beside it, nor folders in it that belong to other experiments."""
    before = everything()
    put(f"{RESULTS}/another/runs/waveforms/templates/seed7/.manifest/train_network.lock")
    put(f"{RESULTS}/.hidden")
    assert found() == set()
    experiment = loading.load([])
    top = [str(one.path) for one in verify.findings(experiment, Path(experiment.results))]
    assert len(top) == 2 + 26 * 13 + 12 * 2 + 4 * 10 + 4 + 6
    assert not [path for path in top if path.startswith(RESULTS)]
    assert clean() == set()
    inventory.remove(verify.findings(experiment, Path("results")), Path("results"))
    assert len(everything()) == len(before) + 2


def test_a_report_is_neither_told_nor_touched(folder):
    reports = {put(f"{RESULTS}/report.{kind}") for kind in ("html", "zip")}
    assert found() == set()
    assert clean() == set()
    assert reports <= everything()
    assert found({"experiment": {"seeds": [0]}}).isdisjoint(lines("unknown", "no manifest names it", *reports))


OUTSIDE = ("../../../../../../victim.txt", "../seed0/kernels.npz", "../seed7/../../../../../../../victim.txt")


@pytest.mark.parametrize("place", [f"{RUN}/.manifest/draw_montage.json", f"{RESULTS}/runs/waveforms/templates/seed7"])
def test_a_manifest_can_name_what_it_likes_and_only_its_own_folder_is_cleaned(folder, place):
    victim = Path(put(str(folder / "victim.txt")))
    if not place.endswith(".json"):
        put(f"{place}/kernels.npz")
        place = f"{place}/.manifest/train_network.json"
    evil(place, *OUTSIDE, str(victim), str(folder), "..", ".", "", "~", "kernels.npz", "/etc/passwd", "\0")
    before = {path for path in folder.rglob("*") if path.is_file()}
    assert (Path(place).parent.parent / OUTSIDE[0]).resolve() == victim
    listed = {folder / path for path in clean()}
    assert all(path.is_relative_to(folder / RESULTS / "runs/waveforms/templates/seed7") for path in listed)
    assert before - {path for path in folder.rglob("*") if path.is_file()} == listed


def test_links_out_of_the_results_are_deleted_as_links(folder, tmp_path):
    cache = tmp_path / "cache"
    run = Path(RESULTS, "runs/waveforms/templates/seed1")
    shutil.copytree(run, cache)
    for name in (*TRAINED, ".manifest/train_network.json"):
        (run / name).unlink()
        (run / name).symlink_to(cache / name)
    (run.parent / "seed7").symlink_to(cache)
    (run.parent / "seed8").mkdir()
    (run.parent / "seed8" / ".manifest").symlink_to(cache / ".manifest")
    assert found() == set()
    before = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    assert clean({"experiment": {"seeds": [0]}}) >= {str(run / name) for name in TRAINED}
    assert not run.exists()
    assert {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()} == before

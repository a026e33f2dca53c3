"""Every way in which a finished experiment can be wrong, and the exact lines that report it."""

import shutil
from importlib.metadata import version
from pathlib import Path

import pytest
from finished import (
    AGREED,
    AGREEMENT,
    COMPARED,
    FINDINGS,
    MATCHED,
    MEASURED,
    MOVIES,
    NAMED,
    PAGE,
    PER_ARCH,
    POOLED,
    PROBED,
    RESULTS,
    RUN,
    RUNS,
    SIMILARITY,
    STATEMENTS,
    SUMMARY,
    TABLES,
    TESTED,
    TRAINED,
    TYPES,
    VOCABULARY,
    compared,
    found,
    of_runs,
    stale,
    stale_from,
)

from experiment.provenance import fingerprint, verify

CORRELATION = "initial_correlation.csv"
FROM_IMAGES = ("featuremaps.png", *PROBED, "predictions.csv", "pixels.npz", "atlas.png")  # in a run that is trained
FROM = {  # artifact of a run, made after its training -> the first of its inputs, by name, that a training makes
    **dict.fromkeys(("kernels.npz", "kernels.csv", "decay.csv"), "run.json"),
    **dict.fromkeys((*MEASURED, *PROBED), "decay.csv"),
    **{"history.png": "history.csv", "pixels.npz": "snapshots.npz", "predictions.csv": "snapshots.npz"},
    **{"atlas.csv": "ablation.csv", **dict.fromkeys(NAMED, "atlas.csv")},
}


@pytest.fixture
def folder(smoke, project, monkeypatch) -> Path:
    """Return a copy of the finished experiment that is compared with the code that made it."""
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(verify, "SCRIPTS", smoke.folder / "workflow" / "scripts")
    return project.folder


def after_training(but: tuple[str, ...] = ()) -> set[str]:
    """Return lines about everything made from stale trainings, without some artifacts of a run or architecture."""
    names = [name for name in FROM if name not in but]
    made = [(run, name) for run in RUNS for name in names]
    lines = {line for run, name in made for line in stale_from(f"{run}/{FROM[name]}", *of_runs(name, runs=[run]))}
    for folder, run, other in zip(COMPARED, RUNS[::2], RUNS[1::2], strict=True):
        made = [name for name in PER_ARCH if name not in (*but, CORRELATION, *TYPES, *AGREED, POOLED)]
        lines |= stale_from(f"{run}/kernels.npz", *compared(*made, folders=[folder]))
        lines |= stale_from(f"{run}/atlas.csv", *compared(*TYPES, folders=[folder]))
        lines |= stale_from(f"{run}/run.json", *compared(*AGREED, folders=[folder]))
        # The kernels of a run are judged by the null kernels of both seeds.
        lines |= stale_from(f"{run}/nulls.npz", f"{folder}/{POOLED}")
        lines |= stale_from(f"{folder}/{POOLED}", f"{run}/{TESTED}", f"{other}/{TESTED}")
        lines |= set() if CORRELATION in but else stale_from(f"{run}/decay.csv", f"{folder}/{CORRELATION}")
    lines |= stale_from(f"{RUNS[0]}/decay.csv", *TABLES, SUMMARY)
    return (
        lines
        | stale_from(f"{RUNS[0]}/probes.npz", SIMILARITY[0])
        | stale_from(f"{RUNS[0]}/run.json", *SIMILARITY[1:])
        | stale_from(f"{COMPARED[0]}/{CORRELATION}", STATEMENTS)
        | stale_from(STATEMENTS, FINDINGS)
    )


def test_of_a_finished_experiment_there_is_nothing_to_say(folder):
    assert found() == set()


def test_a_config_that_says_the_same_otherwise_changes_nothing(folder):
    assert found({"experiment": {"seeds": [1, 0]}, "training": {"momentum": 0.9}, "datasets": {"other": {}}}) == set()


def test_networks_in_another_order_concern_what_names_them_to_readers_and_nothing_else(folder):
    reason = 'made with another config: {}architectures was ["templates", "stacked"], is now ["stacked", "templates"]'
    assert found({"experiment": {"architectures": ["stacked", "templates"]}}) == {
        *stale(reason.format(""), FINDINGS),
        *stale(reason.format("order."), PAGE),
    }


def test_an_artifact_is_missing(folder):
    (folder / RUN / "montage.png").unlink()
    assert found() == {f"missing    {RUN}/montage.png: not as draw_montage left it"}


def test_what_is_made_from_a_missing_artifact_is_stale(folder):
    (folder / RUN / "history.csv").unlink()
    made = [*of_runs("history.png", *MOVIES, runs=[RUN]), STATEMENTS, PAGE]
    assert found() == {
        f"missing    {RUN}/history.csv: not as train_network left it",
        *stale(f"made from {RUN}/history.csv, which is missing", *made),
        *stale_from(STATEMENTS, FINDINGS),
    }


def test_a_manifest_is_missing_and_its_artifact_is_unknown(folder):
    (folder / RUN / ".manifest/draw_montage.json").unlink()
    assert found() == {
        f"missing    {RUN}/.manifest/draw_montage.json: draw_montage did not finish here, or its manifest was lost",
        *(f"unknown    {path}: no manifest names it" for path in of_runs("montage.png", runs=[RUN])),
    }


def test_what_is_made_by_a_job_without_a_manifest_is_held_against_the_file_as_it_is(folder):
    place = f"{RESULTS}/data/waveforms"
    (folder / place / ".manifest/make_dataset.json").write_text("{")
    lines = {
        f"missing    {place}/.manifest/make_dataset.json: make_dataset did not finish here, or its manifest was lost",
        *(f"unknown    {place}/{name}: no manifest names it" for name in ("images.npz", "parameters.csv")),
    }
    assert found() == lines
    (folder / place / "images.npz").write_bytes(b"others")
    left = {line for line in found() if f"made from another {place}/images.npz" in line}
    direct = [f"{place}/samples.png", *of_runs(*TRAINED, *FROM_IMAGES), *compared(CORRELATION, *AGREEMENT)]
    assert left == stale(f"made from another {place}/images.npz", *direct)


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda whole: whole[:-1], "truncated"),
        (lambda whole: b"", "truncated"),
        (lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), "edited"),
        (lambda whole: whole + b"\0", "edited"),
    ],
    ids=["a byte less", "empty", "a bit flipped", "a byte more"],
)
@pytest.mark.parametrize(("name", "rule"), [("kernels.npz", "extract_kernels"), ("movie.gif", "make_movie")])
def test_a_damaged_artifact_is_named_and_nothing_else(folder, damage, kind, name, rule):
    path = folder / RUN / name
    path.write_bytes(damage(path.read_bytes()))
    assert found() == {f"{kind:9}  {RUN}/{name}: not as {rule} left it"}


@pytest.mark.parametrize(
    ("config", "reason", "paths"),
    [
        ({"movie": {"hold_first": 2}}, "hold_first was 1.5, is now 2.0", of_runs(*MOVIES)),
        (
            {"figures": {"colormap": "gray"}},
            'colormap was "RdBu_r", is now "gray"',
            of_runs(*NAMED) + compared(*MATCHED, *VOCABULARY) + [*TABLES[1:], PAGE],
        ),
    ],
)
def test_another_setting_is_named_with_both_values(folder, config, reason, paths):
    assert found(config) == stale(f"made with another config: {reason}", *paths)


def test_of_an_artifact_that_is_missing_it_is_not_said_too_that_it_is_stale(folder):
    (folder / RUN / "movie.gif").unlink()
    reason = "made with another config: hold_first was 1.5, is now 2.0"
    others = [path for path in of_runs(*MOVIES) if path != f"{RUN}/movie.gif"]
    missing = f"missing    {RUN}/movie.gif: not as make_movie left it"
    assert found({"movie": {"hold_first": 2}}) == {missing, *stale(reason, *others)}


def test_what_is_made_from_what_is_stale_is_stale_too(folder):
    reason = "made with another config: {}training.batch_size was 40, is now 30"
    lines = stale(reason.format(""), *of_runs(*TRAINED)) | stale(reason.format("architectures.stacked."), PAGE)
    assert found({"training": {"batch_size": 30}}) == lines | after_training()


def test_another_dataset_makes_everything_stale_but_the_cost(folder):
    place = f"{RESULTS}/data/waveforms"
    reason = "made with another config: {}.noise was [0.0, 0.0], is now [0.0, 0.1]"
    lines = stale(reason.format("settings"), f"{place}/images.npz", f"{place}/parameters.csv")
    lines |= stale(reason.format("datasets.waveforms"), PAGE)
    images = [f"{place}/samples.png", *of_runs(*TRAINED, *FROM_IMAGES), *compared(CORRELATION, *AGREEMENT)]
    lines |= stale_from(f"{place}/images.npz", *images) | after_training(but=(*FROM_IMAGES, CORRELATION, *AGREEMENT))
    assert found({"datasets": {"waveforms": {"noise": [0.0, 0.1]}}}) == lines


def test_a_setting_that_is_null_now_and_was_not_there_is_another_setting():
    """null for a layer is torch's default; a layer that is not named is as its kind says."""
    made = {"code": "c", "software": {}, "spec": {"sd": {"conv": 0.1}}}
    now = made | {"spec": {"sd": {"conv": 0.1, "conv1": None}}}
    assert verify.difference(made, made) == ""
    assert verify.difference(made, now).startswith("made with another config: sd.conv1 was ")
    assert verify.difference(now, made).startswith("made with another config: sd.conv1 was ")


def test_other_code_is_seen_where_it_is_imported(project, folder, monkeypatch):
    monkeypatch.setattr(verify, "SCRIPTS", folder / "workflow" / "scripts")
    project.edit("workflow/scripts/kernelscope/figures/montage.py", "COLUMN = 122", "COLUMN = 123")
    assert found() == stale("made by other code", *of_runs("montage.png"))


def test_another_version_of_a_library_is_seen_where_it_is_imported(folder, monkeypatch):
    before = version("imageio-ffmpeg")
    newer = {"imageio-ffmpeg": "99.0"}
    monkeypatch.setattr(verify, "SCRIPTS", folder / "workflow" / "scripts")
    monkeypatch.setattr(fingerprint, "installed", lambda name: newer.get(name) or version(name))
    reason = f'made with another library: imageio-ffmpeg was "{before}", is now "99.0"'
    assert found() == stale(reason, *of_runs(*MOVIES))


def test_what_was_made_from_an_edited_file_is_stale(project, folder):
    path = folder / RUN / "history.csv"
    path.write_text(path.read_text().replace("\n0,0,", "\n0,0.25,"))
    edited = f"edited     {RUN}/history.csv: not as train_network left it"
    assert found() == {edited}
    done = project.snakemake(f"{RUN}/history.png", "--configfile", "config/smoke.yaml")
    assert done.returncode == 0, done.stderr
    measured = f"{RESULTS}/logs/draw_history/waveforms/stacked/seed0.tsv"
    assert found() == {
        edited,
        *stale(f"made from another {RUN}/history.csv", f"{RUN}/history.png"),
        *stale(f"made from another {measured}", f"{RESULTS}/cost.csv"),
    }


def test_an_experiment_of_which_nothing_is_there_is_missing_as_a_whole(folder):
    shutil.rmtree(folder / "results")
    lines = found()
    assert len(lines) == 2 + 4 * 15 + 2 * 10 + 4 + 6
    assert all(line.startswith("missing    results/smoke/") for line in lines)

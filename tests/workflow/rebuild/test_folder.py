"""What reruns when the images of a folder change: a finished run, then the jobs of a dry run."""

import html
import json
import os
import shutil
import time

import pytest
from PIL import Image, ImageDraw
from projects import ROOT, copied
from tiers import THOROUGH, rows

from kernelscope.io import csv_files, notes
from kernelscope.io.notes import Note

CONFIG = """
pathvars: {results: results/mine}
experiment: {datasets: [mine], architectures: [templates], seeds: [0]}
datasets: {mine: {source: folder, folder: pictures, image_size: [20, 28], resize: crop, normalize: dataset}}
architectures: {templates: {kernels: 3, kernel_size: 7}}
training: {epochs: 1, snapshots: 3, batch_size: 10}
comparison: {n_resamples: 20}
analysis: {n_resamples: 20, images: 20}
"""
OWN = ("--configfile", "mine.yaml")
PER_RUN = (
    *("train_network", "extract_kernels", "draw_montage", "draw_history", "draw_featuremaps", "make_movie"),
    *("measure_kernels", "draw_measures", "probe_kernels", "judge_kernels", "project_kernels", "draw_pixels"),
    *("write_atlas", "draw_atlas", "predict_images"),
)
ALL = {
    *("read_dataset mine", "draw_samples mine", "compare_architectures mine", "compare_runs mine"),
    *(f"{rule} mine/templates/0" for rule in PER_RUN),
    *(f"{rule} mine/templates" for rule in ("compare_settling", "match_kernels", "draw_matched", "find_types")),
    *(f"{rule} mine/templates" for rule in ("correlate_initial", "compare_seeds", "write_seed_tests")),
    *("draw_vocabulary mine/templates", "draw_agreement mine/templates", "pool_nulls mine/templates"),
    *("draw_architectures mine", "draw_similarity mine"),
    *("write_summary", "write_statements", "write_findings", "write_page", "write_cost", "write_notes"),
}
DATA = "results/mine/data/mine"
NO_IMAGE = "README.txt,no image by the ending of its name"
RING = "<img src=x onerror=alert(1)> {seed} $x_`"  # a hostile class name, which must stay just a name


def picture(path, kind: str, place: int) -> None:
    """Draw a bar or a ring on paper, which has a few brighter pixels in the first picture."""
    image = Image.new("L", (32, 24), 245)
    draw = ImageDraw.Draw(image)
    if kind == "bar":
        draw.line((4 + place, 2, 4 + place, 20), fill=0, width=2)
    else:
        draw.ellipse((2 + place, 6, 12 + place, 16), outline=0, width=2)
    if place == 0:
        draw.line((28, 2, 28, 5), fill=255)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return a finished experiment on 24 images, which tests must not change."""
    project = copied(ROOT, tmp_path_factory.mktemp("pictures") / "project")
    (project.folder / "mine.yaml").write_text(CONFIG)
    for kind in ("bar", RING):
        for place in range(12):
            picture(project.folder / "pictures" / kind / f"{place}.png", kind, place)
    (project.folder / "pictures/README.txt").write_text("no picture")
    done = project.snakemake(*OWN)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def copy(finished, tmp_path):
    project = copied(finished.folder, tmp_path / "project")
    for name in ("mine.yaml", "pictures"):
        (shutil.copytree if name == "pictures" else shutil.copy2)(finished.folder / name, project.folder / name)
    return project


def test_everything_is_made_and_inferred_settings_are_reported(finished):
    assert finished.jobs(config=OWN) == set()
    assert finished.findings(config=OWN) == set()
    inferred = json.loads((finished.folder / DATA / "inferred.json").read_text())
    view = {"image_size": [20, 28], "resize": "crop", "colors": "gray", "invert": True}
    assert inferred["view"].items() >= view.items()
    assert inferred["images"] == {"train": {"bar": 10, RING: 10}, "test": {"bar": 2, RING: 2}}
    assert (finished.folder / DATA / "skipped.csv").read_text() == f"file,reason\n{NO_IMAGE}\n"
    log = (finished.folder / "results/mine/logs/read_dataset/mine.log").read_text()
    assert log.startswith("24 images in 2 classes; settings: image_size: [20, 28], resize: crop, colors: gray")


def test_notes_of_every_kind_are_in_the_log_the_manifest_the_table_the_findings_and_the_page(finished):
    results = finished.folder / "results/mine"
    rows, kept = (
        csv_files.read_csv(results / "notes.csv"),
        notes.read(finished.folder / DATA / ".manifest/read_dataset.json"),
    )
    assert {note.kind for note in kept} == set(notes.KINDS)
    assert [row for row in rows if row["rule"] == "read_dataset"] == [
        {"rule": "read_dataset", "dataset": "mine", "arch": "", "seed": ""}
        | {name: str(value) for name, value in note._asdict().items()}
        for note in kept
    ]
    log = (results / "logs/read_dataset/mine.log").read_text().splitlines()
    findings = " ".join((results / "findings.md").read_text().split()).replace("\\", "")
    page = html.unescape((results / "index.html").read_text().partition("<footer>")[2].partition("</footer>")[0])
    for note in kept:
        assert str(note) in log
        assert f"{str(note)[0].upper()}{str(note)[1:]}." in findings
        assert f"{str(note)[0].upper()}{str(note)[1:]}." in page


def test_the_table_has_the_notes_of_all_jobs_and_verify_counts_them(finished):
    results = finished.folder / "results/mine"
    rows = csv_files.read_csv(results / "notes.csv")
    assert {"read_dataset", "write_page"} <= {row["rule"] for row in rows}
    for row in rows:
        job = "/".join(filter(None, (row["rule"], row["dataset"], row["arch"], row["seed"] and f"seed{row['seed']}")))
        note = Note(*(row[name] for name in Note._fields[:2]), int(row["count"]), int(row["of"]), row["text"])
        assert str(note) in (results / f"logs/{job}.log").read_text().splitlines()
        assert 0 < note.count <= note.of
    done = finished.run("workflow/results.py", "verify", "--configfile", "mine.yaml")
    for kind in notes.KINDS:
        of_kind = [row["rule"] for row in rows if row["kind"] == kind]
        line = next(line for line in done.stdout.splitlines() if line.startswith(kind.replace("_", " ")))
        assert f"  {len(of_kind)} note" in line
        assert all(rule in line for rule in of_kind)


@THOROUGH
def test_images_read_by_other_code_with_the_same_result_rerun_only_the_tables_of_jobs(copy):
    copy.append("workflow/scripts/kernelscope/data/folder_source.py", "\n_EDITED = 1\n")
    assert copy.snakemake("dataset", *OWN).returncode == 0
    assert copy.jobs(config=OWN) == {"write_cost", "write_notes"}


def touched(pictures):
    os.utime(pictures / "bar/3.png")


def dated_back(pictures):
    os.utime(pictures / "bar/3.png", (1e9, 1e9))


def written_again(pictures):
    (pictures / "bar/3.png").write_bytes((pictures / "bar/3.png").read_bytes())


def hidden(pictures):
    (pictures / ".DS_Store").write_text("x")
    (pictures / "bar" / "._3.png").write_text("x")


def changed(pictures):
    picture(pictures / "bar/3.png", "bar", 20)


def changed_and_dated_back(pictures):
    before = (pictures / "bar/3.png").stat()
    picture(pictures / "bar/3.png", "bar", 20)
    os.utime(pictures / "bar/3.png", ns=(before.st_atime_ns, before.st_mtime_ns))


def added(pictures):
    picture(pictures / RING / "new.png", RING, 15)


def removed(pictures):
    (pictures / RING / "5.png").unlink()


def renamed(pictures):
    (pictures / RING / "5.png").rename(pictures / RING / "five.png")


def moved(pictures):
    (pictures / RING / "5.png").rename(pictures / "bar/ring5.png")


CHANGES = {
    **{touched: set(), dated_back: set(), written_again: set(), hidden: set()},
    **{changed: ALL, changed_and_dated_back: ALL, added: ALL, removed: ALL, renamed: ALL, moved: ALL},
}


@pytest.mark.parametrize("change", rows(CHANGES, touched, changed_and_dated_back), ids=lambda change: change.__name__)
def test_what_reruns_when_pictures_change(copy, change):
    change(copy.folder / "pictures")
    assert copy.jobs(config=OWN) == CHANGES[change]


@THOROUGH
def test_a_changed_picture_is_found_out_of_date_and_made_good(copy):
    changed(copy.folder / "pictures")
    stale = {path for kind, path in copy.findings(config=OWN) if kind == "stale"}
    assert f"{DATA}/images.npz" in stale
    done = copy.run("workflow/results.py", "trace", f"{DATA}/images.npz")
    assert "  from pictures/bar/3.png  EDITED since, not made by a job" in done.stdout
    assert copy.snakemake(*OWN).returncode == 0
    assert copy.findings(config=OWN) == set()


def test_a_second_plan_reads_no_picture_again(copy):
    time.sleep(2.1)  # digests of files younger than two seconds are not remembered
    assert copy.jobs(config=OWN) == set()
    remembered = json.loads((copy.folder / ".snakemake/kernelscope/digests.json").read_text())
    assert len([path for path in remembered if "/pictures/" in path and str(copy.folder) in path]) == 24


PROBLEMS = {
    "no folder": (lambda pictures: shutil.rmtree(pictures), "folder: got 'pictures', which is not a folder here"),
    "one class": (lambda pictures: shutil.rmtree(pictures / "bar"), "pictures: got images of one class only"),
    "case": (lambda pictures: picture(pictures / "Bar/1.png", "bar", 1), "the classes 'Bar' and 'bar'"),
    "a link out": (
        lambda pictures: (pictures / "bar/x.png").symlink_to("/etc/passwd"),
        "pictures/bar/x.png: got a link",
    ),
}


@pytest.mark.parametrize("problem", rows(PROBLEMS, "one class"))
def test_what_is_wrong_with_a_folder_is_told_in_one_line_before_any_job(copy, problem):
    spoil, words = PROBLEMS[problem]
    spoil(copy.folder / "pictures")
    done = copy.snakemake(*OWN)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("kernelscope: ")]
    assert done.returncode == 1
    assert len(lines) == 1
    assert lines[0].startswith("kernelscope: mine.yaml: datasets.mine")
    assert words in lines[0]
    assert "Traceback" not in done.stdout + done.stderr


def test_a_file_that_is_no_picture_stops_the_job_or_is_left_out_and_listed(copy):
    (copy.folder / "pictures/bar/notes.png").write_text("no picture")
    done = copy.snakemake("dataset", *OWN)
    assert done.returncode == 1
    assert "pictures/bar/notes.png: got no PNG, JPEG, TIFF, BMP, GIF or WebP image" in done.stdout + done.stderr
    assert not (copy.folder / DATA / "images.npz").exists()
    copy.edit("mine.yaml", "folder: pictures", "folder: pictures, on_error: skip")
    assert copy.snakemake("dataset", *OWN).returncode == 0
    skipped = (copy.folder / DATA / "skipped.csv").read_text().splitlines()
    assert skipped == ["file,reason", NO_IMAGE, 'bar/notes.png,"no PNG, JPEG, TIFF, BMP, GIF or WebP image"']


def test_the_same_picture_in_train_and_test_is_told_with_names(copy):
    copy.edit("mine.yaml", "folder: pictures", "folder: pictures, test_share: 0.5")
    for place in range(12):
        shutil.copy2(copy.folder / f"pictures/bar/{place}.png", copy.folder / f"pictures/bar/again{place}.png")
    assert copy.snakemake("dataset", *OWN).returncode == 0
    inferred = json.loads((copy.folder / DATA / "inferred.json").read_text())
    assert inferred["in_both_splits"]
    assert all(f"bar/again{name[4:]}" == again for name, again in inferred["in_both_splits"])
    log = (copy.folder / "results/mine/logs/read_dataset/mine.log").read_text()
    assert f"WARNING: {len(inferred['in_both_splits'])} images occur in both train and test" in log

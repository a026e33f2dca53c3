"""A folder of stacks of several channels, with a table of labels and groups, from the files to the page."""

import json

import numpy as np
import pytest
import tifffile
from browser import View, canvas
from projects import ROOT, copied
from tiers import THOROUGH

from kernelscope.data.image_file import ImageFile
from kernelscope.io import array_files, csv_files

NAMES = ["DAPI", "GFP", "mCherry", "Cy5", "bright"]
CHOSEN = ["Cy5", "DAPI", "GFP", "mCherry"]
CONFIG = f"""
pathvars: {{results: results/cells}}
experiment: {{datasets: [cells], architectures: [templates], seeds: [0]}}
datasets:
  cells:
    {{source: folder, folder: cells, table: cells/labels.csv, label_column: diagnosis, group_column: patient, seed: 1,
      pages: max, channels: [{", ".join(CHOSEN)}], image_size: [20, 24]}}
architectures: {{templates: {{kernels: 3, kernel_size: 7}}}}
training: {{epochs: 2, snapshots: 3, batch_size: 10, class_weights: balanced}}
figures: {{channel_colors: [gray, blue, green, "#ff8000"]}}
comparison: {{n_resamples: 20}}
analysis: {{n_resamples: 20, images: 20}}
"""
OWN = ("--configfile", "cells.yaml")
PATIENTS, SICK, PER_PATIENT = 10, 4, 5


def stack(rng, is_sick: bool) -> np.ndarray:
    """Return a stack (z, channels, h, w) uint16 with a bar in channel 0 or 1, and levels of its own in each channel."""
    levels = rng.integers(100, 200, (3, len(NAMES), 20, 24)).astype(np.uint16)
    row = rng.integers(4, 14)
    levels[rng.integers(3), int(is_sick), row : row + 2, 4:20] = 3000
    return levels * np.arange(1, 6, dtype=np.uint16)[:, None, None]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    project = copied(ROOT, tmp_path_factory.mktemp("cells") / "project")
    (project.folder / "cells.yaml").write_text(CONFIG)
    (project.folder / "cells").mkdir()
    rng, lines = np.random.default_rng(0), ["file;diagnosis;patient"]
    for patient in range(PATIENTS):
        for number in range(PER_PATIENT):
            name, is_sick = f"p{patient:02}_{number:03}.ome.tif", patient < SICK
            metadata = {"axes": "ZCYX", "Channel": {"Name": NAMES}}
            tifffile.imwrite(project.folder / "cells" / name, stack(rng, is_sick), ome=True, metadata=metadata)
            lines.append(f"{name};{'sick' if is_sick else 'well'};P{patient}")
    (project.folder / "cells/labels.csv").write_text("\n".join(lines))
    done = project.snakemake(*OWN)
    assert done.returncode == 0, done.stdout + done.stderr
    return project.folder / "results/cells"


@THOROUGH
def test_every_channel_is_in_the_images_the_network_and_the_tables(finished):
    images = ImageFile(finished / "data/cells/images.npz")
    assert images.channel_names == CHOSEN
    assert images.images["train"].shape[1:] == (20, 24, 4)
    assert all(np.ptp(images.images["train"][:][..., channel]) == 255 for channel in range(4))  # each on its own scale
    run = finished / "runs/cells/templates/seed0"
    (bank,) = (
        bank for name, bank in array_files.read_npz(run / "kernels.npz").items() if name not in ("steps", "epochs")
    )
    assert bank.shape[1:] == (3, 4, 7, 7)
    assert {row["channel"] for row in csv_files.read_csv(run / "kernels.csv")} == {"0", "1", "2", "3"}
    assert all((run / name).stat().st_size for name in ("montage.png", "atlas.png", "featuremaps.png"))


@THOROUGH
def test_no_patient_is_on_both_sides_and_notes_findings_and_page_say_so(finished):
    inferred = json.loads((finished / "data/cells/inferred.json").read_text())
    groups = inferred["groups"]
    assert sorted(groups["train"] + groups["test"]) == [f"P{patient}" for patient in range(PATIENTS)]
    rows = csv_files.read_csv(finished / "data/cells/parameters.csv")
    for split in ("train", "test"):
        assert {row["group"] for row in rows if row["split"] == split} == set(groups[split])
    words = f"belong to groups, {len(groups['train'])} of which are in train and {len(groups['test'])} in test"
    findings = " ".join((finished / "findings.md").read_text().split())
    page = (finished / "index.html").read_text()
    for text in (findings, page):
        assert words in text
        assert "their pages became the largest level of each pixel (pages: max)" in text
    share = json.loads((finished / "runs/cells/templates/seed0/run.json").read_text())["largest_class_share"]
    assert f"chance is {100 * share:.0f} %" in findings


@THOROUGH
def test_chance_is_the_share_of_the_largest_class_and_losses_are_balanced(finished):
    run = json.loads((finished / "runs/cells/templates/seed0/run.json").read_text())
    counts = json.loads((finished / "data/cells/inferred.json").read_text())["images"]["test"]
    assert run["largest_class_share"] == max(counts.values()) / sum(counts.values())
    assert run["constant_predictor_loss"] == pytest.approx(np.log(2), rel=1e-5)


@THOROUGH
def test_the_page_shows_every_view_and_switches_the_channels(browser, finished):
    view = View(browser, finished / "index.html")
    for route in ("", "data/cells", "through/cells/templates", "cells/templates/0/conv1/0", "compare/cells"):
        view.open(route)
    tab = view.open("evolution/cells/templates")
    seen = []
    buttons = tab.get_by_role("group", name="Channels").get_by_role("button")
    assert buttons.all_text_contents() == ["Channels: side by side", "in color", *CHOSEN]
    for number in range(6):
        tab.get_by_role("group", name="Channels").get_by_role("button").nth(number).click()
        seen.append(canvas(tab, ".sheet canvas").tobytes())
    assert len(set(seen)) == 6
    tab.wait_for_timeout(400)  # after which the address has the choice
    assert "channel=3" in tab.evaluate("location.hash")
    assert view.complaints == []
    view.context.close()

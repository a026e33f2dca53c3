"""Views of the page of the smoke experiment in a real browser: a kernel at work, mistakes, one image, two seeds."""

from pathlib import Path

import numpy as np
import pytest
from browser import View, canvas, until
from PIL import Image

from kernelscope.io import csv_files
from kernelscope.io.array_files import read_npz
from kernelscope.io.records import read_json
from kernelscope.models import responses

RUN = "runs/waveforms/templates/seed0"
KERNEL = "waveforms/templates/0/conv1/1"


def sum_of(tab) -> float:
    """Return the sum with the bias that the teaching view shows."""
    return float(tab.locator(".sum").inner_text().split("= ")[1].split(",")[0].replace("\N{MINUS SIGN}", "-"))


def state(results: Path, which: str) -> dict[str, np.ndarray]:
    """Return all weights of a run at one end of the training."""
    with np.load(results / RUN / "snapshots.npz") as arrays:
        return {name.removeprefix(f"{which}/"): arrays[name] for name in arrays.files if name.startswith(f"{which}/")}


def maps_of(results: Path, which: str, number: int) -> np.ndarray:
    """Return the feature map (h, w) of kernel 1 for a test image, by torch."""
    layers = read_json(results / RUN / "run.json")["spec"]["layers"]
    images = read_npz(results / "data/waveforms/images.npz")["test_images"][number : number + 1]
    return responses.responses(layers, state(results, which), images)["conv1"][0, 1]


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.03, "What is left of its random start makes up 3.0 % of its squared norm."),
        (0.75, "It is mostly its random start: what is left of the start makes up 75.0 % of its squared norm."),
        (2.5, "the squared norm of what is left of the start is 2.5 times that of the kernel"),
    ],
)
def test_a_ratio_above_one_is_no_share_of_the_kernel(view, ratio, words):
    tab = view.open(KERNEL)
    said = tab.evaluate("(ratio) => kernelscope.about({}, { initial_ratio: ratio }, [3], 9)", ratio)
    assert words in said


def test_the_teaching_view_computes_what_the_network_does_and_follows_the_slider(view, results):
    tab = view.open(KERNEL)
    number = int(tab.locator(".thumbnails button[aria-pressed=true]").get_attribute("aria-label").split()[-1])
    assert number == read_npz(results / RUN / "probes.npz")["top_image/conv1"][1, 0]
    trained, untrained = (maps_of(results, which, number) for which in ("last", "first"))
    assert sum_of(tab) == pytest.approx(trained.max(), abs=6e-3)
    row, col = np.unravel_index(trained.argmax(), trained.shape)
    tab.evaluate("kernelscope.player.go(0)")
    bias = state(results, "first")["conv1.bias"][1]  # no bias but the last is known to the page
    words = tab.locator(".sum").inner_text().replace("\N{MINUS SIGN}", "-")
    assert "the bias is known at the end only" in words
    assert max(float(words.split()[1]) + bias, 0) == pytest.approx(untrained[row, col], abs=6e-3)


def test_a_deeper_kernel_is_in_pixels_in_the_ways_that_the_page_has_and_each_is_explained(view):
    figure = view.open("waveforms/stacked/1/conv3/2").locator("figure", has_text="In pixels")
    ways = figure.locator(".tile .label").all_inner_texts()
    assert ways == ["linear", "maximized"]
    assert [f"{way.capitalize()}: " in figure.inner_text() for way in (*ways, "patches")] == [True, True, False]
    assert view.open(KERNEL).locator("figure", has_text="In pixels").count() == 0


def place(on) -> list[float]:
    """Return how far from the top and the left the frame on a picture is, in percent."""
    sides = ("top", "left")
    return [on.locator(".frame").evaluate(f"(frame) => parseFloat(frame.style.{side})") for side in sides]


def test_pointing_at_the_image_or_at_a_map_moves_the_frame_in_both(view, results):
    tab = view.open(KERNEL)
    number = int(tab.locator(".thumbnails button[aria-pressed=true]").get_attribute("aria-label").split()[-1])
    trained = maps_of(results, "last", number)
    scene, sheet = (tab.locator(".picture").nth(i) for i in (0, 1))
    size, k = 48, 9
    for on, at in ((sheet, (0.5, 0.25)), (scene, (0.75, 0.5))):
        box = on.locator("canvas").bounding_box()
        tab.mouse.move(box["x"] + box["width"] * at[1], box["y"] + box["height"] * at[0])
        row, col = (round(share / 100 * size) for share in place(scene))
        assert place(sheet) == pytest.approx([100 * row / len(trained), 100 * col / len(trained)], abs=0.1)
        middle = [(row + 0.5, col + 0.5), (row + k / 2, col + k / 2)][on is scene]
        assert middle == pytest.approx([share * (size if on is scene else len(trained)) for share in at], abs=1)
        assert max(sum_of(tab), 0) == pytest.approx(trained[row, col], abs=6e-3)


def test_one_step_slides_by_one_place_and_the_layout_stays(view):
    tab = view.open(KERNEL)
    boxes = "Array.from(document.querySelectorAll('.stage figure'), (part) => part.getBoundingClientRect().x)"
    before, frame = tab.evaluate(boxes), "document.querySelectorAll('.frame')[1].style.left"
    tab.locator(".picture canvas").nth(1).focus()
    tab.keyboard.press("ArrowLeft")
    left = float(tab.evaluate(frame).rstrip("%"))
    tab.get_by_role("button", name="One step").click()
    assert float(tab.evaluate(frame).rstrip("%")) == pytest.approx(left + 100 / 40)
    tab.get_by_role("button", name="fast").click()
    tab.get_by_role("button", name="Slide").click()
    until(tab, f"parseFloat({frame}) !== {left + 100 / 40}")
    assert tab.evaluate(boxes) == before
    tab.get_by_role("button", name="Pause").click()


def test_one_image_has_the_prediction_and_the_responses_of_torch(view, results):
    tab = view.open("through/waveforms/stacked")
    number = int(tab.locator(".thumbnails button").nth(4).get_attribute("aria-label").split()[-1])
    tab.locator(".thumbnails button").nth(4).click()
    folder = results / "runs/waveforms/stacked/seed0"
    rows = csv_files.read_csv(folder / "predictions.csv")
    words = tab.locator(".prediction h2").inner_text()
    names = ["square", "triangle", "gaussian"]
    assert (
        words
        == f"Prediction: {names[int(rows[number]['prediction'])]}, {100 * float(rows[number]['probability']):.1f} %"
    )
    with np.load(folder / "snapshots.npz") as arrays:
        last = {name.removeprefix("last/"): arrays[name] for name in arrays.files if name.startswith("last/")}
    images = read_npz(results / "data/waveforms/images.npz")["test_images"][number : number + 1]
    maps = responses.responses(read_json(folder / "run.json")["spec"]["layers"], last, images)
    for layer, of_layer in maps.items():
        section = tab.locator("section", has_text=layer).first
        peaks = of_layer[0].max((1, 2))
        found = [words.split("kernel ")[1].split(": ") for words in section.locator(".tile .label").all_inner_texts()]
        assert [int(kernel) for kernel, _ in found] == [k for k in np.argsort(-peaks, kind="stable") if peaks[k] > 0]
        assert [float(peak) for _, peak in found] == pytest.approx(sorted(peaks[peaks > 0], reverse=True), rel=6e-3)


def test_any_picture_goes_through_the_network_and_what_is_none_is_refused(view, tmp_path):
    tab = view.open("through/waveforms/templates")
    Image.fromarray(np.full((30, 90, 3), (255, 0, 0), np.uint8)).save(tmp_path / "red.png")
    tab.set_input_files("input[type=file]", tmp_path / "red.png")
    until(tab, "document.querySelector('.outcome figcaption').textContent.startsWith('your picture')")
    assert tab.inner_text(".drop [role=status]") == "red.png: fitted into 48 × 48 pixels, in gray."
    pixels = canvas(tab, ".outcome canvas")
    assert pixels[24, 24, :3].tolist() == [76, 76, 76]  # 0.299 of 255
    assert (pixels[:15, :, :3] == 0).all()  # black above a wide picture
    assert tab.locator(".outcome .bad").count() == 0  # no class is known, so nothing is wrong
    (tmp_path / "none.png").write_bytes(b"none")
    tab.set_input_files("input[type=file]", tmp_path / "none.png")
    until(tab, "document.querySelector('.drop [role=status]').textContent.includes('no picture')")


ACCURACIES = """(counts) => {
    const classes = counts[0].map((_, i) => `class ${i}`);
    const table = kernelscope.accuracyTable("waveforms", classes, [0, 1], counts);
    return Array.from(table.querySelectorAll("tr"), (row) => Array.from(row.children, (cell) => cell.textContent));
}"""


def test_on_a_phone_the_chosen_view_is_in_sight(browser, results):
    view = View(browser, results / "index.html", 390, 844)
    for route in ("answer", "wrong", "numbers"):
        box = view.open(route).locator("header nav a[aria-current]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    view.context.close()


def confusion(right: list[int], of: int) -> list[list[int]]:
    """Return counts of a seed, a row for each true class; mistakes are without a prediction."""
    return [[*(count * (i == j) for j in range(len(right))), of - count] for i, count in enumerate(right)]


def test_of_few_classes_each_seed_has_a_row_and_of_many_each_class_the_worst_first(view):
    tab = view.open()
    few = tab.evaluate(ACCURACIES, [confusion([4, 2], 4), confusion([3, 1], 4)])
    assert few[0] == ["seed", "all", "class 0", "class 1"]
    assert few[1:] == [["seed 0", "75.0 %", "100.0 %", "50.0 %"], ["seed 1", "50.0 %", "75.0 %", "25.0 %"]]
    many = tab.evaluate(ACCURACIES, [confusion([4] * 20 + [2], 4), confusion([4, 3, *[4] * 19], 4)])
    assert many[:3] == [["class", "images", "right"], ["class 20", "4", "75.0 %"], ["class 1", "4", "87.5 %"]]
    assert len(many) == 22


def test_mistakes_are_those_of_the_predictions(view, results):
    tab = view.open("wrong/waveforms/templates")
    seeds = {}
    for seed in (0, 1):
        seeds[seed] = csv_files.read_csv(results / f"runs/waveforms/templates/seed{seed}/predictions.csv")
    wrong = {seed: {row["index"] for row in rows if row["label"] != row["prediction"]} for seed, rows in seeds.items()}
    assert tab.locator(".mistake").count() == len(wrong[0] | wrong[1]) < 36
    both = sum("2 of 2 seeds" in words for words in tab.locator(".mistake").all_inner_texts())
    assert both == len(wrong[0] & wrong[1])
    shares = [float(cell.split()[0]) for cell in tab.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert shares == [pytest.approx(100 * (1 - len(images) / 60), abs=0.06) for images in wrong.values()]


def test_compare_begins_with_two_seeds_of_one_network_in_matched_order(view, results):
    tab = view.open("compare")
    left, right = (tab.locator("select").nth(i).input_value() for i in (0, 1))
    assert left.split(" seed ")[0] == right.split(" seed ")[0]
    assert left != right
    tab = view.open("compare/waveforms/templates%20seed%200/templates%20seed%201")
    matches = csv_files.read_csv(results / "compare/waveforms/templates/matches.csv")
    rows = [row for row in matches if row["similarity"]]
    rows.sort(key=lambda row: -float(row["similarity"]))
    links = [link.get_attribute("href") for link in tab.query_selector_all(".pairs .tile a")][: 2 * len(rows)]
    ends = [
        f"#/waveforms/templates/{seed}/conv1/{row[f'kernel_{end}']}"
        for row in rows
        for seed, end in ((0, "a"), (1, "b"))
    ]
    assert links == ends


def test_settings_are_in_the_words_of_the_reference_with_units(view):
    rows = view.open("data").locator("tbody tr").all_inner_texts()
    cells = [row.split("\t") for row in rows]
    assert ["line width", "1.5 to 3 pixels", "Width of the line."] in cells
    assert [
        "amplitude",
        "0.35 to 0.8 of the rows",
        "Height from the baseline to the top, smallest and largest.",
    ] in cells

"""The evolution of kernels, charts and downloads in a real browser."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from browser import HELD, ONE_PART, View, canvas
from PIL import Image
from tiers import rows
from unpacked import Page

from kernelscope.figures import colormaps, kernel_tiles
from kernelscope.io.array_files import read_npz
from kernelscope.io.run_info import read_kernels

SIZE = (1280, 900)
ROUTE = "evolution/waveforms/templates/conv1"
DEEP = "evolution/waveforms/stacked/conv3"


MATCHES = {
    "columns": ["layer", "seed_a", "seed_b", "kernel_a", "kernel_b", "similarity"],
    "rows": [
        *(["conv1", 0, 1, 0, 2, 0.5], ["conv1", 0, 1, 1, 0, 0.9], ["conv1", 0, 1, 2, 1, 0.4]),
        *(["conv1", 0, 2, 0, 0, 0.6], ["conv1", 0, 2, 1, 1, 0.3], ["conv1", 0, 2, 3, None, None]),
        ["conv2", 0, 1, 0, 0, 1.0],
    ],
}
PAIRS = {
    "columns": ["layer", "seed_a", "seed_b", "null_mean"],
    "rows": [["conv1", 0, 1, 0.35], ["conv1", 0, 2, 0.2], ["conv1", 1, 2, 0.99]],
}
COLUMNS = "(given) => kernelscope.columnsOf(given.tables, 'conv1', given.seeds, given.counts, given.atlases)"


def columns(view, **other):
    given = {"tables": {"matches": MATCHES, "pairs": PAIRS}, "seeds": [0, 1, 2], "counts": [4, 3, 3], "atlases": []}
    return view.open().evaluate(COLUMNS, given | other)


def test_columns_are_ordered_by_seeds_with_a_match_and_then_by_the_lowest_similarity(view):
    found = columns(view)
    assert (found["reference"], found["isMatched"], found["chance"]) == (0, True, 0.35)
    matched = [(c["kernels"], c["seeds"], c["similarity"], c["isBeyond"]) for c in found["columns"] if c["seeds"]]
    assert matched == [([0, 2, 0], 2, 0.5, True), ([1, 0, 1], 2, 0.3, False), ([2, 1, None], 1, 0.4, False)]


def test_every_kernel_is_in_one_column_and_those_without_a_match_come_last(view):
    found = columns(view)["columns"]
    for i, count in enumerate([4, 3, 3]):
        assert sorted(c["kernels"][i] for c in found if c["kernels"][i] is not None) == list(range(count))
    assert [c["kernels"] for c in found[3:]] == [[3, None, 2]]
    assert found[3]["similarity"] is None


def test_without_matches_kernels_are_in_the_order_of_their_numbers(view):
    found = columns(view, tables=None, counts=[2, 3, 1])
    assert [c["kernels"] for c in found["columns"]] == [[0, 0, 0], [1, 1, None], [None, 2, None]]
    assert found["isMatched"] is False


def atlas(*features):
    return [
        {"kernel": kernel, "feature": feature, "feature_class": "square", "feature_p": p}
        for kernel, (feature, p) in enumerate(features)
    ]


def test_a_column_has_the_name_of_the_feature_of_at_least_half_of_its_kernels(view):
    atlases = [
        atlas(("peak", 0.01), ("peak", 0.01)),
        atlas(("peak", 0.9), ("peak", 0.01), ("peak", 0.03)),
        atlas(("corner", 0.01), ("flank", 0.9)),
    ]
    names = [column["name"] for column in columns(view, atlases=atlases)["columns"]]
    assert names == ["peak, square (2 of 3)", "", "peak, square (1 of 2)", ""]


@pytest.mark.parametrize(
    ("width", "pitch", "count", "least", "expected"),
    [
        (1240, 16, 12, 3, (12, 5)),  # all in one line
        (1240, 50, 32, 2, (11, 2)),  # three lines as long as each other
        (366, 16, 12, 3, (4, 5)),  # on a phone at most four
        (366, 50, 32, 2, (3, 2)),
        (336, 700, 5, 3, (1, 1)),  # a kernel that is wider than the window
        (1460, 10, 3, 3, (3, 16)),  # no kernel is larger than 160 pixels
    ],
)
def test_kernels_are_as_large_as_the_window_allows(view, width, pitch, count, least, expected):
    fit = view.open().evaluate("(given) => kernelscope.layout(...given)", [width, pitch, count, least])
    assert (fit["perLine"], fit["factor"]) == expected


STRIPS = """Array.from(document.querySelectorAll(".line:first-child .strip"),
    (strip) => [strip.getBoundingClientRect().right, strip.children.length - 1])"""


@pytest.mark.parametrize("width", rows([360, 390, 1280, 1920], 390))
def test_lines_wrap_and_fill_the_window_after_a_resize_too(browser, results, width):
    view = View(browser, results / "index.html", 1000, 900)
    tab = view.open(ROUTE)
    tab.set_viewport_size({"width": width, "height": 900})
    tab.wait_for_timeout(300)
    boxes = tab.evaluate(STRIPS)
    content = min(width, 1500) - (24 if width <= 600 else 40)
    assert all(right <= width for right, _ in boxes)
    assert all(count <= (4 if width < 500 else 16) for _, count in boxes)
    assert max(right for right, _ in boxes) >= (0.8 * content if width < 1000 else 700)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    view.context.close()


def test_below_each_column_is_the_lowest_similarity_of_its_matches(view, results):
    tab = view.open(ROUTE)
    with (results / "compare/waveforms/templates/matches.csv").open() as file:
        found = [row for row in csv.DictReader(file) if row["layer"] == "conv1" and row["similarity"]]
    partner = {row["kernel_a"]: (row["kernel_b"], f"{float(row['similarity']):.2f}") for row in found}
    first, second = (line.split("\n") for line in tab.locator(".line").first.locator(".numbers").all_inner_texts())
    values = tab.locator(".line").first.locator(".values > span").all_inner_texts()
    assert [(kernel, value[:4]) for kernel, value in zip(second, values, strict=True)] == [partner[k] for k in first]
    assert [value[:4] for value in values] == sorted((value for _, value in partner.values()), reverse=True)


MIDDLES = """(selector) => Array.from(document.querySelector(".line").querySelectorAll(selector), (node) => {
    const box = node.getBoundingClientRect();
    return (box.left + box.right) / 2;
})"""


def test_numbers_and_similarities_are_below_the_middle_of_their_kernels(view):
    tab = view.open(ROUTE)
    kernels = tab.evaluate(MIDDLES, "a[data-row='0']")
    assert len(kernels) > 1
    for selector in (".numbers > span", ".values > span"):
        np.testing.assert_allclose(tab.evaluate(MIDDLES, selector)[: len(kernels)], kernels, atol=1)


DRAWN = """([shape, data, limit, own]) => {
    const layers = { first: { limit, decay_factor: 1 }, second: { limit, decay_factor: 1 } };
    const values = Float32Array.from(data, (x) => x ?? NaN);
    const arrays = { steps: { data: [0] }, epochs: { data: [0] } };
    for (const name of Object.keys(layers)) {
        arrays[`kernels/${name}`] = { shape, data: values, last: values };
        arrays[`coefficients/${name}`] = { data: [] };
    }
    const run = { arrays, json: { outcome: {}, layers, atlas: { columns: [], rows: [] } } };
    return Object.keys(layers).map((name) => {
        const bank = new kernelscope.Bank(run, name);
        const pixels = new Uint32Array(bank.width * bank.height);
        const { colors } = kernelscope.look;
        bank.draw({ width: bank.width, pixels }, 0, 0, 0, 1, { mode: "kernels", own, limit, colors });
        const bytes = Array.from(new Uint8Array(pixels.buffer));
        return { size: [bank.height, bank.width, 4], bytes, told: bank.told(0, 1, bank.weightAt(1, 2), 3) };
    });
}"""


@pytest.mark.parametrize("own", [False, True])
def test_kernels_that_see_color_images_are_in_color_as_in_figures_and_those_of_deeper_layers_are_planes(view, own):
    bank = np.random.default_rng(0).normal(size=(2, 3, 3, 3)).astype(np.float32)
    bank[1, 1, 2, 2], bank[1, 0, 0, 1] = np.nan, np.inf
    data = [None if np.isnan(value) else value for value in bank.ravel().tolist()]
    first, second = view.open().evaluate(DRAWN, [[1, *bank.shape], data, 1.5, own])
    expected = kernel_tiles.in_color(bank, None if own else 1.5)[1]
    drawn = np.reshape(first["bytes"], first["size"])
    np.testing.assert_allclose(drawn[..., :3], expected, atol=1)
    assert (drawn[..., 3] == 255).all()
    red, green, blue = bank[1, :, 1, 2]
    assert first["told"] == f"row 1, col 2: red {red:.3g}, green {green:.3g}, blue {blue:.3g}".replace("-", "−")
    assert second["size"] == [7, 7, 4]
    assert second["told"] == f"channel 0, row 1, col 2: {red:.3g}".replace("-", "−")


PIXELS = """async ([layer, t]) => {
    const { PixelBank, runBlock } = kernelscope;
    const { architectures } = JSON.parse(document.getElementById("overview").textContent);
    const bank = new PixelBank(await runBlock("waveforms", "stacked", 1), layer, architectures.stacked.layers);
    return Array.from(bank.slice("kernels", t < 0 ? bank.count + t : t));
}"""


@pytest.mark.parametrize("layer", ["conv2", "conv3"])
def test_deeper_kernels_in_pixels_are_those_of_the_workflow(view, results, layer):
    expected = read_npz(results / "runs/waveforms/stacked/seed1/pixels.npz")[f"linear/{layer}"]
    drawn = np.reshape(view.open().evaluate(PIXELS, [layer, -1]), expected.shape)
    np.testing.assert_allclose(drawn, expected, atol=1e-6 * np.abs(expected).max())
    assert np.abs(np.reshape(view.tab.evaluate(PIXELS, [layer, 0]), expected.shape) - expected).max() > 0


def test_kernels_of_a_deeper_layer_move_with_the_slider_in_pixels_and_as_weights(view, results):
    view.tab.add_init_script(HELD)
    tab = view.open(DEEP)
    sizes = []
    for way in ("In pixels", "Weights"):
        tab.get_by_role("button", name=way).click()
        tab.evaluate(f"while (window.idle.length) {ONE_PART}")
        states = []
        for t in (0, 3, 7):
            tab.evaluate("(t) => kernelscope.player.go(t)", t)
            states.append(canvas(tab, "canvas.kernels"))
        assert not (states[0] == states[1]).all()
        assert not (states[1] == states[2]).all()
        sizes.append(states[0].shape)
    assert sizes[0] != sizes[1]
    bank = read_kernels(results / "runs/waveforms/stacked/seed0/kernels.npz")["conv3"]
    expected = colormaps.signed(bank[-1, 0, 0], float(f"{colormaps.limit(bank):.6g}"), "RdBu_r")
    assert (canvas(tab, "canvas.kernels")[:3, :3, :3] == expected).all()


def test_dead_kernels_are_hatched_and_named_once(view, results):
    tab = view.open(DEEP)
    with (results / "runs/waveforms/stacked/seed0/atlas.csv").open() as file:
        dead = [row["kernel"] for row in csv.DictReader(file) if row["layer"] == "conv3" and row["alive"] == "False"]
    assert dead
    assert tab.locator("a[data-row='0'] .hatch").count() == len(dead)
    assert tab.inner_text("main").count(f"dead: {', '.join(dead)}\n") == 1


def test_arrow_keys_move_over_kernels_and_enter_opens_one(view):
    tab = view.open(ROUTE)
    assert tab.locator(".sheet a[tabindex='0']").count() == 1
    last = tab.evaluate("kernelscope.player.last")
    tab.locator(".sheet a[tabindex='0']").focus()
    first = tab.locator(".sheet + .readout").inner_text()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowDown")
    told = tab.locator(".sheet + .readout").inner_text()
    assert first.startswith("kernel ")
    assert " of seed 0" in first
    assert " of seed 1" in told
    assert tab.evaluate("kernelscope.player.now") == last
    tab.keyboard.press("Enter")
    kernel = told.split(" ")[1]
    assert tab.evaluate("location.hash") == f"#/waveforms/templates/1/conv1/{kernel}"


def test_pointing_at_a_weight_tells_its_place_and_value(view, results):
    tab = view.open(ROUTE)
    box, k = tab.locator("a[data-row='1']").first.bounding_box(), 9
    tab.mouse.move(box["x"] + box["width"] * 4.5 / k, box["y"] + box["height"] * 2.5 / k)
    told = tab.locator(".sheet + .readout").inner_text().replace("\N{MINUS SIGN}", "-")
    kernel = int(told.split(" ")[1])
    bank = read_kernels(results / "runs/waveforms/templates/seed1/kernels.npz")["conv1"]
    assert told.startswith(f"kernel {kernel} of seed 1, row 2, col 4: ")
    assert float(told.rsplit(" ")[-1]) == pytest.approx(bank[-1, kernel, 0, 2, 4], rel=1e-3)


def test_a_chart_shows_its_values_at_the_pointer_and_with_arrow_keys(view, results):
    tab = view.open(ROUTE)
    with (results / "runs/waveforms/templates/seed0/history.csv").open() as file:
        history = list(csv.DictReader(file))
    chart = tab.locator(".chart svg[role=img]").first
    chart.focus()
    tab.keyboard.press("Home")
    tip = tab.locator(".tip:not([hidden])").inner_text()
    assert tip.startswith("step 0, epoch 0")
    assert f"seed 0: {float(history[0]['test_loss']):.3g}" in tip
    tab.keyboard.press("ArrowRight")
    assert f"step {history[1]['step']}" in tab.locator(".tip:not([hidden])").inner_text()
    box = chart.bounding_box()
    tab.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 50)
    assert f"step {history[-1]['step']}" in tab.locator(".tip:not([hidden])").inner_text()
    assert {"seed 0", "seed 1"} <= set(chart.locator("text.end").all_text_contents())
    assert "100 %" in tab.locator(".chart").nth(1).text_content()


CHART = """(curve) => {
    const { lineChart } = kernelscope;
    const { node } = lineChart({ name: "a chart", curves: [{ name: "seed 0", ...curve }], x: "step", y: "gap" });
    document.getElementById("main").replaceChildren(node);
    const box = (one) => one.getBoundingClientRect();
    const words = Array.from(node.querySelectorAll("text.faint"));
    const axis = words.find((one) => one.textContent === "gap");
    const numbers = words.filter((one) => one.getAttribute("text-anchor") === "end");
    return {
        path: node.querySelector(".curve").getAttribute("d"),
        room: Math.min(...numbers.map((one) => box(one).left)) - box(axis).right,
    };
}"""


@pytest.mark.parametrize(
    ("curve", "parts"),
    [
        ({"x": [6], "y": [-0.0312]}, "h"),
        ({"x": [6, 10], "y": [-0.0312, -0.001], "begins": [1]}, "hh"),
        ({"x": [0, 1, 2, 3, 4], "y": [1e-9, 2e-9, None, 3e-9, None]}, "Lh"),
        ({"x": [0, 1], "y": [123456, 0]}, "L"),
    ],
)
def test_a_point_without_neighbors_is_seen_and_numbers_do_not_cover_the_name_of_their_axis(view, curve, parts):
    drawn = view.open().evaluate(CHART, curve)
    assert "".join(letter for letter in drawn["path"] if letter in "Lh") == parts
    assert drawn["room"] > 0


MOMENTS = """(all) => {
    const banks = all.map((steps, i) => ({ steps, count: steps.length, when: (t) => `bank ${i}, snapshot ${t}` }));
    const { longest, steps, when } = kernelscope.momentsOf(banks);
    return [banks.indexOf(longest), steps, steps.map((_, t) => when(t))];
}"""


def test_the_slider_has_the_snapshots_of_the_run_that_ends_last_or_of_all_if_these_are_few(view):
    tab = view.open()
    longest, steps, _ = tab.evaluate(MOMENTS, [[0, 5, 10], [0, 4, 12], [0, 12]])
    assert (longest, steps) == (1, [0, 4, 12])
    longest, steps, words = tab.evaluate(MOMENTS, [[0, 40], [60]])
    assert (longest, steps) == (1, [0, 40, 60])
    assert words == ["bank 0, snapshot 0", "bank 0, snapshot 1", "bank 1, snapshot 0"]


LOSSES = """(rows) => {
    const history = { columns: ["step", "epoch", "test_loss", "test_accuracy"], rows };
    const { node } = kernelscope.losses([{ json: { history } }], ["seed 0"], "runs");
    const charts = Array.from(node.querySelectorAll("svg[role=img]"), (svg) => svg.getAttribute("aria-label"));
    return [charts, node.querySelector(".curve").getAttribute("d")];
}"""


def test_losses_without_steps_are_drawn_over_the_epochs_and_scores_without_numbers_are_not_drawn(view):
    charts, path = view.open().evaluate(LOSSES, [[None, 1, 0.5, None], [None, 2, 0.25, None]])
    assert [name.split(";")[0] for name in charts] == ["test loss over the epochs"]
    first, last = (float(point.split()[0]) for point in path.removeprefix("M").split("L"))
    assert last - first > 100


def colored(picture: np.ndarray) -> int:
    """Return the number of pixels that are not gray."""
    return int((np.ptp(picture.astype(int), -1) > 40).sum())


def downloads(view, figure) -> list[np.ndarray]:
    """Return both pictures of a figure, (h, w, 3): the PNG, and the SVG as the browser draws it in an empty page."""
    figure.locator(".tools summary").click()
    found = {}
    for kind in ("PNG", "SVG"):
        with view.tab.expect_download() as download:
            figure.get_by_role("button", name=f"as {kind}").click()
        found[kind] = Path(download.value.path()).read_bytes()
    empty = view.context.new_page()
    empty.set_content(f"<body style='margin: 0'>{found['SVG'].decode()}</body>")
    drawn = empty.locator("body > svg").screenshot()
    empty.close()
    assert b"var(--" not in found["SVG"]
    return [np.asarray(Image.open(io.BytesIO(content)).convert("RGB")) for content in (found["PNG"], drawn)]


FIGURES = {
    "kernels": (ROUTE, 0, 20_000),
    "types": (ROUTE, 3, 2000),
    "a line chart": (ROUTE, 1, 500),
    "matrix": ("compare", 1, 20_000),
}


@pytest.mark.parametrize("kind", rows(FIGURES, "kernels"))
def test_downloads_have_the_colors_of_the_figure_within_a_margin(view, kind):
    route, number, least = FIGURES[kind]
    tab = view.open(route)
    tab.wait_for_timeout(300)
    for picture in downloads(view, tab.locator("figure:has(.tools)").nth(number)):
        assert colored(picture) > least
        edge = np.concatenate([picture[:8].reshape(-1, 3), picture[:, :8].reshape(-1, 3), picture[-8:].reshape(-1, 3)])
        assert len(np.unique(edge, axis=0)) == 1
        ink = (picture != picture[0, 0]).any(-1)
        assert ink[:, -60:].any() or ink[:, : picture.shape[1] // 2].any()


BARS = """() => {
    const { barChart, figure } = kernelscope;
    const bars = [{ name: "a", value: 0.5, low: 0.4, high: 0.6, strong: true }, { name: "b", value: 0.25 }];
    const node = barChart({ name: "bars", bars, across: "drop", format: "percent" });
    document.getElementById("main").replaceChildren(figure({ title: "Bars", node }));
}"""


def test_bars_keep_their_fills_in_downloads(view):
    tab = view.open()
    tab.evaluate(BARS)
    tab.wait_for_timeout(200)
    for picture, scale in zip(downloads(view, tab.locator("figure")), (2, 1), strict=True):
        assert colored(picture) > 500 * scale**2
        black = (picture.max(-1) < 20).sum()
        assert black < 0.2 * colored(picture)
    assert "40 %" in tab.locator(".chart").text_content()


def test_a_download_says_what_it_shows_at_which_step_and_where_it_is_from(view):
    tab = view.open(ROUTE)
    tab.evaluate("kernelscope.player.go(0)")
    figure = tab.locator("figure:has(.tools)").first
    figure.locator(".tools summary").click()
    with tab.expect_download() as download:
        figure.get_by_role("button", name="as SVG").click()
    text = Path(download.value.path()).read_text()
    for words in ("templates, conv1: all seeds", "untrained", "shared scale", "kernels.npz", "similarity", "seed 1"):
        assert words in text


def test_the_page_reads_what_an_independent_decoder_reads(view, results):
    page = Page(results / "index.html")
    read = """async (id) => Object.fromEntries(Object.entries((await kernelscope.block(id)).arrays).map(
        ([name, { data }]) => [name, Array.from(data, (x) => (Number.isNaN(x) ? null : x))]))"""
    for name in ("run/waveforms/stacked/0", "compare/waveforms"):
        arrays, _ = page.block(name)
        for key, values in view.open().evaluate(read, name).items():
            found = np.array([np.nan if value is None else value for value in values])
            np.testing.assert_allclose(found, arrays[key].ravel(), rtol=1e-6, err_msg=key)

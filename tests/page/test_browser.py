"""The page of the smoke experiment in a real browser."""

import csv
import io
import json
import shutil
from itertools import product
from pathlib import Path

import fabricated
import numpy as np
import pytest
import write_page
from browser import View, canvas, until
from PIL import Image
from projects import ROOT
from tiers import rows

from kernelscope.figures import colormaps
from kernelscope.io.records import read_json
from kernelscope.io.run_info import read_factors, read_kernels
from kernelscope.measures import kernels
from kernelscope.stats import text

RUN = "runs/waveforms/templates/seed0"
KERNEL = "waveforms/templates/0/conv1/1"
ROUTES = (
    *("", "answer/waveforms/stacked", "kernels/waveforms/templates", "numbers/waveforms", "compare", "data"),
    *("evolution/waveforms/templates/conv1", "evolution/waveforms/stacked/conv2", KERNEL),
    *("wrong/waveforms/templates", "through/waveforms/stacked"),
)
DEEPER = "waveforms/stacked/1/conv3/2"
AXE = ROOT / ".venv" / "axe.min.js"


@pytest.mark.parametrize("route", [*ROUTES, DEEPER])
def test_every_view_opens_without_complaint_or_request(view, route):
    tab = view.open(route)
    assert tab.locator("h1").count() == 1
    assert "could not be drawn" not in tab.inner_text("main")
    assert "Not in this page" not in tab.inner_text("main")


@pytest.mark.parametrize("route", ["nowhere", "waveforms/templates/0/conv1/99", "waveforms/none/0/conv1/0", "%E0%A4%A"])
def test_an_address_that_leads_nowhere_says_so(view, route):
    assert "Not in this page" in view.open(route).inner_text("main")


@pytest.mark.parametrize(
    ("mode", "own", "colormap"),
    rows(
        product(["kernels", "change"], [False, True], ["RdBu_r", "gray"]),
        *(("kernels", True, "gray"), ("change", False, "RdBu_r")),
    ),
)
def test_every_pixel_has_the_color_of_its_weight(view, results, mode, own, colormap):
    tab = view.open(KERNEL)
    bank = read_kernels(results / RUN / "kernels.npz")["conv1"]
    factors = read_factors(results / RUN / "decay.csv")["conv1"]
    if mode == "change":
        tab.get_by_role("button", name="Change").click()
    if own:
        tab.get_by_role("button", name="per kernel").click()
    if colormap == "gray":
        tab.get_by_role("button", name="gray").click()
    for t in (len(bank) - 1, 2):
        tab.evaluate("(t) => kernelscope.player.go(t)", t)
        values = bank[t] if mode == "kernels" else kernels.change(bank[t], bank[0], factors[t]).astype(np.float32)
        limit = float(np.abs(values[1]).max()) if own else tab.evaluate("kernelscope.look.limit")
        drawn = canvas(tab, "canvas.portrait")
        assert (drawn[..., 3] == 255).all()
        most = int(
            np.ceil((4 if own else 2) * colormaps.limit(bank) / limit)
        )  # colors that both weight and scale are off
        off = colors_off(drawn[..., :3], values[1, 0], limit, colormap, most)
        if t == len(bank) - 1:  # exact weights; the page computes changes in another order
            assert (off > 0).mean() <= (0 if mode == "kernels" else 0.01)
        else:  # weights within two colors of the shared scale, and so is the largest of them
            assert off.max() <= most


def colors_off(drawn: np.ndarray, values: np.ndarray, limit: float, colormap: str, most: int) -> np.ndarray:
    """Return for each pixel how many colors of the map, limit / 128 apart, it is off: up to `most`, else 999."""
    off = np.full(values.shape, 999)
    for colors in range(most, -1, -1):
        for sign in (-1, 1):
            expected = colormaps.signed(np.clip(values + sign * colors * limit / 128, -limit, limit), limit, colormap)
            off[(drawn == expected).all(-1)] = colors
    return off


def test_the_shared_scale_is_that_of_all_figures_of_the_layer(view, results):

    bank = read_kernels(results / RUN / "kernels.npz")["conv1"]
    view.open(KERNEL)
    assert view.tab.evaluate("kernelscope.look.limit") == pytest.approx(colormaps.limit(bank), rel=1e-5)


def test_a_p_is_written_as_in_the_findings(view):
    values = [1e-9, 0.00099, 0.001, 0.0104, 0.04999, 0.05, 0.0999, 0.3, 0.996, 1]
    assert view.open().evaluate("(all) => all.map(kernelscope.pValue)", values) == list(map(text.p_text, values))


def test_one_slider_moves_kernels_of_all_seeds_and_the_cursor_of_the_curves(view, results):
    tab = view.open("evolution/waveforms/templates/conv1")
    banks = [read_kernels(results / f"runs/waveforms/templates/seed{seed}/kernels.npz")["conv1"] for seed in (0, 1)]
    slider = tab.locator("input[type=range]")
    before = canvas(tab, ".cursor")
    slider.focus()
    tab.keyboard.press("Home")
    assert tab.locator("output").inner_text() == "untrained"
    assert np.flatnonzero(canvas(tab, ".cursor")[0, :, 3]).tolist() == [0, 1]
    assert np.flatnonzero(before[0, :, 3]).tolist() == [before.shape[1] - 2, before.shape[1] - 1]
    first, k = int(tab.locator(".numbers span").first.inner_text()), banks[0].shape[-1]
    drawn = canvas(tab, "canvas.kernels")
    limit = round_as_in_json(colormaps.limit(banks[0]))  # of the run, as everywhere on the page
    assert (drawn[:k, :k, :3] == colormaps.signed(banks[0][0, first, 0], limit, "RdBu_r")).all()
    assert len(tab.query_selector_all(".line:first-child canvas.kernels")) == 2


def round_as_in_json(value: float) -> float:
    return float(f"{value:.6g}")


def test_keys_and_play_move_through_the_training(view):
    tab = view.open("evolution/waveforms/templates/conv1")
    last = tab.evaluate("kernelscope.player.last")
    tab.locator("h1").click()
    assert tab.evaluate("kernelscope.player.now") == last
    for key, place in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", last)):
        tab.keyboard.press(key)
        assert tab.evaluate("kernelscope.player.now") == place
    tab.keyboard.press("Home")
    tab.keyboard.press(" ")
    until(tab, "kernelscope.player.now >= 2")
    until(tab, "kernelscope.player.now === kernelscope.player.last")
    assert tab.get_by_role("button", name="Play").count() == 1  # it stops by itself


def test_a_click_on_a_kernel_leads_to_its_own_place(view):
    tab = view.open("evolution/waveforms/templates/conv1")
    box = tab.locator("canvas.kernels").nth(1).bounding_box()
    tab.mouse.click(box["x"] + 3, box["y"] + 3)
    until(tab, "location.hash.startsWith('#/waveforms/templates/1/conv1/')")
    until(tab, "document.querySelector('h1').textContent.startsWith('Kernel ')")


def test_pointer_and_arrow_keys_show_the_value_of_a_weight(view, results):
    tab = view.open(KERNEL)
    bank = read_kernels(results / RUN / "kernels.npz")["conv1"][-1, 1, 0]
    box, k = tab.locator("canvas.portrait").bounding_box(), bank.shape[0]
    tab.mouse.move(box["x"] + box["width"] * 2.5 / k, box["y"] + box["height"] * 1.5 / k)
    readout = lambda: tab.locator(".readout").first.inner_text().replace("\N{MINUS SIGN}", "-")  # noqa: E731
    assert readout().startswith("row 1, col 2: ")
    assert float(readout().split(": ")[1]) == pytest.approx(bank[1, 2], rel=1e-4)
    tab.locator("canvas.portrait").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowRight")
    assert float(readout().split(": ")[1]) == pytest.approx(bank[2, 3], rel=1e-4)
    assert tab.evaluate("kernelscope.player.now === kernelscope.player.last")  # these keys did not move the slider


def test_the_table_of_runs_is_sorted_by_its_headers(view):
    tab = view.open("numbers")
    seeds = lambda: [row.query_selector_all("td")[2].inner_text() for row in tab.query_selector_all("tbody tr")]  # noqa: E731
    assert seeds() == ["0", "1", "0", "1"]
    tab.get_by_role("button", name="seed", exact=True).click()
    assert seeds() == ["0", "0", "1", "1"]
    tab.get_by_role("button", name="seed", exact=True).click()
    assert seeds() == ["1", "1", "0", "0"]
    assert tab.locator("th[aria-sort=descending]").inner_text() == "seed"


def test_downloads_are_a_picture_a_drawing_and_the_numbers(view, results):
    tab = view.open(KERNEL)
    downloads = {}
    tab.locator("figure .tools summary").first.click()
    for kind in ("PNG", "SVG", "CSV"):
        tab.locator("figure").first.locator("details").evaluate("(menu) => { menu.open = true; }")
        with tab.expect_download() as download:
            tab.locator("figure").first.get_by_role("button", name=f"as {kind}").click()
        assert download.value.suggested_filename == f"kernelscope-kernel-1.{kind.lower()}"
        downloads[kind] = Path(download.value.path()).read_bytes()
    picture = np.asarray(Image.open(io.BytesIO(downloads["PNG"])).convert("RGB"))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
    assert downloads["SVG"].startswith(b"<svg") and b"data:image/png" in downloads["SVG"]
    rows = list(csv.DictReader(io.StringIO(downloads["CSV"].decode())))
    bank = read_kernels(results / RUN / "kernels.npz")["conv1"][-1, 1, 0]
    np.testing.assert_array_equal(np.array([row["weight"] for row in rows], np.float32), bank.ravel())


def test_the_teaching_view_centers_images_like_the_first_layer(view, results):
    tab = view.open(KERNEL)
    values = np.array(
        tab.evaluate(
            "async () => { const { block, inputOf } = kernelscope, data = await block('data/waveforms');"
            "const run = { arrays: { 'mean/input': { data: [40] } } };"
            "return Array.from(inputOf(data, 1, run, [{ kind: 'center', name: 'input', scale: 255 }]).values); }"
        )
    )
    pixels = np.array(
        tab.evaluate("async () => Array.from((await kernelscope.block('data/waveforms')).arrays.images.data)")
    )
    np.testing.assert_allclose(values, pixels[len(values) : 2 * len(values)] - 40, atol=1e-9)


@pytest.fixture
def phone(browser, results):
    """Open a narrow touch screen."""
    made = View(browser, results / "index.html", 390, 800, has_touch=True, is_mobile=True)
    yield made
    made.context.close()
    assert made.complaints == []


def test_a_touch_opens_a_kernel_and_shows_the_value_of_a_weight(phone, results):
    tab = phone.open("evolution/waveforms/templates/conv1")
    tab.locator("a[data-row='1']").first.tap(position={"x": 3, "y": 3})
    until(tab, "location.hash.startsWith('#/waveforms/templates/1/conv1/')")
    tab = phone.open(KERNEL)
    bank = read_kernels(results / RUN / "kernels.npz")["conv1"][-1, 1, 0]
    large = tab.locator("canvas.portrait")
    k = bank.shape[0]
    large.tap(position={"x": large.bounding_box()["width"] * 4.5 / k, "y": large.bounding_box()["height"] * 2.5 / k})
    readout = tab.locator(".readout").first.inner_text().replace("\N{MINUS SIGN}", "-")
    assert readout.startswith("row 2, col 4: ")
    assert float(readout.split(": ")[1]) == pytest.approx(bank[2, 4], rel=1e-4)


def test_a_finger_drags_the_kernel_over_the_image(phone):
    tab = phone.open(KERNEL)
    scene, words = tab.locator(".picture canvas").first, tab.locator(".sum")
    scene.scroll_into_view_if_needed()
    box, fingers = scene.bounding_box(), phone.context.new_cdp_session(tab)
    texts, scrolled = [words.inner_text()], tab.evaluate("scrollY")
    for kind, share in (("touchStart", 0.4), ("touchMove", 0.5), ("touchMove", 0.6)):
        point = {"x": box["x"] + box["width"] * share, "y": box["y"] + box["height"] * share}
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        texts.append(words.inner_text())
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert len(set(texts)) >= 3  # the sum is 0 on every empty part of the image
    assert tab.evaluate("scrollY") == scrolled  # the page did not scroll


def test_dark_is_asked_for_by_the_system_or_the_button(browser, results):
    view = View(browser, results / "index.html", color_scheme="dark")
    tab = view.open()
    ground = lambda: tab.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
    assert ground() == "rgb(20, 24, 29)"
    tab.get_by_role("button", name="Light").click()
    assert ground() == "rgb(255, 255, 255)"
    view.context.close()


@pytest.mark.parametrize("width", rows([320, 768, 1600], 320))
def test_no_view_is_wider_than_the_window(browser, results, width):
    view = View(browser, results / "index.html", width)
    for route in (*ROUTES, DEEPER):
        assert view.open(route).evaluate("document.documentElement.scrollWidth") <= width, route
    view.context.close()


def test_on_paper_nothing_is_cut_off_and_all_sentences_are_there(browser, results):
    view = View(browser, results / "index.html")
    for route in (*ROUTES, DEEPER):
        tab = view.open(route)
        tab.emulate_media(media="print")
        tab.set_viewport_size({"width": 720, "height": 1000})  # A4 within its margins
        rights = "Array.from(document.querySelectorAll('main *'), (part) => part.getBoundingClientRect().right)"
        assert tab.evaluate(f"Math.max(...{rights})") < 721, route
        tab.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert tab.locator("details:not([open])").count() == 0
        tab.emulate_media(media="screen")
        tab.set_viewport_size({"width": 1400, "height": 900})
    view.context.close()


@pytest.mark.parametrize("scheme", rows(["light", "dark"], "light"))
def test_accessibility_has_no_finding(browser, results, scheme):
    if not AXE.exists():
        pytest.skip(f"{AXE} is not there: npm could not fetch axe-core")
    view = View(browser, results / "index.html", color_scheme=scheme)
    for route in (*ROUTES, DEEPER):
        tab = view.open(route)
        tab.evaluate(AXE.read_text())
        problems = tab.evaluate("axe.run().then((results) => results.violations)")
        nodes = [(problem["id"], problem["nodes"][0]) for problem in problems]
        assert [(name, node["html"], node["failureSummary"]) for name, node in nodes] == [], route
    view.context.close()


def test_a_class_with_a_hostile_name_stays_text(browser, results, tmp_path):
    name = "<img src=x onerror=alert(1)>"
    shutil.copy(results / "index.html", tmp_path)
    index = tmp_path / "index.html"
    text = index.read_text()
    start = text.index('id="overview">') + len('id="overview">')
    end = text.index("</script>", start)
    overview = json.loads(text[start:end])
    overview["datasets"]["waveforms"]["classes"][0] = name
    overview["answers"]["waveforms"]["headline"] = name
    overview["answers"]["waveforms"]["short"] = [name]
    overview["answers"]["waveforms"]["networks"][0]["verdict"] = name
    overview["summary"]["rows"][0][overview["summary"]["columns"].index("failure")] = name
    written = json.dumps(overview).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    index.write_text(text[:start] + written + text[end:])
    view = View(browser, index)
    foreign = "main img:not([src^='data:'])"
    for route in ("answer/waveforms/stacked", KERNEL, "wrong/waveforms/templates", "through/waveforms/stacked"):
        assert view.open(route).locator(foreign).count() == 0
    assert name in view.open("data").inner_text("main")
    assert name in view.open("numbers").inner_text("main")
    assert view.open().inner_text("main").count(name) == 3
    assert view.tab.locator(foreign).count() == 0
    assert view.complaints == []
    view.context.close()


FRAMES = """async () => {
    const { Bank, DEAD, convLayers, ownScale, raster, runBlock } = kernelscope;
    const run = await runBlock("waveforms", "stacked", 0);
    return Object.fromEntries(convLayers("stacked").map((layer) => {
        const bank = new Bank(run, layer);
        return [layer, bank.numbers.map((kernel) => {
            const on = raster(bank.width + 2, bank.height + 2);
            bank.drawFramed(on, 1, 1, bank.count - 1, kernel, ownScale());
            return on.pixels.filter((pixel) => pixel === DEAD).length / (2 * (bank.width + bank.height) + 4);
        })];
    }));
}"""


def test_only_dead_kernels_on_their_own_scale_have_a_red_frame(view, results):
    framed = view.open().evaluate(FRAMES)
    with (results / "runs/waveforms/stacked/seed0/atlas.csv").open() as file:
        rows = [(row["layer"], int(row["kernel"]), row["alive"]) for row in csv.DictReader(file)]
    assert {alive for *_, alive in rows} == {"True", "False"}
    for layer, kernel, alive in rows:
        assert framed[layer][kernel] == (alive == "False"), (layer, kernel)


def test_a_page_without_some_of_the_seeds_says_which_it_holds(browser, results, tmp_path, monkeypatch):
    spec = read_json(results / ".manifest/write_page.json")["spec"]
    monkeypatch.chdir(results.parents[1])
    spec["shown"] = {arch: [1] for arch in spec["shown"]}
    write_page.write_page(spec, str(results), fabricated.SOURCES, str(tmp_path / "index.html"))
    view = View(browser, tmp_path / "index.html")
    tab = view.open("numbers")
    text = tab.inner_text("main")
    assert "This page holds 1 of 2 seeds of templates, 1 of 2 seeds of stacked; of the others it has the rows" in text
    tab.locator(".runs").scroll_into_view_if_needed()
    until(tab, "document.querySelectorAll('.of-run canvas').length === 2")
    assert tab.inner_text(".runs").count("not in this page") == 2
    until(view.open(), "document.querySelectorAll('.groups canvas').length > 0")
    lines = view.open("evolution/waveforms/templates/conv1").locator(".line")
    assert lines.first.locator("canvas.kernels").count() == 1
    assert view.open("waveforms/templates/0/conv1/1").locator("h1").inner_text() == "Not in this page"
    assert view.open("compare").locator("h1").count() == 1
    assert view.complaints == []
    view.context.close()

"""The first screen in a real browser: the answer, one slider for every kernel, and a state that is never lost."""

import json

import fabricated
import numpy as np
import pytest
import write_page
from browser import View, until
from tiers import rows

from kernelscope.findings import answers, seeds
from kernelscope.io import cells
from kernelscope.io.array_files import read_npz
from kernelscope.io.records import read_json

SIZE = (1280, 800)
ANSWER = "answer/waveforms/templates"
KERNELS = "kernels/waveforms/templates"
DRAWN = """Array.from(document.querySelectorAll('canvas.row')).every((row) => row.width || !row.checkVisibility()) &&
    document.querySelectorAll('.cell').length > 0 &&
    Array.from(document.querySelectorAll('img.cell')).every((image) => image.naturalWidth > 0)"""
PICTURE = """(cell, width, height) => {
    const from = cell.tagName === 'IMG' ? cell : cell.closest('.minis, tr').querySelector('canvas');
    if (!(from?.naturalWidth || from?.width)) return [0]; // not painted yet
    const [all, part] = [from, cell].map((node) => node.getBoundingClientRect());
    const [x, y] = [(from.naturalWidth || from.width) / all.width, (from.naturalHeight || from.height) / all.height];
    const place = [(part.left - all.left) * x, (part.top - all.top) * y, part.width * x, part.height * y];
    const copy = new OffscreenCanvas(width, height).getContext('2d');
    copy.imageSmoothingEnabled = false;
    copy.drawImage(from, ...place, 0, 0, width, height);
    return Array.from(copy.getImageData(0, 0, width, height).data);
}"""
PIXELS = f"() => Array.from(document.querySelectorAll('.cell'), (cell) => ({PICTURE})(cell, 24, 24))"
UNLIKE = f"""async () => {{
    const {{ Bank, look, raster, runBlock }} = kernelscope;
    const unlike = [];
    for (const link of document.querySelectorAll('a.cell')) {{
        const [dataset, arch, seed, layer, kernel] = link.hash.slice(2).split('/');
        const bank = new Bank(await runBlock(dataset, arch, seed), layer);
        const own = raster(bank.width, bank.height);
        bank.draw(own, 0, 0, bank.count - 1, Number(kernel), {{ ...look, limit: bank.limits.kernels }});
        const seen = ({PICTURE})(link, bank.width, bank.height);
        const expected = new Uint8Array(own.pixels.buffer);
        if (seen.some((value, at) => value !== expected[at])) unlike.push(link.hash);
    }}
    window.unlike = unlike;
}}"""


def opened(view, route=ANSWER):
    tab = view.open(route)
    until(tab, DRAWN)
    return tab


STILL = (
    f"(() => {{ const now = ({PIXELS})().join(); const last = window.last; return (window.last = now) === last; }})()"
)


def unfolded(tab):
    """Open what is folded, whose kernels are painted only then, and wait for their pixels."""
    tab.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true; })")
    until(tab, DRAWN)
    until(tab, f"({PIXELS})().every((pixels) => pixels.some(Boolean))")  # those outside of the window follow
    until(tab, STILL)


def test_the_cards_say_what_the_statements_say(view, results):
    tab = opened(view)
    rows = cells.read(results / "statements.csv")
    names = tab.locator(".card .group:not(.head) .name strong").all_inner_texts()[:-1]  # the last group is the rest
    assert tab.inner_text("h1") == answers.headline(rows, ["templates", "stacked"])
    for name, card in answers.cards(rows, "templates").items():
        shown = tab.locator(f".card.{name}")
        assert shown.locator(".claim").inner_text() == card["claim"]
        lines = shown.locator("p.details, ul.details:not(.sure *) li").all_inner_texts()
        drawn = [line for line in card["details"] if line not in lines]  # the labels, which the groups show
        assert lines == [line for line in card["details"] if line not in drawn]
        shown.locator(".sure summary").evaluate_all("summaries => summaries.forEach((line) => line.click())")
        assert shown.locator(".sure li").all_inner_texts() == card["sure"]
        assert drawn == [] or all(name.lower() in drawn[0].lower() for name in names)
        verdicts = shown.locator("h2 .verdict").all_inner_texts()
        verdict = f"partly {card['verdict']}" if card["partly"] else card["verdict"]
        assert [text.strip().lower() for text in verdicts] == [verdict] * bool(verdict)


def test_networks_are_in_the_order_of_the_config_with_a_verdict_each(view, results):
    tab = opened(view)
    rows = cells.read(results / "statements.csv")
    texts = [link.inner_text().split("\n") for link in tab.locator(".networks a").all()]
    assert [lines[0] for lines in texts] == ["templates", "stacked"]
    assert [lines[-1] for lines in texts] == [answers.verdict_of(rows, arch) for arch in ("templates", "stacked")]
    assert "2 of 2 failed" in texts[1]


def test_a_badge_says_partly_because_of_the_verdicts_and_not_of_the_words(browser, results, tmp_path, monkeypatch):
    spec = read_json(results / ".manifest/write_page.json")["spec"]
    cards = dict.fromkeys(("what", "when", "same"), seeds.card("Partly"))
    cards["same"] = seeds.card("Seeds agree", partly=True) | {"verdict": "shown"}
    cards["what"] = cards["what"] | {"verdict": "shown"}
    monkeypatch.setattr(answers, "cards", lambda *_: cards)
    monkeypatch.chdir(results.parents[1])
    write_page.write_page(spec, str(results), fabricated.SOURCES, str(tmp_path / "index.html"))
    view = View(browser, tmp_path / "index.html")
    badges = view.open(ANSWER).locator(".card .verdict").all_inner_texts()
    assert [text.strip().lower() for text in badges] == ["shown", "partly shown"]
    view.context.close()


TYPES = """(lines) => {
    const seeds = Array.from({ length: 12 }, (_, seed) => seed);
    const kernels = seeds.flatMap((seed) => Array.from({ length: 9 }, (_, kernel) => [seed, kernel]));
    const rows = [{ name: "type 1", detail: "", seeds: 12, total: 12, kernels }];
    const made = [];
    const row = (places, { columns }) => {
        made.push([places, columns]);
        return { nodes: [], canvas: document.createElement("canvas"), columns };
    };
    const groups = { by: "type", rows };
    const { node } = kernelscope.groupTable("waveforms", "templates", "conv1", groups, seeds, { row }, lines);
    const [[places, columns]] = made;
    return [places.length / columns, new Set(places.map(([, seed]) => seed)).size, node.textContent];
}"""


def test_types_of_many_seeds_have_so_many_lines_of_kernels_from_as_many_seeds_as_possible(view):
    tab = view.open()
    lines, seeds, words = tab.evaluate(TYPES, 2)
    assert (lines, seeds) == (2, 12)
    assert "All kernels of each type" in words
    lines, _, words = tab.evaluate(TYPES, 99)
    assert lines > 2
    assert "All kernels" not in words


@pytest.mark.parametrize(("width", "route"), rows([(1280, ANSWER), (390, ANSWER), (1280, KERNELS)], (1280, ANSWER)))
def test_each_link_is_over_its_own_kernel(browser, results, width, route):
    view = View(browser, results / "index.html", width, 800)
    tab = opened(view, route)
    unfolded(tab)
    tab.evaluate(UNLIKE)
    assert (tab.evaluate("window.unlike"), tab.locator("a.cell").count() >= 12) == ([], True)
    view.context.close()


def words(truths):
    return ",".join(str(truth).lower() for truth in truths)


def test_one_slider_moves_every_kernel_on_the_screen(view):
    tab = opened(view)
    unfolded(tab)
    fixed = tab.evaluate("Array.from(document.querySelectorAll('.cell'), (cell) => Boolean(cell.closest('.film')))")
    assert len(fixed) > 12 + 6
    tab.evaluate(f"window.end = ({PIXELS})().map(String)")
    tab.locator("input[type=range]").focus()
    for key, same in (("Home", fixed), ("End", [True] * len(fixed))):
        tab.keyboard.press(key)
        until(tab, f"({PIXELS})().map((pixels, i) => String(pixels) === window.end[i]).join() === '{words(same)}'")


def test_a_frame_of_the_film_brings_the_slider_to_its_step(view):
    tab = opened(view)
    frames = tab.locator(".film button")
    assert (frames.first.inner_text(), frames.last.inner_text()) == ("start", str(18))
    frames.first.click()
    assert tab.evaluate("kernelscope.player.now") == 0
    assert "now" in frames.first.get_attribute("class")


def test_every_kernel_of_the_vocabulary_leads_to_its_own_place(view, results):
    tab = opened(view, "kernels/waveforms/templates")
    types = cells.read(results / "compare/waveforms/templates/types.csv")
    places = [link.get_attribute("href") for link in tab.locator(".groups").first.locator("a.cell").all()]
    assert sorted(places) == sorted(f"#/waveforms/templates/{row['seed']}/conv1/{row['kernel']}" for row in types)
    names = tab.locator(".groups").first.locator(".name strong").all_inner_texts()
    vocabulary = cells.read(results / "compare/waveforms/templates/vocabulary.csv")
    assert names == [row["name"].split(", ")[0] for row in vocabulary]


def test_kernels_of_a_group_are_one_stop_of_the_tab_key(view):
    tab = opened(view)
    group = tab.locator(".groups [role=group]", has=tab.locator("a:nth-child(2)")).first
    group.locator("a").first.focus()
    now = tab.evaluate("kernelscope.player.now")
    tab.keyboard.press("ArrowRight")
    second = group.locator("a").nth(1).get_attribute("href")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == second
    assert tab.evaluate("kernelscope.player.now") == now
    assert group.locator("a[tabindex='0']").count() == 1


def test_the_state_is_in_the_address_and_survives_other_views_reload_and_back(view):
    tab = opened(view)
    tab.evaluate("kernelscope.player.go(2)")
    step = tab.inner_text("output").split()[1]
    tab.get_by_role("button", name="Change").click()
    tab.get_by_role("button", name="per kernel").click()
    until(tab, f"location.hash === '#/{ANSWER}?step={step}&mode=change&scale=own'")
    for name in ("Training", "Kernels"):
        tab.get_by_role("link", name=name, exact=True).click()
        until(tab, f"document.querySelector('header [aria-current]').textContent === '{name}'")
        assert "templates" in tab.evaluate("location.hash")
        assert tab.evaluate("kernelscope.player.now") == 2
        assert tab.locator("[aria-pressed=true]").all_inner_texts()[-3:] == [
            "Change (without the random start)",
            "per kernel",
            "Color",
        ]
    tab.evaluate("kernelscope.player.go(4)")
    until(tab, f"!location.hash.includes('step={step}&')")
    later = tab.evaluate("location.hash")
    tab.reload()
    until(tab, "document.title.endsWith('· kernelscope')")
    assert tab.evaluate("[location.hash, kernelscope.player.now]") == [later, 4]
    tab.go_back()
    until(tab, "document.querySelector('header [aria-current]').textContent === 'Training'")
    assert tab.evaluate("kernelscope.player.now") == 2


STATES = ("step=nothing", "step=-5&mode=x&scale=%E0&colors=toString", "step=1e99", "?&=&")


@pytest.mark.parametrize("query", rows(STATES, STATES[1]))
def test_an_address_with_any_state_opens(view, query):
    tab = opened(view, f"{ANSWER}?{query}")
    assert tab.evaluate("kernelscope.player.now >= 0 && kernelscope.player.now <= kernelscope.player.last")
    assert tab.evaluate("kernelscope.look.colors.length") == 256


def test_the_focus_stays_on_a_control_that_is_drawn_again(view):
    tab = opened(view)
    second = tab.locator(".networks a").nth(1)
    second.focus()
    tab.keyboard.press("Enter")
    until(tab, "location.hash.startsWith('#/answer/waveforms/stacked')")
    until(tab, "document.querySelectorAll('.networks a')[1].getAttribute('aria-current') === 'true'")
    assert tab.evaluate("document.activeElement === document.querySelectorAll('.networks a')[1]")
    tab.locator(".groups a").first.focus()
    tab.keyboard.press("Enter")
    until(tab, "document.querySelector('h1').textContent.includes('Kernel')")
    assert tab.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(("width", "height"), rows([(360, 640), (390, 844), (1280, 800)], (360, 640), (1280, 800)))
def test_kernels_are_on_the_first_screen(browser, results, width, height):
    view = View(browser, results / "index.html", width, height)
    tab = opened(view)
    bottoms = tab.evaluate(
        "Array.from(document.querySelectorAll('.groups .cell'), (c) => c.getBoundingClientRect().bottom)"
    )
    assert sum(bottom <= height for bottom in bottoms) >= 4
    if width == 1280:
        assert tab.evaluate("document.querySelector('.cards').getBoundingClientRect().bottom") <= height
    view.context.close()


def test_the_theme_is_remembered(browser, results):
    view = View(browser, results / "index.html", color_scheme="light")
    tab = view.open()
    tab.get_by_role("button", name="Dark theme").click()
    assert view.open().evaluate("document.documentElement.dataset.theme") == "dark"
    view.context.close()


def test_a_browser_that_stores_nothing_still_has_themes(browser, results):
    view = View(browser, results / "index.html", color_scheme="light")
    view.tab.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    tab = view.open()
    tab.get_by_role("button", name="Dark theme").click()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert view.complaints == []
    view.context.close()


def test_paper_says_at_which_step_the_kernels_are(view):
    tab = opened(view)
    tab.evaluate("kernelscope.player.go(1)")
    tab.emulate_media(media="print")
    words = tab.locator(".player output")
    assert words.is_visible()
    assert words.inner_text().startswith("step ")
    assert "Kernels at" in tab.evaluate(
        "getComputedStyle(document.querySelector('.player output'), '::before').content"
    )
    assert not tab.locator(".player button").first.is_visible()


def test_a_region_that_scrolls_has_the_arrow_keys_and_others_are_no_stop(browser, results):
    view = View(browser, results / "index.html", 360, 800)
    tab = view.open("kernels/waveforms/templates")
    until(tab, "document.querySelector('.scroll[tabindex]') !== null")
    stops = tab.evaluate(
        "Array.from(document.querySelectorAll('.scroll'), (c) => [c.scrollWidth > c.clientWidth, c.tabIndex === 0])"
    )
    assert all(wide == stop for wide, stop in stops)
    tab.locator(".scroll[tabindex]").first.focus()
    now = tab.evaluate("kernelscope.player.now")
    tab.keyboard.press("ArrowRight")
    until(tab, "document.activeElement.scrollLeft > 0")
    assert tab.evaluate("kernelscope.player.now") == now
    view.context.close()


def edited(results, folder, change):
    """Return a copy of the page with another overview."""
    text = (results / "index.html").read_text(encoding="utf-8")
    start = text.index('id="overview">') + len('id="overview">')
    end = text.index("</script>", start)
    overview = json.loads(text[start:end])
    change(overview)
    written = json.dumps(overview).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    (folder / "index.html").write_text(text[:start] + written + text[end:], encoding="utf-8")
    return folder / "index.html"


def test_a_term_has_its_meaning_when_it_is_pointed_at(browser, results, tmp_path):
    meaning = "how <b>alike</b>"

    def explain(overview):
        overview["glossary"] = [{"term": "kernels", "meaning": meaning, "yardstick": "1 is the same"}]

    view = View(browser, edited(results, tmp_path, explain))
    tab = opened(view)
    term = tab.locator(".term").first
    tip = term.locator("[role=tooltip]")
    assert not tip.is_visible()
    term.hover()
    assert tip.inner_text() == f"{meaning} 1 is the same"
    assert term.get_attribute("aria-describedby") == tip.get_attribute("id")
    view.context.close()


def test_the_table_of_runs_has_cards_on_a_phone_and_no_column_of_nothing(browser, results):
    view = View(browser, results / "index.html", 360, 800)
    tab = view.open("numbers")
    first = tab.locator(".runs tbody tr").first
    assert tab.evaluate("document.querySelector('.runs td .of-run').getBoundingClientRect().width") <= 360
    text = first.inner_text()
    assert "(untrained < " in text
    assert " of 6" in text
    view.context.close()


def test_a_sentence_shows_the_kernels_that_it_counts(view, results):
    tab = opened(view, "numbers/waveforms")
    rows = cells.read(results / "statements.csv")
    (count,) = [row for row in rows if (row["arch"], row["claim"], row["statistic"]) == ("templates", "class", "count")]
    line = tab.locator(".findings").first.locator("li", has_text="prefer one class")
    assert line.locator("a.cell").count() == min(6, count["value"]) > 0
    assert line.locator(".verdict").inner_text() == count["verdict"]


def test_the_curve_above_the_slider_is_the_change_per_step(view, results):
    tab = opened(view)
    path = tab.evaluate("document.querySelector('.scent path').getAttribute('d')")
    heights = np.array([20 - float(point.split(" ")[1]) for point in path.split("L")[1:-1:2]])
    time = tab.evaluate("(async () => (await kernelscope.block('answer/waveforms/templates')).json.time)()")
    assert time["steps"] == read_npz(results / "runs/waveforms/templates/seed0/kernels.npz")["steps"].tolist()
    rates = np.array(time["rates"])
    np.testing.assert_allclose(heights, 20 * rates / rates.max(), atol=0.01)


def test_a_control_is_explained_above_the_cards_and_its_badges_are_neutral(browser, results, tmp_path):
    about = "A control: <b>random</b> labels."

    def control(overview):
        overview["architectures"]["templates"]["control"] = "random_labels"
        network = overview["answers"]["waveforms"]["networks"][0]
        network |= {"about": about, "failed": network["runs"]}

    view = View(browser, edited(results, tmp_path, control))
    tab = opened(view)
    assert tab.inner_text(".about") == f"templates: {about}"
    colors = "Array.from(document.querySelectorAll('.card .verdict'), (badge) => getComputedStyle(badge).color)"
    faint = "getComputedStyle(document.querySelector('.question')).color"
    assert set(tab.evaluate(colors)) == {tab.evaluate(faint)}
    assert tab.locator(".networks a").first.inner_text().split("\n")[:2] == ["templates", "control"]
    view.context.close()


def test_how_sure_is_behind_a_line(view, results):
    tab = opened(view)
    card = answers.cards(cells.read(results / "statements.csv"), "templates")["when"]
    line = tab.locator(".card.when .sure li").first
    assert not line.is_visible()
    tab.locator(".card.when summary").click()
    assert line.inner_text() == card["sure"][0]

"""Numbers in README and docs: each is made by a command, is a setting, or has a link to a dated entry with it."""

import os
import re
from functools import cache
from math import comb
from pathlib import Path

import pytest
import yaml
from default_config import CONFIG
from projects import ROOT
from prose import DATE, untied
from tiers import QUICK_SHARE

from documents import entries, facts
from experiment.config.nodes import resolve, schema
from experiment.plan import architecture_settings, loading, resources, subsets
from experiment.plan.rule_table import RULES
from kernelscope.comparison import control_comparison, initial_correlation, permutation, planted
from kernelscope.comparison import types as kernel_types
from kernelscope.crops import listing
from kernelscope.data import decoding_pool
from kernelscope.figures import colormaps, styling
from kernelscope.figures import towers as figures_towers
from kernelscope.io import files
from kernelscope.kinds import kernel_kinds
from kernelscope.measures import curves, kernels, look_tests, nulls, shape_fit, shape_models, spectra
from kernelscope.probes import feature_offsets, probing, tuning
from kernelscope.statements import wording
from kernelscope.stats import exchange, pvalues
from kernelscope.training import checkpoints, failures

KEPT = entries.loads((ROOT / "docs" / "numbers.json").read_text(encoding="utf-8"))
SHOWN = [entry for entry in KEPT if entry.text]
LIBRARY = ROOT / "workflow" / "scripts" / "kernelscope"
LOG = (ROOT / "docs" / "log.md").read_text(encoding="utf-8")
REQUESTS = ROOT / "docs/reference/requests.md"  # numbers of issues, and a count that tests/documents checks
COMMANDS = ROOT / "docs/reference/cli.md"  # made by `make reference`
PATHS = [
    ROOT / "README.md",
    *sorted({*(ROOT / "docs").glob("*/*.md")} - {REQUESTS, COMMANDS}),
]  # without own measurements
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PATHS}
NAMES = (  # names of papers and versions, meanings, other people's data, conventions: nothing that was measured
    *(
        "Krizhevsky 2012, Fig. 3",
        "Lee 2009, Figs. 2 and 3",
        "ICML 2009",
        "Python 3.11",
        *("Debian 12", "Linux x86-64", "macOS 14 on arm", "WSL 2"),
        "Python 3.11, 3.12 or 3.13",
        "status 1",
    ),
    *("Lag-1 autocorrelation is 0 for noise and near 1 for smooth kernels", "from 0", "to 0..1", "epoch or step 0"),
    *("95 % t interval", "95 % jackknife interval", "1 - sum e^2", "`-ln(1 - share)`", "all shares near 1"),
    *(
        "of its three top images",
        "where it is not 1",
        "it is 0 where",
        "Kaufman 1975",
        "(Golub and Pereyra 1973, Kaufman\n1975)",
    ),
    *("becomes 0", "95 % interval", "99th percentile", "by 180 degrees"),
    *("fills 45 minutes", "(5 min)", "(10 min)"),  # the plan of a lecture
    *("equation 1", "section 3.1", "chapter 2", "method 10", "Figs. 4 and 5"),
    *("Golub and Pereyra 1973", "1,797 handwritten digits of 8 x 8 pixels"),
)
TIMES = {2: "twice", 3: "three times"}
PARTS = {5: "a fifth"}
COUNTS = {2: "two", 3: "three"}
PAGES = [path for path in sorted((ROOT / "docs").glob("*.md")) if path.name != "log.md"]


def settings() -> list[str]:
    """Return what README and docs say about settings, with the current values of config and code."""
    waveforms, matched = CONFIG["datasets"]["waveforms"], CONFIG["architectures"]["templates"]
    size, most, once = waveforms["image_size"], CONFIG["comparison"]["max_seeds"], architecture_settings.ON_A_GPU
    cached = yaml.safe_load((ROOT / "profiles/default/config.yaml").read_text())["max-checksum-file-size"]
    seeds = list(map(len, loading.load([ROOT / "config" / "config.yaml"]).seeds.values()))
    minutes = {1: "one minute"}[decoding_pool.PATIENCE // 60]
    return [
        f"{matched['kernels']} kernels of {matched['kernel_size']} x {matched['kernel_size']}",
        f"{min(seeds)} to {max(seeds)} seeds each, {waveforms['train_images']:,} training and "
        f"{waveforms['test_images']:,} test images of {size[0]} x {size[1]} pixels",
        f"of more than {subsets.MOST_ON_PAGE} runs",
        f"updates of the weights ({CONFIG['training']['steps']})",
        f"more than {most} seeds (`comparison.max_seeds`), {most} drawn at random",
        f"at most {subsets.MOST_RUNS} runs of a dataset",
        f"at most {architectures_drawn()} architectures",
        f"up to {once} seeds at once",
        f"seeds 0 to {once - 1}, {once} to {2 * once - 1}",
        f"about {100 * checkpoints.SHARE:g} % of its time",
        f"limited to {decoding_pool.MEMORY >> 30} GB and {minutes} per image",
        f"Files above {cached.replace('GB', ' GB')}",
        f"within {constant('training/losses', 'TOLERANCE')} of the target",
        *of_sources(),
        *of_experiments(),
        *of_methods(),
        *of_figures(),
        *of_hooks(),
        *of_crops(),
        *of_glossary(),
        f"within 1/{constant('page/run_payload', 'BYTE')} of the layer's largest between",
    ]


def of_crops() -> list[str]:
    """Return what docs say about crops of large images, and about kinds of kernels."""
    towers, turns = loading.load([ROOT / "config" / "krizhevsky2012.yaml"]), len(listing.TURNS)
    layer = next(layer for layer in towers.layers["towers"] if layer["kind"] == "conv")
    angles = [str(360 // turns * turn) for turn in range(turns)]
    return [
        f"two towers of {layer['kernels'] // 2} kernels",
        f"{figures_towers.PER_ROW} kernels per row",
        f"by {', '.join(angles[:-1])} or {angles[-1]} degrees",
        f"near {100 // turns} %",
        f"than in {kernel_kinds.DRAWS} draws of isotropic noise",
        f"at least {kernel_kinds.CYCLES} times",
        f"the {100 * kernel_kinds.SMOOTH:.0f} % point of re-initialized kernels",
        f"color index is above {kernel_kinds.COLORED}",
        "0 degrees is red against green, 90 degrees yellow against blue",
    ]


def of_hooks() -> list[str]:
    """Return what methods.md says about networks of others."""
    of = lambda module, name: constant(f"hooks/{module}", name).split(",")[0]  # noqa: E731
    code = (LIBRARY / "hooks" / "ablation_table.py").read_text(encoding="utf-8")
    kernels, images = re.search(r"^ABLATED, IMAGES = (\d+), (\d+)", code, re.MULTILINE).groups()
    code = (LIBRARY / "hooks" / "probing.py").read_text(encoding="utf-8")
    best = re.search(r"^MAXIMIZED, TOP = (\d+)", code, re.MULTILINE)[1]
    return [
        f"of more than {of('fields', 'MOST_STRIPS')} rows or columns",
        f"{constant('probes/activation_maximization', 'STEPS')} steps",
        f"first {kernels} kernels of a layer are ablated, on the first {images} images, and only the first {best}",
        f"layers of more than {int(constant('measures/any_shape', 'MOST_WEIGHTS').replace('_', '')):,} weights",
        *("from 0 (black) to 1 (white)", "Zhou et al. 2018", "Crawford\nand Howell 1998"),
    ]


def of_figures() -> list[str]:
    """Return what docs/reference/outputs.md says about the sizes of figures."""
    slide, paper = styling.USES["slide"], styling.USES["paper"]
    one, both = (round(inches / styling.MM) for inches in styling.COLUMNS)
    smallest = 12  # logical pixels of the smallest letters, see styling.Use
    return [
        f"{slide.scale * slide.width} x {slide.scale * slide.height} pixels, with no letters below "
        f"{slide.scale * smallest} pixels",
        f"figures {both} mm wide, or {one} mm where they are narrow, "
        f"in letters of {smallest * paper.points:.0f} points",
    ]


def of_glossary() -> list[str]:
    """Return what the glossary says about constants, and the ends of scales."""
    return [
        f"stays at {curves.SETTLED} or above",
        *(f"{words} {pvalues.LEVEL}" for words in ("at p of at most", "p is at most", "p is above", "p of at most")),
        *("0 (none) to 1 (a single class)", "-1 to 1", "0 for noise, near 1 for smooth kernels", "95 % intervals"),
        *("0 (none) to 1 (one direction)", "0 (nothing) to 1 (all)", "0 (unrelated) to 1 (the same)"),
        *("a ratio, which can pass 1", "above a tenth of the largest of its layer"),
    ]


def architectures_drawn() -> str:
    """Return how many architectures a figure for the screen has at most."""
    code = (ROOT / "workflow/scripts/kernelscope/figures/architectures.py").read_text(encoding="utf-8")
    return re.search(r'^MOST_DRAWN = \{"screen": (\d+)', code, re.MULTILINE)[1]


def constant(module: str, name: str) -> str:
    """Return a constant of the library as it is written, without importing torch or matplotlib."""
    code = (ROOT / "workflow" / "scripts" / "kernelscope" / f"{module}.py").read_text(encoding="utf-8")
    return re.search(rf"^{name} = ([\d._]+)", code, re.MULTILINE)[1]


def of_sources() -> list[str]:
    """Return what README and docs say about existing images."""
    folder, photos = (schema()["$defs"][name]["properties"] for name in ("folder", "photos"))
    share = resolve(folder["test_share"])["default"]
    return [
        f"patches of {len(photos['photos']['default'])} photographs",
        {0.2: "A fifth of each class is held out for testing"}[share],
    ]


def of_experiments() -> list[str]:
    """Return what docs/findings/ says about its experiments."""

    def load(*names):
        return loading.load([ROOT / "config" / f"{name}.yaml" for name in names])

    whole, quick, again = load("recipe"), load("recipe", "recipe_quick"), load("recipe", "recommended")
    cells = [sum(arch not in ("origin", "recommended") for arch in plan.architectures) for plan in (whole, quick)]
    return [
        f"{cells[0]} conditions of {len(whole.all_seeds)} seeds each",
        f"a part of it, {cells[1]} conditions",
        f"Both train {len(again.all_seeds)} seeds of the recommended recipe",
        f"{len(load('krizhevsky2012').all_seeds)} seeds each on photographs",
        f"on waveforms, {len(load('lee2009').all_seeds)} seeds each",
    ]


def of_methods() -> list[str]:
    """Return what docs/explanation/methods.md says about constants."""
    size, n_resamples = kernels.NO_POWER_BELOW, CONFIG["analysis"]["n_resamples"]
    return [
        f"its own training labels if that is below {100 * wording.FITTED:.0f} %",
        *of_kernel_tests(),
        *of_designs(),
        f"at or below {spectra.LOW:g} cycles per pixel",
        f"with {100 * initial_correlation.COVERED:g} % of the variance",
        f"Kernels smaller than {size} x {size} have no p value",
        f"There are {n_resamples} draws (`analysis.n_resamples`) for measures, and "
        f"{CONFIG['comparison']['n_resamples']} "
        f"(`comparison.n_resamples`) for comparisons",
        f"compared with {nulls.LAYER_RESAMPLES} re-initialized layers",
        f"at least {nulls.LEAST_RESAMPLES})",
        f"Features with fewer than {feature_offsets.FEWEST_IMAGES} images",
        f"that is within {100 * (1 - tuning.AS_GOOD):.0f} % of it",
        f"from {COUNTS[permutation.FEWEST]} seeds on",
        f"There are {permutation.N_RESAMPLES} draws. A smallest p above {pvalues.LEVEL}",
        f"more than {permutation.SYMMETRIC} similar to themselves rotated",
        f"if there are at most {control_comparison.ENUMERATED:,}",
        "0.031 for six pairs, and 0.0095 for six real networks and four other controls",  # 2 / 2^6, 2 / C(10, 4)
        f"in {100 * planted.POWER:.0f} % of cases",
        f"at a similarity of {planted.SAME}",
        f"up to {kernel_types.MOST}, with the largest mean silhouette",
        f"ways up to {exchange.EXACT} seeds",
        "the 99 % point of kernels with channels in random order",
        f"at or above {curves.SETTLED}",
        f"at least {100 * failures.SUCCESS:.0f} %, and is now lower by at least {100 * failures.DROP:.0f} points",
        f"above {failures.FAR:g} times the loss of the constant predictor",
        f"above {failures.NEAR:g} times the loss of the constant predictor",
    ]


OF_SHAPES = {  # model of a shape -> how its parameters begin
    "gabor": "center (2), direction, frequency",
    "bar": "distance from the middle",
    "corner": "vertex (2)",
    "ring": "center (2), radius (0 is a blob)",
    "ramp": "two slopes",
}


def of_kernel_tests() -> list[str]:
    """Return what methods.md says about constants of the tests of each kernel."""
    size, block = kernels.NO_POWER_BELOW, shape_fit.BLOCK
    free = {
        name: len(model.bounds(15)[0]) + 3 for name, model in shape_models.MODELS.items()
    }  # two templates, constant
    return [
        f"no power below {size} x {size}",
        f"no test below {shape_fit.SMALLEST} x {shape_fit.SMALLEST}",
        f"draws {look_tests.DRAWS} null kernels for each of its kernels",
        f"the first {probing.TESTED} of each split, or {probing.TESTED_OF_CLASS} for each class",
        f"of about {block} x {block} pixels",
        *(f"{free[name]}: {words}" for name, words in OF_SHAPES.items()),
    ]


def of_designs() -> list[str]:
    """Return what is said about the smallest p of a design, computed from numbers of seeds and kernels."""
    pairs = {n: f"{2 / 2**n:.3g}" for n in (5, 6)}
    dealt = [permutation.smallest_p([5] * seeds) for seeds in (2, 3)]
    control = f"{2 / comb(10, 4):.2g}"
    return [
        f"`2 / 2^n`: {pairs[5]} with five seeds, {float(pairs[6]):.3f} with six",
        f"`2 / 2^n`, {float(pairs[6]):.3f} with six seeds",
        f"`2 / C(n + m, n)`: {control} with six seeds",
        f"{dealt[0]:.3f} with two seeds of five kernels, {dealt[1]:.3f} with three",
        f"Where this is above {pvalues.LEVEL}, no result can be significant",
        f"for up to {exchange.EXACT} seeds",
        f"the smallest two-sided p is `2 / 2^6`, or\n{float(pairs[6]):.3f}; five allow {pairs[5]}",
        f"against four of a control allow {control}",
    ]


@cache
def phrases() -> list[str]:
    """Return all phrases with numbers that README and docs may contain."""
    return [*(entry.text for entry in SHOWN), *settings(), *NAMES]


def log_from(name: str) -> dict[str, str]:
    """Return the log by the path with which a document links to it."""
    return {os.path.relpath("docs/log.md", Path(name).parent): LOG}


@pytest.mark.parametrize("entry", SHOWN, ids=lambda entry: entry.key)
def test_every_number_is_once_in_its_document_as_it_was_made(entry):
    document = (ROOT / entry.file).read_text(encoding="utf-8")
    assert entries.count(document, entry.text) == 1, f"run `{entry.command}`"


def test_every_entry_says_what_makes_it_from_which_code_and_when():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for entry in KEPT:
        assert entry.command.split()[1] in targets, entry.key
        assert DATE.fullmatch(entry.date), entry.key
        assert re.fullmatch(r"[0-9a-f]{16}", entry.code) or entry.command != "make numbers", entry.key
    assert len({entry.key for entry in KEPT}) == len(KEPT) > 10


@pytest.mark.parametrize("file", facts.FIGURES)
def test_every_picture_of_the_default_experiment_is_the_one_that_was_recorded(file):
    (value,) = (entry.value for entry in KEPT if entry.key == file)
    assert files.digest_of(ROOT / file) == value, "run `make figures numbers`"


def test_what_another_page_counted_is_what_its_document_says():
    for fact in facts.robustness(ROOT):
        assert entries.count(TEXTS[fact.file], fact.text) == 1, fact.key


def test_the_readme_and_the_page_of_the_default_experiment_say_the_same():
    texts = {entry.key: entry.text for entry in SHOWN}
    for key in ("same kinds rotation", "same kernels"):
        assert entries.count(TEXTS["README.md"].lower(), texts[key].lower()) == 1, key


def test_every_setting_that_a_document_names_is_as_config_and_code_have_it():
    assert [setting for setting in settings() if not any(entries.count(text, setting) for text in TEXTS.values())] == []


def test_a_level_that_methods_name_is_that_of_the_code():
    methods = TEXTS["docs/explanation/methods.md"]
    assert {pvalues.LEVEL} == {float(level) for level in re.findall(r"`p <= ([\d.]+)`", methods)}
    assert re.findall(r"`R > ([\d.]+)`", methods) == [f"{spectra.ORIENTED:g}"]


@pytest.mark.parametrize("name", TEXTS)
def test_a_document_has_no_number_that_nothing_makes(name):
    assert untied(TEXTS[name], phrases(), log_from(name)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_of_docs_has_no_measurement_without_its_day(page):
    text = page.read_text(encoding="utf-8")
    gigabytes = RULES["train_network"].megabytes / 1000
    requested = f"asks for {gigabytes:g} GB and {TIMES[resources.HELD]} its images"
    attempts = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())["retries"] + 1
    again = f"asks for twice, then for {TIMES[attempts]} as much"
    share = f"try {PARTS[QUICK_SHARE]} of them"  # random examples in `make test`
    shown = len(colormaps.table("gray"))  # colors from minus to plus the limit
    off = f"off by at most {COUNTS[shown // (2 * int(constant('page/run_payload', 'COLORS')))]} of {shown} colors"
    allowed = [requested, again, share, off, "100 %", *NAMES]
    first = text.split("\n\n")[1]
    assert (
        DATE.search(first)
        or re.search(r"`make [\w-]+` writes|Written by `make", first)
        or untied("\n\n".join(p for p in text.split("\n\n") if not DATE.search(p)), allowed) == []
    )


@pytest.mark.parametrize(
    "added",
    [
        *("It takes 4 minutes.", "Half of the kernels are found in 12 % of pairs.", "It is three times as fast."),
        *(
            "A page has 4.8 MB.",
            "Similarity is 0.41.",
            "p = 0.03 in 2 of 3 pairs.",
            "It needs two hours.",
            "It takes a third of the time.",
        ),
        *(
            "| `templates` | 99 % |",
            "    make all    # 3 minutes on 2 cores",
            "Lee et al. used 2009 kernels.",
            "See [log](docs/log.md#2026-11-25). It was 0.36 s.",
            "It was 7 s ([log](docs/log.md#2026-11-25)).",
            "It was 0.36 s ([log](docs/log.md#2026-11-22)).",
            "It was 0.36 s ([log](docs/log.md#2026-11-99)).",
            "It was 0.36 s (docs/log.md#2026-11-25).",
        ),
    ],
)
def test_a_number_that_nothing_makes_is_found(added):
    assert untied(added, phrases(), log_from("README.md"))


@pytest.mark.parametrize(
    "added",
    [
        "It took 0.36 s ([log](docs/log.md#2026-11-25)).",
        "`kernels: 12` of `seed0`.",
        "![3 of 4](docs/page.png)",
        "Lag-1 and S3.",
        "As Lee et al. (2009) and others (Zhou et al. 2018, Hoyer 2004) have it.",
        "1. First.\n2. Second.",
    ],
)
def test_a_number_with_a_source_or_in_a_name_is_accepted(added):
    assert untied(added, phrases(), log_from("README.md")) == []


PHRASES = [entry for entry in SHOWN if "\n" not in entry.text and re.search(r"\d", entry.text)]


@pytest.mark.parametrize("entry", PHRASES, ids=lambda entry: entry.key)
def test_another_number_in_a_phrase_that_is_made_is_found(entry):
    text = TEXTS[entry.file]
    doctored = entries.pattern(entry.text).sub(lambda phrase: re.sub(r"\d", "7", phrase[0], count=1), text)
    assert doctored != text
    assert untied(doctored, phrases(), log_from(entry.file))
    assert entries.count(doctored, entry.text) == 0


def test_under_other_versions_only_what_they_should_not_change_is_compared():
    row = {"text": "", "file": "", "command": "make numbers", "code": "", "date": "2026-11-29"}
    kinds = [
        (entries.SOFTWARE, {"Python": "3.11.7"}, ""),
        ("a.png", "0" * 64, "sha256"),
        ("largest job", [1, 2], entries.COST),
    ]
    old = [entries.Entry(key, value, unit, **row) for key, value, unit in [*kinds, ("table", [3], "")]]
    other = [old[0]._replace(value={"Python": "3.13.5"}), *old[1:]]
    assert entries.comparable(old, old) == old
    assert entries.comparable(old, other) == [old[3]]


def test_on_another_processor_only_what_no_job_computes_is_compared():
    row = {"unit": "", "text": "", "file": "", "command": "make numbers", "date": "2026-11-29"}
    values = {entries.SOFTWARE: {"instructions": "AVX2"}, "similarity": 0.5, "kills": 100}
    old = [entries.Entry(key, value, code="" if key == "kills" else "c", **row) for key, value in values.items()]
    other = [old[0]._replace(value={"instructions": "AVX512"}), *old[1:]]
    assert entries.comparable(old, old) == old
    assert entries.comparable(old, other) == [old[2]]
    assert entries.comparable(old[1:], old) == [old[2]]

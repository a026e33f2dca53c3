"""The whole analysis of runs that failed or are as small as possible: no warnings, empty cells, plain words."""

import csv
import re
from functools import partial

import fabricated
import numpy as np
import pytest
from browser import View
from PIL import Image
from tiers import THOROUGH, rows
from unpacked import Page

from kernelscope.data import control_names
from kernelscope.figures import colormaps
from kernelscope.io.run_info import read_kernels

MATCHED = {"network": "templates", "kernels": 2, "kernel_size": 7}
STACKED = {"network": "stacked", "kernels": 1, "kernel_size": 5, "stride": 1, "widths": [1, 1]}
DEEP = {"network": "cnnkernels", "kernels": 2, "kernel_size": 5, "widths": [4, 4]}
TANH = DEEP | {"network": "cnnkernels_tanh", "training": {"loss": "mse"}}
RESIDUAL = {"network": "small_resnet", "kernels": 3, "widths": [2, 3]}
NO_NUMBER = re.compile(r"\b(nan|inf|None)\b", re.IGNORECASE)
NAMES = ("arch", "arch_a", "arch_b")
WORDS = ("correction", "shape", "label")  # columns in which "none" is a word: no correction, no simple shape


def filled(weights, seed, value, layer="conv1", which=slice(None), seeds=(0, 1, 2)):
    if seed in seeds:
        weights[f"{layer}.weight"][which] = value


def all_filled(weights, seed, value, seeds=(0, 1, 2)):
    if seed in seeds:
        for array in weights.values():
            array[...] = value


def scaled(weights, seed, by):
    for array in weights.values():
        array *= np.float32(by)


def partly_not_finite(weights, seed):
    weights["conv1.weight"][0], weights["conv1.weight"][1, 0, 0, 0] = np.nan, np.inf


def in_color(images, rows):
    shown = {f"{split}_images": np.stack([images[f"{split}_images"]] * 3, -1) for split in ("train", "test")}
    shown["test_images"][..., 1] //= 2
    return images | shown, rows


def without_truth(images, rows):
    return images, [{name: row[name] for name in ("split", "index", "label", "class")} for row in rows]


def forty_classes(images, rows):
    """Spread the images over forty classes with long names."""
    names = np.array([f"a class called {number}" for number in range(40)])
    labels = {key: np.arange(len(images[key])) % 40 for key in ("train_labels", "test_labels")}
    rows = [row | {"label": int(row["index"]) % 40, "class": names[int(row["index"]) % 40]} for row in rows]
    return images | labels | {"class_names": names}, rows


def chosen(images, rows, keep):
    """Keep only the test images whose label and number `keep` approves."""
    test = [keep(label, i) for i, label in enumerate(images["test_labels"])]
    images |= {name: images[name][test] for name in ("test_images", "test_labels")}
    return images, [row for row in rows if row["split"] == "train" or test[int(row["index"])]]


def black(images, rows):
    return images | {f"{split}_images": 0 * images[f"{split}_images"] for split in ("train", "test")}, rows


CASES = {  # architectures, and where it matters: seeds, what is done to weights and images, which seeds failed
    "one seed": {"archs": {"a": MATCHED}, "seeds": [0]},
    "one snapshot": {"archs": {"a": DEEP}, "few": fabricated.keep_first_snapshot},
    "forty classes": {"archs": {"a": MATCHED}, "seeds": [0], "data": forty_classes},
    "one kernel a layer": {"archs": {"a": STACKED}, "seeds": [0]},
    "kernels of one pixel": {"archs": {"a": MATCHED | {"kernel_size": 1}}},
    "kernels as large as the image": {"archs": {"a": MATCHED | {"kernel_size": 12}}, "size": 12},
    "kernels of zeros": {"archs": {"a": DEEP}, "edit": partial(filled, value=0)},
    "constant kernels": {"archs": {"a": MATCHED}, "edit": partial(filled, value=0.1)},
    "one kernel of zeros": {"archs": {"a": DEEP}, "seeds": [0], "edit": partial(filled, value=0, which=0)},
    "some weights not finite": {"archs": {"a": DEEP}, "edit": partly_not_finite},
    "no weight finite": {"archs": {"a": MATCHED}, "edit": partial(all_filled, value=np.nan), "failed": (0, 1)},
    "sums that overflow": {"archs": {"a": DEEP}, "seeds": [0], "edit": partial(scaled, by=1e20)},
    "a dead run": {
        **{"archs": {"a": DEEP}, "failed": (1,)},
        **{"edit": partial(filled, value=-1, seeds=(1,))},
    },
    "a run that is not finite": {
        **{"archs": {"a": MATCHED}, "seeds": [0, 1, 2], "failed": (1,)},
        **{"edit": partial(all_filled, value=np.nan, seeds=(1,))},
    },
    "images in color": {"archs": {"a": DEEP}, "seeds": [0], "data": in_color},
    "images without truth": {"archs": {"a": MATCHED}, "seeds": [0], "data": without_truth},
    "a class that is missing": {
        **{"archs": {"a": MATCHED}, "seeds": [0]},
        **{"data": partial(chosen, keep=lambda label, _: label != 1)},
    },
    "one test image": {"archs": {"a": MATCHED}, "data": partial(chosen, keep=lambda _, i: i == 0)},
    "black images": {"archs": {"a": MATCHED}, "data": black},
    "a network that ends with tanh": {"archs": {"a": TANH}, "seeds": [0]},
    "a residual network whose fields are larger than the images": {"archs": {"a": RESIDUAL}, "seeds": [0]},
    "controls": {
        **{"archs": {"a": MATCHED} | {name: {"of": "a", "control": name} for name in control_names.KINDS}},
        **{"seeds": [0]},
    },
    "names that look like numbers": {"archs": {"0": MATCHED, "1e3": MATCHED | {"kernels": 1}}, "seeds": [0]},
}

REPRESENTATIVES = (  # not finite and failed beside others, and every kind of layer that pads, normalizes or adds
    *("a run that is not finite", "a residual network whose fields are larger than the images"),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict:
    """Return the experiments that are made already, by the name of their case."""
    return {"": tmp_path_factory.mktemp("cases")}


@pytest.fixture
def analyzed(request, folders, one_thread):
    """Return a fabricated experiment after its whole analysis, by the name of its case."""
    if request.param not in folders:
        folder = folders[""] / str(len(folders))
        plain = {"seeds": [0, 1], "edit": None, "failed": (), "data": None, "size": 24, "few": lambda _: None}
        case = plain | CASES[request.param]
        experiment = fabricated.experiment(case["archs"], case["seeds"], case["size"])
        fabricated.do(experiment, folder, "make_dataset")
        if case["data"]:
            fabricated.change_data(folder, case["data"])
        fabricated.train(experiment, folder, case["edit"], case["failed"])
        case["few"](folder)
        fabricated.do(experiment, folder, *(rule for rule in fabricated.PATHS if rule != "make_dataset"))
        folders[request.param] = folder
    return folders[request.param]


def cells(path) -> list[dict]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("analyzed", rows(CASES, *REPRESENTATIVES), indirect=True)
def test_no_cell_and_no_sentence_has_a_number_that_is_none_and_every_picture_is_there(analyzed):
    for path in analyzed.rglob("*.csv"):
        for row in cells(path):
            words = [cell for name, cell in row.items() if name not in (*NAMES, *WORDS) and path.name != "kernels.csv"]
            assert not any(NO_NUMBER.fullmatch(cell) for cell in words), (path, row)
    findings = (analyzed / "findings.md").read_text()
    assert findings.count("\n### ") == 1 + len(list((analyzed / "compare/d").glob("*/")))
    assert not re.search(r"\b(nan|inf|None)\b", findings)
    for path in analyzed.rglob("*.png"):
        with Image.open(path) as image:
            assert np.ptp(np.asarray(image.convert("L"))) > 100, path


@pytest.mark.parametrize("analyzed", rows(CASES, *REPRESENTATIVES), indirect=True)
def test_every_p_that_is_missing_has_a_reason_and_every_claim_without_a_p_cannot_be_decided(analyzed):
    tables = {path: cells(path) for path in analyzed.rglob("*.csv") if path.name != "measures.csv"}  # `null` says it
    missing = [(path.name, row) for path, table in tables.items() for row in table if row.get("p") == ""]
    assert missing
    assert [(name, row) for name, row in missing if not row["reason"]] == []
    for statement in cells(analyzed / "statements.csv"):
        if statement["sides"] and not statement["p"]:
            assert statement["verdict"] == "cannot be decided"
            assert statement["reason"]


VIEWS = ("", "evolution/d/a", "kernels/d/a", "compare/d", "wrong/d/a", "through/d/a", "data/d", "numbers/d")
SAID = {  # case -> (view, what it says about what is drawn)
    "some weights not finite": [("evolution/d/a", "Orange weights are not finite.")],
    "kernels of zeros": [
        ("evolution/d/a", "Hatched kernels are dead in the end."),
        ("compare/d", "Red frame: dead."),
        ("compare/d", "Orange: unknown, as a layer gives every image the same response"),
    ],
    "no weight finite": [("", "Unknown: every training run failed"), ("", "It is unknown when kernels settle")],
    "one snapshot": [("", "Unknown: there is one snapshot"), ("evolution/d/a", "untrained")],
    "forty classes": [("d/a/0/conv1/0", "chance at a class called 0, a class called 1, ")],
}


@pytest.mark.parametrize("analyzed", rows(CASES, "a run that is not finite"), indirect=True)
def test_every_view_of_the_page_opens_without_a_complaint_and_is_not_wider_than_the_window(analyzed, browser):
    (arch, *_) = sorted(path.name for path in (analyzed / "runs/d").iterdir())
    view = View(browser, analyzed / "index.html")
    routes = [route.replace("/a", f"/{arch}") for route in VIEWS]
    runs = {path.name.removeprefix("seed"): path for path in sorted((analyzed / f"runs/d/{arch}").iterdir())}
    layers = list(read_kernels(runs[min(runs)] / "kernels.npz"))
    routes += [f"evolution/d/{arch}/{layer}" for layer in layers]
    routes += [f"d/{arch}/{seed}/{layer}/0" for seed in runs for layer in layers]
    for route in routes:
        tab = view.open(route)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), route
    view.context.close()
    assert view.complaints == []


@pytest.mark.parametrize("analyzed", rows(SAID), indirect=True)
def test_the_page_says_what_odd_kernels_look_like_and_what_is_unknown(analyzed, browser, request):
    view = View(browser, analyzed / "index.html")
    for route, words in SAID[request.node.callspec.params["analyzed"]]:
        assert words in " ".join(view.open(route).inner_text("main").split()), (route, words)
    snapshots = len(next(iter(read_kernels(analyzed / "runs/d/a/seed0/kernels.npz").values())))
    assert view.open("evolution/d/a").locator("button.play").count() == (snapshots > 1)
    view.context.close()


@pytest.mark.parametrize("analyzed", rows(CASES, *REPRESENTATIVES), indirect=True)
def test_the_page_has_every_weight_of_every_run_and_no_number_that_is_none(analyzed):
    page = Page(analyzed / "index.html")
    runs = sorted(analyzed.glob("runs/d/*/seed*"))
    assert len([name for name in page.packed if name.startswith("run/")]) == len(runs)
    for run in runs:
        arrays, _ = page.block(f"run/d/{run.parent.name}/{run.name.removeprefix('seed')}")
        for layer, bank in read_kernels(run / "kernels.npz").items():
            weights = arrays[f"kernels/{layer}"]
            np.testing.assert_array_equal(weights[[0, -1]].view(np.uint32), bank[[0, -1]].view(np.uint32))
            np.testing.assert_allclose(weights, bank, rtol=1e-6, atol=colormaps.limit(bank) / 64)
    for name in page.packed:
        page.block(name)  # strict JSON, and every byte belongs to an array


@THOROUGH
@pytest.mark.parametrize("analyzed", ["controls"], indirect=True)
def test_on_the_page_kernels_that_saw_scrambled_images_have_no_images(analyzed):
    page = Page(analyzed / "index.html")
    numbers = {image["index"] for image in page.block("data/d")[1]["images"]}
    tops = {arch: page.block(f"run/d/{arch}/0")[0].get("top_image/conv1") for arch in page.overview["architectures"]}
    assert tops.pop("phase_scrambled") is None
    seen = {arch: set(top.flat) for arch, top in tops.items()}
    labels = np.load(analyzed / "data/d/images.npz")["test_labels"]
    usual = {int(i) for label in set(labels) for i in np.flatnonzero(labels == label)[:4]}
    others = [run for run in analyzed.glob("runs/d/*/seed0") if run.parent.name != "phase_scrambled"]
    assert numbers == usual.union(*map(surest_mistakes, others), *seen.values())


def surest_mistakes(run) -> set[int]:
    """Return the numbers of the 24 images that a network gets wrong with the highest probabilities."""
    mistakes = [row for row in cells(run / "predictions.csv") if row["prediction"] != row["label"]]
    return {int(row["index"]) for row in sorted(mistakes, key=lambda row: -float(row["probability"]))[:24]}


def sentences(folder) -> dict[str, str]:
    """Return {statement: its sentence} of statements.csv."""
    return {row["statement"].removeprefix("d/"): row["text"] for row in cells(folder / "statements.csv")}


def findings_of(folder) -> str:
    return " ".join((folder / "findings.md").read_text().split())


@THOROUGH
@pytest.mark.parametrize("analyzed", ["no weight finite"], indirect=True)
def test_of_weights_that_are_not_finite_nothing_is_decided_and_every_sentence_says_why(analyzed):
    found = sentences(analyzed)
    (arch,) = {name.partition("/")[0] for name in found}
    assert found.pop(f"{arch}/failures") == "Failed runs: both."
    never = "It is unknown when kernels settle, as every training run failed."
    assert found.pop(f"{arch}/conv1/never_settled") == never
    assert found.pop(f"{arch}/accuracy").startswith("No evidence that the networks classify the test images: test acc")
    assert {re.fullmatch(r"It cannot be decided whether [^:]*: ([^.]*)\..*", text)[1] for text in found.values()} == {
        *("no living kernel could be tested", "2 of 2 seeds left out: failed"),
        "fewer than two seeds; 2 of 2 seeds left out: failed",
        *("fewer than two seeds with a CKA", "fewer than two seeds with a profile"),
        *("no network was trained on random labels", "no network was trained on phase-scrambled images"),
    }
    text = findings_of(analyzed)
    assert "Both runs failed." in text
    assert "Cannot be decided with 2 seeds" in text


@pytest.mark.parametrize("analyzed", ["a run that is not finite"], indirect=True)
def test_a_failed_run_is_counted_and_takes_no_part_in_comparisons(analyzed):
    found = sentences(analyzed)
    assert found["a/failures"] == "Failed runs: 1 of 3."
    assert found["a/conv1/vocabulary"].startswith("The 4 kernels of 2 seeds fall into ")
    assert "1 of 3 runs failed." in findings_of(analyzed)
    pairs = [(row["seed_a"], row["seed_b"], row["reason"]) for row in cells(analyzed / "compare/d/a/pairs.csv")]
    assert pairs == [("0", "1", "kernels not finite"), ("0", "2", ""), ("1", "2", "kernels not finite")]
    tests = cells(analyzed / "compare/d/a/seed_tests.csv")
    assert any("1 of 3 seeds left out: failed" in row["note"] for row in tests)
    atlas = cells(analyzed / "runs/d/a/seed1/atlas.csv")
    assert [(row["kernel"], row["alive"], row["shape"], row["ablation_drop"]) for row in atlas] == [
        (str(i), "False", "none", "0.0") for i in range(2)
    ]
    assert not any(cell for row in atlas for name, cell in row.items() if name.endswith("_p") or name == "norm")


@THOROUGH
@pytest.mark.parametrize("analyzed", ["controls"], indirect=True)
def test_frozen_kernels_have_no_change_and_scrambled_images_no_features(analyzed):
    frozen = cells(analyzed / "runs/d/frozen/seed0/atlas.csv")
    assert {(row["settled_step"], row["initial_ratio"]) for row in frozen} == {("0.0", "1.0")}
    assert cells(analyzed / "runs/d/phase_scrambled/seed0/features.csv") == []
    assert cells(analyzed / "runs/d/a/seed0/features.csv") != []
    found = {(row["claim"], row["verdict"], row["reason"]) for row in cells(analyzed / "statements.csv")}
    why = "fewer than two real seeds, or no control of another seed"
    assert found >= {(claim, "cannot be decided", why) for claim in ("labels", "images", "conv_training")}

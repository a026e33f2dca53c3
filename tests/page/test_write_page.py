"""The page of whole experiments has the same content as the artifacts."""

import base64
import hashlib
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path

import fabricated
import numpy as np
import pytest
import write_page
from markupsafe import escape
from unpacked import Elements, Page

from kernelscope.figures import colormaps
from kernelscope.findings import answers
from kernelscope.io import array_files, cells, notes, records, run_info
from kernelscope.measures import curves
from kernelscope.page import html, payloads, run_payload

RESULTS = "results/smoke"
HOSTILE = ("<img src=x onerror=alert(1)>", "</script><script>alert(1)", "a\"'&amp;\u2028")
MATCHED = {"network": "templates", "kernels": 2, "kernel_size": 7}


@pytest.fixture(scope="module")
def page(results) -> Page:
    return Page(results / "index.html")


ARCHS = ("templates", "stacked")  # in the order of the config
RUNS = [(arch, seed) for arch in ARCHS for seed in (0, 1)]


def test_there_is_a_block_for_every_run_answer_dataset_and_comparison(page):
    blocks = []
    for arch in ARCHS:
        blocks += [f"{kind}/waveforms/{arch}/{seed}" for seed in (0, 1) for kind in ("run", "claims")]
        blocks += [f"{kind}/waveforms/{arch}" for kind in ("answer", "predictions", "network")]
    assert list(page.packed) == [*blocks, "data/waveforms", "compare/waveforms", "statements/waveforms"]


def test_the_notes_of_the_page_are_on_it(results):
    footer = (results / "index.html").read_text(encoding="utf-8").partition("<footer>")[2].partition("</footer>")[0]
    noted = [notes.sentence(note) for note in notes.read(results / ".manifest/write_page.json")]
    assert any("test images" in sentence for sentence in noted)
    assert [sentence for sentence in noted if str(escape(sentence)) not in footer] == []


@pytest.mark.parametrize(("arch", "seed"), RUNS)
def test_a_run_matches_its_artifacts(page, results, arch, seed):
    folder = results / f"runs/waveforms/{arch}/seed{seed}"
    arrays, content = page.block(f"run/waveforms/{arch}/{seed}")
    kernels, last = array_files.read_npz(folder / "kernels.npz"), array_files.read_npz(folder / "snapshots.npz")
    assert arrays["steps"].tolist() == kernels.pop("steps").tolist()
    np.testing.assert_array_equal(arrays["epochs"], kernels.pop("epochs"))
    for name, bank in kernels.items():
        weights = arrays[f"kernels/{name}"]
        np.testing.assert_array_equal(weights[[0, -1]].view(np.uint32), bank[[0, -1]].view(np.uint32))
        assert np.abs(weights - bank).max() <= min(colormaps.limit(bank) / 64, np.abs(bank).max() / 127)
        np.testing.assert_array_equal(arrays[f"bias/{name}"], last[f"last/{name}.bias"])
        assert content["layers"][name]["limit"] == pytest.approx(colormaps.limit(bank), rel=1e-5)
    probes = array_files.read_npz(folder / "probes.npz")
    for name, array in probes.items():
        if name.startswith("top_"):
            np.testing.assert_array_equal(arrays[name], array)
        elif name.startswith("field/"):
            assert content["layers"][name.removeprefix("field/")]["field"] == array
    outcome = records.read_json(folder / "run.json")
    assert content["outcome"].keys() == outcome.keys() - {"spec"}
    assert content["outcome"]["failure"] == outcome["failure"]


@pytest.mark.parametrize(("arch", "seed"), RUNS[1:3])
def test_measures_of_a_run_are_its_curves_within_a_150th_of_their_range(page, results, arch, seed):
    arrays, content = page.block(f"run/waveforms/{arch}/{seed}")
    for layer, measures in curves.read(results / f"runs/waveforms/{arch}/seed{seed}/measures.csv").items():
        assert list(content["measures"][layer]) == list(measures)
        for name, curve in measures.items():
            about = content["measures"][layer][name]
            values, exact = arrays[f"measures/{layer}/{name}"], payloads.rounded(curve.values)
            np.testing.assert_array_equal(values[[0, -1]], exact[[0, -1]])
            np.testing.assert_allclose(values, exact, atol=np.ptp(exact[np.isfinite(exact)]) / 150)
            steps = arrays.get(f"msteps/{layer}/{name}", arrays["steps"])
            assert steps.tolist() == curve.steps.tolist()
            assert about["band"] == (None if curve.band is None else pytest.approx(list(curve.band), rel=1e-5))
            assert (about["power"], len(about["p"])) == (curve.power, curve.values.shape[1])


def same(table: dict, path: Path, **wanted) -> None:
    """Compare a table with a file cell by cell, or with the `wanted` rows, with truth values as words."""
    rows = [row for row in cells.read(path) if wanted.items() <= row.items()]
    assert len(table["rows"]) == len(rows)
    for row, expected in zip(table["rows"], rows, strict=True):
        assert table["columns"] == list(expected)
        for cell, value in zip(row, expected.values(), strict=True):
            value = {"True": True, "False": False}.get(value, value)
            assert cell == (pytest.approx(value, rel=1e-5) if isinstance(value, float) else value)
            assert type(cell) is type(value)


def test_tables_are_those_of_the_experiment(page, results):
    same(page.overview["summary"], results / "summary.csv")
    content = page.block("run/waveforms/stacked/1")[1]
    for name in ("history", "atlas"):
        same(content[name], results / f"runs/waveforms/stacked/seed1/{name}.csv")
    same(content["ablation"], results / "runs/waveforms/stacked/seed1/ablation.csv", mode="mean")
    tuning = cells.read(results / "runs/waveforms/stacked/seed1/tuning.csv")
    largest = max(row["trained"] for row in tuning)
    trained = [row[content["tuning"]["columns"].index("trained")] for row in content["tuning"]["rows"]]
    np.testing.assert_allclose(trained, [row["trained"] for row in tuning], atol=largest / 200)
    content = page.block("compare/waveforms")[1]
    for arch, tables in content["archs"].items():
        for name in ("matches", "pairs", "vocabulary"):
            same(tables[name], results / f"compare/waveforms/{arch}/{name}.csv")


def test_energy_profiles_are_those_of_the_table(page, results):
    arrays, content = page.block("compare/waveforms")
    for row in cells.read(results / "compare/waveforms/stacked/energy.csv"):
        place = content["archs"]["stacked"]["energy_seeds"][row["state"]].index(row["seed"]), row["component"] - 1
        assert arrays[f"cumulative/stacked/{row['state']}"][place] == pytest.approx(row["cumulative"], rel=2**-16)


def test_the_matrix_of_cka_has_the_values_of_the_table(page, results):
    arrays, content = page.block("compare/waveforms")
    entries = [tuple(entry) for entry in content["cka"]["entries"]]
    rows = [row for row in cells.read(results / "compare/waveforms/similarity.csv") if row["state"] == "trained"]
    assert len(rows) == len(entries) * (len(entries) - 1) / 2
    for row in rows:
        i, j = (entries.index(tuple(row[f"{part}_{end}"] for part in ("arch", "seed", "layer"))) for end in "ab")
        assert arrays["cka"][i, j] == arrays["cka"][j, i] == np.float32(row["cka"])
    assert (np.diag(arrays["cka"]) == 1).all()


def test_claims_are_those_of_the_trained_kernels(page, results):
    rows = [
        row
        for row in cells.read(results / "runs/waveforms/templates/seed1/kernel_tests.csv")
        if row["state"] == "trained"
    ]
    content = page.block("claims/waveforms/templates/1")[1]
    for cells_of_row, row in zip(content["rows"], rows, strict=True):
        for name, cell in zip(content["columns"], cells_of_row, strict=True):
            assert cell == (pytest.approx(row[name], rel=1e-5) if isinstance(row[name], float) else row[name])


def test_predictions_have_the_accuracy_of_the_run_and_their_mistakes_are_among_the_images(page, results):
    numbers = {image["index"] for image in page.block("data/waveforms")[1]["images"]}
    for arch in ("stacked", "templates"):
        arrays, content = page.block(f"predictions/waveforms/{arch}")
        assert content["seeds"] == [0, 1]
        for seed, counts in zip(content["seeds"], arrays["confusion"], strict=True):
            accuracy = records.read_json(results / f"runs/waveforms/{arch}/seed{seed}/run.json")["test"]["accuracy"]
            assert counts.sum() == 60
            assert np.trace(counts) / 60 == pytest.approx(accuracy)
        assert {row[1] for row in content["wrong"]["rows"]} <= numbers


def test_the_weights_of_a_network_are_those_of_its_first_seed(page, results):
    arrays, content = page.block("network/waveforms/stacked")
    last = array_files.read_npz(results / "runs/waveforms/stacked/seed0/snapshots.npz")
    assert content == {"seed": 0, "bytes": []}
    of_run, _ = page.block("run/waveforms/stacked/0")
    kernels = {f"{name.removeprefix('kernels/')}.weight": of_run[name][-1] for name in of_run if "kernels/" in name}
    assert set(arrays) | set(kernels) == {name.removeprefix("last/") for name in last if name.startswith("last/")}
    assert set(arrays) & set(kernels) == set()
    for name, array in (arrays | kernels).items():
        np.testing.assert_array_equal(array, last[f"last/{name}"])


def test_images_are_those_of_the_dataset_with_their_truth(page, results):
    arrays, content = page.block("data/waveforms")
    data = array_files.read_npz(results / "data/waveforms/images.npz")
    truth = {
        row["index"]: row for row in cells.read(results / "data/waveforms/parameters.csv") if row["split"] == "test"
    }
    assert len(content["images"]) == len(arrays["images"]) > 12
    for image, about in zip(arrays["images"], content["images"], strict=True):
        number = about["index"]
        np.testing.assert_array_equal(image, data["test_images"][number])
        assert (about["label"], about["class"]) == (data["test_labels"][number], truth[number]["class"])
        assert list(about["truth"]) == content["columns"]
        assert about["truth"]["amplitude"] == pytest.approx(truth[number]["amplitude"], rel=1e-5)
    numbers = {image["index"] for image in content["images"]}
    for arch, seed in RUNS:
        probes = array_files.read_npz(results / f"runs/waveforms/{arch}/seed{seed}/probes.npz")
        assert all(numbers >= set(top.flat) for name, top in probes.items() if name.startswith("top_image/"))


def test_the_overview_says_what_the_experiment_is(page, results):
    overview = page.overview
    assert (overview["title"], overview["results"]) == ("kernelscope", RESULTS)
    assert overview["seeds"] == overview["shown"] == {arch: [0, 1] for arch in overview["architectures"]}
    assert overview["colormap"] == "RdBu_r"
    assert overview["words"]["datasets"]["waveforms"]["line_width"] == "Width of the line (pixels)."
    assert overview["words"]["training"]["optimizer"] == "AdamW or plain SGD."
    dataset = overview["datasets"]["waveforms"]
    assert dataset.pop("settings")["train_images"] == 240
    assert dataset == {
        **{"classes": ["square", "triangle", "gaussian"], "image_size": [48, 48]},
        **{"channels": 1, "train_images": 240, "test_images": 60, "notes": []},
        **{"of_classes": [[80, 80, 80], [20, 20, 20]]},
    }
    assert {arch: settings["control"] for arch, settings in overview["architectures"].items()} == dict.fromkeys(
        ("stacked", "templates"), "none"
    )
    assert overview["architectures"]["templates"]["layers"][0]["kind"] == "conv"
    assert overview["architectures"]["stacked"]["training"]["epochs"] == 3
    assert overview["order"] == {"datasets": ["waveforms"], "architectures": list(ARCHS)}
    assert overview["versions"]["numpy"] == np.__version__


def test_the_first_screen_has_the_answers_of_the_statements_in_the_order_of_the_config(page, results):
    rows = cells.read(results / "statements.csv")
    answered = page.overview["answers"]["waveforms"]
    assert answered["headline"] == answers.headline(rows, list(ARCHS))
    assert answered["short"] == answers.in_short(rows, list(ARCHS))
    summary = cells.read(results / "summary.csv")
    for network, arch in zip(answered["networks"], ARCHS, strict=True):
        runs = [row for row in summary if row["arch"] == arch]
        assert network["accuracy"] == pytest.approx(np.mean([row["test_accuracy"] for row in runs]), rel=1e-5)
        assert network["failed"] == sum(row["failure"] is not None for row in runs)
        assert (network["arch"], network["verdict"]) == (arch, answers.verdict_of(rows, arch))
        content = page.block(f"answer/waveforms/{arch}")[1]
        assert content["cards"] == answers.cards(rows, arch)
        names = {row["statement"] for row in rows}
        assert all(set(card["statements"]) <= names for card in content["cards"].values())
    assert page.elements.all("h1") == [({}, answered["headline"])]  # before any script runs


def test_an_answer_has_every_kernel_once_and_the_vocabulary_of_the_table(page, results):
    groups = page.block("answer/waveforms/templates")[1]["types"]
    vocabulary = cells.read(results / "compare/waveforms/templates/vocabulary.csv")
    assert [(row["name"], row["seeds"], len(row["kernels"])) for row in groups["rows"]] == [
        (row["name"], row["seeds"], row["kernels"]) for row in vocabulary
    ]
    found = sorted(tuple(kernel) for row in groups["rows"] for kernel in row["kernels"])
    assert found == [(seed, kernel) for seed in (0, 1) for kernel in range(6)]


def test_the_time_line_moves_as_far_as_the_kernels_did(page, results):
    from kernelscope.training.snapshot_buffer import net_movement

    time = page.block("answer/waveforms/stacked")[1]["time"]
    totals = []
    for seed in (0, 1):
        kept = array_files.read_npz(results / f"runs/waveforms/stacked/seed{seed}/kernels.npz")
        banks = [{name: kept[name][t] for name in ("conv1", "conv2", "conv3")} for t in range(len(kept["steps"]))]
        totals.append(sum(net_movement(*pair) for pair in pairwise(banks)))
        assert time["curves"][str(seed)]["steps"] == kept["steps"].tolist()
        history = cells.read(results / f"runs/waveforms/stacked/seed{seed}/history.csv")
        accuracy = [[row["step"], pytest.approx(row["test_accuracy"], abs=1e-4)] for row in history]
        assert time["curves"][str(seed)]["accuracy"] == accuracy
    assert np.dot(time["rates"], np.diff(time["steps"])) == pytest.approx(np.mean(totals), rel=1e-4)


def test_every_statement_is_on_the_page_once(page, results):
    table = page.block("statements/waveforms")[1]["statements"]
    texts = [row[table["columns"].index("text")] for row in table["rows"]]
    expected = {row["statement"]: row["text"] for row in cells.read(results / "statements.csv")}
    assert sorted(texts) == sorted(expected.values())


def test_the_page_runs_its_own_program_only_and_names_no_place_of_this_machine(page, smoke):
    (program,) = [text for attributes, text in page.elements.all("script") if not attributes]
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    (policy,) = [attributes["content"] for attributes, _ in page.elements.all("meta") if "http-equiv" in attributes]
    assert f"script-src 'sha256-{digest}'" in policy
    top = smoke.folder / "workflow/page"
    sources = {path.relative_to(top).as_posix(): path.read_text() for path in top.rglob("*.js")}
    assert program == html.script(sources)
    text_of_page = page.text + str(page.overview) + str([page.block(name)[1] for name in page.packed])
    assert str(smoke.folder) not in text_of_page
    assert str(Path.home()) + "/" not in text_of_page


def renamed(images, rows):
    """Rename classes to markup."""
    new_names = dict(zip(images["class_names"].tolist(), HOSTILE, strict=True))
    return images | {"class_names": np.array(HOSTILE)}, [row | {"class": new_names[row["class"]]} for row in rows]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """Return the results of an experiment with one run and classes whose names are markup."""
    folder, experiment = tmp_path_factory.mktemp("hostile"), fabricated.experiment({"a": MATCHED}, [0])
    fabricated.do(experiment, folder, "make_dataset")
    fabricated.change_data(folder, renamed)
    fabricated.train(experiment, folder)
    fabricated.do(
        experiment, folder, *(rule for rule in fabricated.PATHS if not rule.startswith(("make_dataset", "draw_")))
    )
    return folder


def test_classes_whose_names_are_markup_are_text(hostile):
    page = Page(hostile / "index.html")
    template = Elements(Path(next(path for path in fabricated.SOURCES if path.endswith(".html"))).read_text())
    counts = Counter(tag for tag, *_ in page.elements.found)
    lines = len(page.overview["answers"]["d"]["short"]) - 1  # paragraphs; the template has one
    notes = len(page.overview["datasets"]["d"]["notes"]) + 2 - 1  # and two of the page; the template has one item
    more = Counter({"script": len(page.packed) - 1, "p": lines, "li": notes})
    expected = Counter(tag for tag, *_ in template.found) + more
    assert counts == expected
    assert len(page.elements.all("script")) == 2 + len(page.packed) == 2 + 8
    assert page.overview["datasets"]["d"]["classes"] == list(HOSTILE)
    assert page.block("answer/d/a")[1]["groups"]["rows"]
    assert {image["class"] for image in page.block("data/d")[1]["images"]} == set(HOSTILE)
    assert not any(name in page.text for name in HOSTILE)


def test_with_one_seed_tables_of_comparisons_are_empty_but_keep_their_columns(hostile):
    content = Page(hostile / "index.html").block("compare/d")[1]
    pairs = content["archs"]["a"]["pairs"]
    assert pairs["rows"] == []
    assert pairs["columns"][:3] == ["layer", "seed_a", "seed_b"]


def test_a_page_built_in_another_folder_differs_only_in_the_name_of_the_folder(hostile, tmp_path):
    moved = shutil.copytree(hostile, tmp_path / "moved")
    (moved / "index.html").unlink()
    experiment = fabricated.experiment({"a": MATCHED}, [0])
    fabricated.do(experiment, moved, "write_page")
    first, second = ((folder / "index.html").read_bytes() for folder in (hostile, moved))
    assert second.replace(str(moved).encode(), str(hostile).encode()) == first


def test_with_very_many_weights_deeper_layers_are_there_at_both_ends(smoke, tmp_path, monkeypatch):
    monkeypatch.chdir(smoke.folder)
    monkeypatch.setattr(run_payload, "MOST_NUMBERS", 1000)
    spec = records.read_json(smoke.folder / RESULTS / ".manifest/write_page.json")["spec"]
    write_page.write_page(spec, RESULTS, fabricated.SOURCES, str(tmp_path / "index.html"))
    arrays, _ = Page(tmp_path / "index.html").block("run/waveforms/stacked/0")
    banks = run_info.read_kernels(smoke.folder / RESULTS / "runs/waveforms/stacked/seed0/kernels.npz")
    assert arrays["kernels/conv1"].shape == banks["conv1"].shape
    np.testing.assert_array_equal(arrays["kernels/conv2"], banks["conv2"][[0, -1]])
    assert (tmp_path / "index.html").stat().st_size < (smoke.folder / RESULTS / "index.html").stat().st_size

"""The rules that every findings.md keeps, on made-up experiments of each kind."""

import re

import pytest
from made_up import statement_rows
from made_up.experiments import EXPERIMENTS, FORBIDDEN, LAYERS
from numbers_in_text import unexplained_by_rows

from kernelscope.findings import document, layout, networks

P = re.compile(r"p [=≤<] [\d.e-]+")


@pytest.fixture(params=EXPERIMENTS, scope="module")
def made(request):
    """Return the rows of an experiment and its findings."""
    drafts, archs, controls = EXPERIMENTS[request.param]
    rows = statement_rows.rows(drafts())
    return rows, document.page("results/findings.md", rows, {}, archs, controls)


def sections(text: str) -> dict[str, list[str]]:
    """Return {heading: its lines} of the sections below the third level."""
    parts = [part.split("\n") for part in text.partition("\nTables:")[0].split("\n### ")[1:]]
    return {heading: [line for line in lines if line] for heading, *lines in parts}


def bullets(text: str) -> list[str]:
    """Return the bullets of the findings, each on one line."""
    return re.sub(r"\n  ", " ", text).split("\n* ")[1:]


def test_no_line_is_too_long_and_no_section_has_more_than_twelve_lines(made):
    _, text = made
    assert max(map(len, text.split("\n"))) <= layout.WIDTH
    found = sections(text)
    assert all(len(lines) <= document.MOST for name, lines in found.items() if name != "In short"), found
    assert sum(line.startswith("* ") for line in found.get("In short", [])) <= 5


def test_every_number_is_one_of_statements_csv(made):
    rows, text = made
    body = re.sub(r"\(\+\d+\)|^### .*$", "", text.partition("\n## ")[2], flags=re.MULTILINE)
    assert unexplained_by_rows(body, rows) == []


def test_there_is_no_p_without_an_effect_before_it(made):
    _, text = made
    for bullet in bullets(text):
        for found in P.finditer(bullet):
            before = re.split(r"\. |; that |\* that ", bullet[: found.start()])[-1]
            assert re.search(r"\d", before), bullet


def test_verdicts_are_in_bullets_of_their_own(made):
    rows, text = made
    for bullet in bullets(text.partition("\n### ")[2].partition("\n### ")[2]):
        words = bullet.split("*")
        title = words[1] if len(words) > 1 else ""
        assert title.startswith("No evidence") or "no evidence" not in bullet.lower(), bullet
        assert title.startswith("Cannot be decided") or "cannot be decided" not in bullet, bullet
    verdicts = {row["verdict"] for row in rows if not row["layer"] or row["layer"] == "conv1"}
    if "control" not in text:
        assert ("*No evidence*" in text) == ("no evidence" in verdicts)
        assert ("*Cannot be decided" in text) == ("cannot be decided" in verdicts)


def test_words_are_plain(made):
    rows, text = made
    assert not FORBIDDEN.findall(text)
    assert not [row["text"] for row in rows if FORBIDDEN.search(row["text"])]


def test_every_table_is_named_once(made):
    rows, text = made
    tables = {name for row in rows for name in row["table"].split(", ")}
    for name in tables:
        assert text.count(f"`{name}`") == 1


def test_networks_are_in_the_order_of_the_config_and_a_control_says_so():
    drafts = [draft for arch in ("a", "b", "c") for draft in statement_rows.network(arch)]
    text = document.page("f.md", statement_rows.rows(drafts), {"d": ["2 images occur twice."]}, ["c", "a", "b"], ["a"])
    headings = [line for line in text.split("\n") if line.startswith("##")]
    assert headings == ["## d", "### In short", "### c: 6 seeds", "### a: a control, 6 seeds", "### b: 6 seeds"]
    assert "* 2 images occur twice." in text.split("\n")
    assert len(sections(text)["a: a control, 6 seeds"]) <= document.OF_CONTROL


def test_notes_come_after_all_networks_of_their_dataset():
    rows = statement_rows.rows(statement_rows.network("net"))
    note = "Left out: 1 of 5 files: hidden; listed in skipped.csv: .a_b."
    text = document.page("f.md", rows, {}, ["net"], [], notes={"d": [note], "other": ["Not of this experiment."]})
    assert [line for line in text.split("\n") if line.startswith("##")][-1] == "### Notes"
    assert note in text.replace("\\", "").split("### Notes\n* ")[1].split("\n")
    assert "Not of this experiment" not in text


def test_kernels_after_training_on_random_labels_are_in_the_line_of_their_network():
    rows = statement_rows.rows(draft for arch in ("net", "control") for draft in statement_rows.network(arch))
    text = document.page("f.md", rows, {}, ["net", "control"], ["control"], {"net": "control"})
    assert "* *What.* All 36 kernels (untrained: none, random labels: all 36) respond to features more than" in text
    assert text.count("random labels: all 36") == 1


def bullet(text: str, title: str) -> str:
    """Return the bullet with this title."""
    return next(line for line in bullets(text) if line.startswith(f"*{title}"))


def test_a_failed_control_is_a_rival_of_what_it_shows():
    runs = [statement_rows.network_tables.run(seed, failure="flat", initial_ratio=0.4) for seed in range(6)]
    drafts = statement_rows.network("net", controls={"random_labels": runs})
    text = document.page("f.md", statement_rows.rows(drafts), {}, ["net"], [])
    assert bullet(text, "Cause").startswith(
        "*Cause.* Kernels trained on true labels resemble each other more than they resemble kernels trained on random "
        "labels: similarity to each other 0.20, to the control 0.00, difference 0.20 [0.03, 0.09], p ≤ 0.001. All 6 "
        "control runs failed and kept more of their start (0.40 against 0.033), so failed training may be the cause."
    )
    alone = document.page("f.md", statement_rows.rows(statement_rows.network("net")), {}, ["net"], [])
    assert "control runs failed" not in alone


@pytest.mark.parametrize(
    ("fit", "failure", "said"),
    [
        (0.38, "flat", "All 6 control runs failed and fit only 38 % of their training labels, so failed"),
        (0.38, None, "The control runs fit only 38 % of their training labels, so failed training may be the cause."),
        (0.95, None, ""),
    ],
)
def test_a_control_that_does_not_fit_its_labels_is_said_to_have_learned_little(fit, failure, said):
    runs = [statement_rows.network_tables.run(seed, failure=failure, train_accuracy=fit) for seed in range(6)]
    rows = statement_rows.rows(statement_rows.network("net", controls=dict.fromkeys(("random_labels", "frozen"), runs)))
    cause = bullet(document.page("f.md", rows, {}, ["net"], []), "Cause")
    assert said in cause
    assert cause.count("fit only") == bool(said)  # frozen kernels need not fit labels
    assert [row["value"] for row in rows if row["statistic"] == "control_fit"] == pytest.approx([fit])
    (in_short,) = [text for text in networks.causes(networks.of_rows(rows, ["net"])) if "random labels" in text]
    assert ("their training labels)" in in_short) == bool(said)


def test_a_difference_with_the_opposite_sign_says_its_direction_and_p():
    test = statement_rows.network_tables.SEED_TEST | {"value": 0.39, "null_mean": 0.41, "excess": -0.02, "p": 0.006}
    cells = test | {"claim": "vocabulary_cells", "value": 19, "null_mean": 24.2, "excess": -5.2}
    rows = statement_rows.rows(statement_rows.network("net", seed_tests=[test, cells]))
    assert bullet(document.page("f.md", rows, {}, ["net"], []), "No evidence").startswith(
        "*No evidence* that seeds share individual kernels: they match worse than permuted kernels "
        "(0.39, permuted 0.41, p = 0.006), so kernels resemble others of their own seed; "
        "that seeds share types of kernels (19, permuted 24, p = 0.006: the opposite)."
    )
    same = statement_rows.rows(statement_rows.network("net", seed_tests=[test | {"p": 0.9}]))
    line = bullet(document.page("f.md", same, {}, ["net"], []), "No evidence")
    assert (
        "they match no better than permuted kernels (0.39, permuted 0.41, p = 0.9), as if drawn from one pool" in line
    )
    assert "(1 shared kernel per seed would have been found)" in line


def test_needed_kernels_are_beside_the_mean_and_seeds_left_out_are_named():
    kernel = statement_rows.network_tables.kernel
    table = [
        kernel(seed, number, claim, "trained", 0.0005 if number == 0 else 0.9)
        for claim in ("needed", "needed_beyond_random")
        for seed in range(1, 6)
        for number in range(4)
    ]
    table += [row | {"p": None, "reason": "at chance", "seed": 0} for row in table if row["seed"] == 1]
    rows = statement_rows.rows(statement_rows.network("net", kernel_tests=table))
    assert bullet(document.page("f.md", rows, {}, ["net"], []), "Needed").startswith(
        "*Needed.* Removing a kernel costs 43 [41, 45] points of accuracy on average; "
        "5 of 20 (5 seeds; seed 0 left out) are needed (41 to 45 points each), all more than a random kernel."
    )


def test_a_list_of_names_adds_up():
    table = [row | {"label": f"peak {row['seed']}, cat"} for row in kernel_rows()]
    rows = statement_rows.rows(statement_rows.network("net", kernel_tests=table))
    assert "(cat: peak 0 4, peak 1 4, peak 2 4, peak 3 4; 8 more)" in document.page("f.md", rows, {}, ["net"], [])


def test_a_weak_difference_says_so():
    weak = [statement_rows.network_tables.SEED_TEST | {"claim": "same_kinds_rotation", "low": -0.01, "high": 0.13}]
    rows = statement_rows.rows(statement_rows.network("net", seed_tests=weak))
    text = document.page("f.md", rows, {}, ["net"], [])
    line = "* *Similar kernels.* Similarity 0.52, rotated at random 0.46, difference 0.06 [−0.01, 0.13], p = 0.002"
    assert f"{line} (weak: includes zero)" in text


def test_every_dataset_has_its_heading():
    drafts = [draft for dataset in "de" for draft in statement_rows.network("a", dataset=dataset)]
    text = document.page("f.md", statement_rows.rows(drafts), {}, ["a"], [])
    assert [line for line in text.split("\n") if line.startswith("## ")] == ["## d", "## e"]
    assert "`snakemake -c1 -f f.md`" in text


def test_an_experiment_of_the_size_of_the_default_is_short():
    drafts = [draft for arch in "abc" for draft in statement_rows.network(arch, 8, LAYERS)]
    drafts += statement_rows.network("control", 6, failed=6)
    text = document.page("results/findings.md", statement_rows.rows(drafts), {}, [*"abc", "control"], ["control"])
    assert len(text.split("\n")) <= 70


def test_names_of_classes_are_text_and_not_markup():
    name = "[x](http://e.org)\n# <script> *b* " + "y" * 300
    table = [kernel | {"label": f"peak, {name}"} for kernel in kernel_rows()]
    rows = statement_rows.rows(statement_rows.network("net", kernel_tests=table))
    text = document.page("f.md", rows, {}, ["net"], [])
    assert "\\<script" in text
    assert "[x](" not in text
    assert not any(line.startswith("# <") for line in text.split("\n"))
    assert max(map(len, text.split("\n"))) <= layout.WIDTH


def kernel_rows():
    return [
        statement_rows.network_tables.kernel(seed, number, "feature", state)
        for state in ("trained", "untrained")
        for seed in range(6)
        for number in range(4)
    ]


@pytest.mark.parametrize(
    ("claim", "does"),
    [
        ("span_kmeans", "are explained by k-means centroids of patches better than equally smooth noise"),
        ("needed_beyond_random", "are needed, and more than a random kernel"),
    ],
)
def test_whatever_is_shown_of_a_deeper_layer_is_said(claim, does):
    table = [row | {"layer": layer, "claim": claim} for row in kernel_rows() for layer in ("conv1", "conv2")]
    rows = statement_rows.rows(statement_rows.network("net", kernel_tests=table, seed_tests=[]))
    text = document.page("f.md", rows, {}, ["net"], [])
    assert f"* *Deeper layers.* conv2: all 24 {does} (untrained: none)." in text.split("\n")


def test_layers_in_a_row_of_which_the_same_is_to_be_said_have_one_sentence():
    layers = [f"layer{stage}.{block}" for stage in (1, 2) for block in range(4)]
    table = [row | {"layer": layer, "claim": "span_kmeans"} for row in kernel_rows() for layer in ("conv1", *layers)]
    table = [row | ({"p": 0.9} if row["layer"] in layers[1:4] else {}) for row in table]
    rows = statement_rows.rows(statement_rows.network("net", kernel_tests=table, seed_tests=[]))
    text = " ".join(document.page("f.md", rows, {}, ["net"], []).split())
    (said,) = re.findall(r"\* \*Deeper layers\.\* (.*?)(?= \* \*| ##| Tables)", text)
    assert [part.split(":")[0] for part in re.findall(r"layer\S*(?: (?:to|and) layer\S*)?:", said)] == [
        "layer1.0",
        "layer1.1 to layer1.3",
        "layer2.0 to layer2.3",
    ]
    assert "layer1.1 to layer1.3: nothing is shown" in said

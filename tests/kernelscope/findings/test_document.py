from kernelscope.findings import document

ATLAS = {
    **{"kernel": 0, "seed": 0, "settled_step": 10, "initial_ratio": 0.1, "feature": None, "feature_class": None},
    **{"lag1": 0.6, "lag1_p": 0.01, "orientation_concentration": 0.2, "orientation_concentration_p": None},
    **{"selectivity_p": None, "ablation_p": None},
}
EMPTY = {
    **{name: [] for name in ("subspace_fit", "pairs", "universal", "energy_agreement", "cka")},
    **{"controls": {}, "summary": [{"test_accuracy": 0.9, "failure": None}]},
}

ACROSS = {"architectures": [{"arch": "a", "failures": 0, "runs": 1}], "similarity": []}


def test_the_page_of_one_run_checked_by_eye():
    tables = EMPTY | {"atlas": [ATLAS | {"layer": "conv1"}, ATLAS | {"layer": "conv2", "settled_step": None}]}
    text = document.page(
        "results/findings.md", [document.over_all("d", ACROSS, {}), document.of_architecture("a", tables)]
    )
    assert text.startswith("# Findings\n")
    assert "`snakemake -c1 -f results/findings.md`" in text
    assert text.partition("## d\n")[2] == (
        "\n* Failed runs: a 0 of 1. [architectures.csv]\n"
        "\n### a\n\n"
        "* Test accuracy is 90.0 %; 0 of 1 run failed. [summary.csv]\n"
        "* Kernels that are smoother than the untrained layer: 1 of 1 (p ≤ 0.05 after correction); lag-1 "
        "autocorrelation 0.60 (n = 1 seed). [atlas.csv]\n"
        "* What is left of the start, relative to the variance of the trained kernel: "
        "0.10 (n = 1 seed). [atlas.csv]\n"
        "* The median kernel settles, that is keeps a cosine of 0.9 or more to its last state, in conv1 at step 10. "
        "[atlas.csv]\n"
        "* There is one seed: nothing to compare across seeds.\n"
    )


def test_every_dataset_and_architecture_has_its_heading_and_no_sentence_is_empty():
    tables = EMPTY | {"atlas": [ATLAS | {"layer": "conv1"}]}
    parts = [document.over_all("d", ACROSS, {}), *(document.of_architecture(arch, tables) for arch in "ab")]
    text = document.page(
        "f.md", [*parts, document.over_all("e", ACROSS, {"constant": 2}), document.of_architecture("a", tables)]
    )
    headings = [line for line in text.splitlines() if line.startswith("##")]
    assert headings == ["## d", "### a", "### b", "## e", "### a"]
    assert all(len(line) > 2 for line in text.splitlines() if line.startswith("*"))


def test_only_the_first_layer_is_compared_with_controls_and_nulls():
    rows = [{"layer": name, "kernel": i} for name in ("conv1", "conv2") for i in range(2)]
    assert document.first_layer(rows) == rows[:2]
    assert document.first_layer([]) == []

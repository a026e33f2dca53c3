from kernelscope.findings import document


def row(claim="oriented", layer="conv1", verdict="shown", question="looks", dataset="d", arch="a", text="", **fields):
    name = "/".join([dataset, arch, layer or "", claim])
    row = {"statement": name, "claim": claim, "layer": layer, "verdict": verdict, "question": question}
    return row | {"dataset": dataset, "arch": arch, "text": text or f"{claim} {layer} {verdict}."} | fields


def test_the_page_checked_by_eye():
    rows = [
        row("oriented"),
        row("oriented", statistic="another number of the same statement"),
        row("accuracy", layer=None, question="works"),
        row("feature", verdict="no evidence", question="what"),
        row("same_kernels", verdict="cannot be decided", question="same_kernels"),
        row("failures", layer=None, verdict=None, question="works"),
    ]
    text = document.page("results/findings.md", rows, {"d": ["2 images occur twice."]})
    assert text.startswith("# Findings\n\nOne architecture.")
    assert "`snakemake -c1 -f results/findings.md`" in text
    assert text.partition("## d\n")[2].splitlines() == [
        *("", "* 2 images occur twice.", "", "### a", ""),
        *("* accuracy None shown.", "* failures None None.", "* oriented conv1 shown.", "", "No evidence:", ""),
        *("* feature conv1 no evidence.", "", "Cannot be decided with this design:", ""),
        "* same_kernels conv1 cannot be decided.",
    ]


def test_deeper_layers_are_told_in_short():
    rows = [row(), row(layer="conv2"), row("feature", "conv2", "no evidence", "what")]
    lines = document.page("f.md", rows, {}).splitlines()
    assert "* conv1: oriented conv1 shown." in lines
    assert "* conv2: shown: oriented; no evidence: feature." in lines


def test_no_layer_is_left_out_in_silence():
    rows = [row(layer=f"conv{i}") for i in range(1, document.FEW + 4)]
    assert "* and 2 more layers, in `statements.csv`" in document.page("f.md", rows, {}).splitlines()


def test_every_dataset_and_architecture_has_its_heading():
    rows = [row(dataset=dataset, arch=arch) for dataset in "de" for arch in "ab"]
    headings = [line for line in document.page("f.md", rows, {}).splitlines() if line.startswith("##")]
    assert headings == ["## d", "### a", "### b", "## e", "### a", "### b"]


def test_a_control_is_told_in_short():
    rows = [
        row("accuracy", layer=None, question="works"),
        row(),
        row("feature", verdict="no evidence", question="what"),
    ]
    lines = document.page("f.md", rows, {}, controls=["a"]).splitlines()
    assert lines[lines.index("### a") + 2 :] == [
        *("* accuracy None shown.", "* conv1: shown: oriented; no evidence: feature."),
    ]

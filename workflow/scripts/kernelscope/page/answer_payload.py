"""The page's data about the answer of one architecture: what its kernels learned, when, and whether seeds agree."""

from kernelscope.page import answer_groups, answer_seeds, answer_time

TABLES = ("vocabulary", "types", "matches", "pairs", "seed_tests")  # of the architecture, across its seeds


def content(
    layers: list[str],
    cards: dict,
    statements: list[dict],
    tables: dict[str, list[dict]],
    kernels: dict[int, int],
    courses: dict[int, answer_time.Course],
) -> dict:
    """Return the JSON of the payload.

    Parameters
    ----------
    layers : list of str
        The conv layers; the answer is about the first.
    cards : dict
        The claims, as of `findings.answers.cards`.
    statements : list of dict
        Rows of statements.csv about this architecture and dataset.
    tables : dict
        Rows by name: TABLES, and kernel_tests of all seeds, each row with its `seed`; a table may be empty.
    kernels : dict
        Seed -> number of kernels in the first layer, of the seeds on the page that did not fail; all if every one did.
    courses : dict
        Seed -> Course, of the same seeds.
    """
    layer = layers[0]
    about = {row["claim"]: row for row in statements if row["layer"] == layer}
    verdicts = {claim: row["verdict"] or "" for claim, row in about.items()}
    of_settling = [row for row in statements if (row["layer"], row["claim"]) == (layer, "settled")]
    settled = {row["statistic"]: row["value"] for row in of_settling}
    labels = answer_groups.labels_of(layer, tables["kernel_tests"])
    types = answer_groups.types(layer, tables, labels)
    return {
        "layer": layer,
        "cards": cards,
        "groups": answer_groups.shown(answer_groups.groups(types, labels, kernels), kernels),
        "types": answer_groups.shown(types, kernels),
        "time": answer_time.times(courses) | {"settled": [settled.get("after"), settled.get("step")]},
        "similarity": answer_seeds.similarity(layer, tables, verdicts),
        "columns": answer_seeds.columns(layer, tables["matches"], list(kernels)),
        "evidence": answer_groups.evidence(tables["kernel_tests"], layers, kernels),
    }

"""The numbers of README and docs come from intact tables of the default experiment."""

import pytest

from documents import facts, tables
from experiment.provenance import fingerprint
from kernelscope.io import manifest

ROW = {
    **{"runs": 3, "failures": 1, "parameters": 12345, "lag1_null_99": 0.1149},
    **{"test_accuracy_mean": 0.98765, "test_accuracy_sd": 0.0012, "alive_mean": 0.875, "alive_sd": 0.25},
    **{"lag1_mean": 0.638, "lag1_sd": 0.0349, "initial_ratio_mean": 0.0449, "initial_ratio_sd": 0.006},
    "decay_factor_mean": 0.4686,
}
ARCHITECTURES = [ROW | {"arch": "templates"}, ROW | {"arch": "stacked", "lag1_null_99": 0.155}]


def claim_row(claim, p=0.001, excess=0.1, state="trained") -> dict:
    return {
        "state": state,
        "claim": claim,
        "value": 0.5,
        "null_mean": 0.5 - excess,
        "excess": excess,
        "p": p,
        "smallest_p": 0.001,
    }


def of_arch(rotation=0.001, same=0.3, excess=0.02) -> list[dict]:
    rows = [claim_row("same_kinds_rotation", rotation), claim_row("same_kernels", same, excess)]
    return rows + [row | {"p": 0.9, "state": "untrained"} for row in rows]


@pytest.fixture
def rows_of_tests(monkeypatch):
    """Replace the tables by rows of architectures.csv, and by the returned {architecture: rows of seed_tests.csv}."""
    tests = {"templates": of_arch(), "stacked": of_arch(0.02, 0.03, -0.02)}

    def rows(root, source):
        return ARCHITECTURES if source == facts.ARCHITECTURES else tests[source.split("/")[-2]]

    monkeypatch.setattr(facts, "rows", rows)
    return tests


def test_the_table_of_architectures_has_a_row_for_each(rows_of_tests, tmp_path):
    (fact,) = facts.architectures(tmp_path)
    assert tables.read(fact.text, "architecture")[0] == {
        **{"architecture": "templates", "parameters": "12,345", "test accuracy": "98.8 ± 0.1 %", "failed": "1 of 3"},
        **{"kernels alive": "88 ± 25 %", "lag-1 autocorrelation": "0.64 ± 0.03"},
        "left of the start (decay factor)": "0.045 ± 0.006 (0.47)",
    }
    assert len(fact.value) == 2


def test_the_table_of_similarity_has_both_tests_over_all_seeds(rows_of_tests, tmp_path):
    (fact,) = facts.similarity(tmp_path)
    first, second = tables.read(fact.text, "architecture")
    assert first["similarity"] == "0.50"
    assert first["rotated at random"] == "0.40, p ≤ 0.001"
    assert second["permuted among the seeds"] == "0.52, p = 0.03"
    rows_of_tests["templates"][0]["p"] = None
    (fact,) = facts.similarity(tmp_path)
    assert tables.read(fact.text, "architecture")[0]["rotated at random"] == "not tested"


def test_untrained_kernels_stay_below_the_largest_point_of_the_others(rows_of_tests, tmp_path):
    (fact,) = facts.untrained(tmp_path)
    assert fact.text == "99 % of untrained kernels stay below 0.11 (`stacked`: 0.15)"


def verdicts(**shown) -> list[dict]:
    """Return rows of statements.csv: of each claim the architectures of which it is shown, and one without evidence."""
    of_all = [(claim, arch, "shown") for claim, archs in shown.items() for arch in archs]
    of_all += [(claim, "other", "no evidence") for claim in shown]
    return [dict(zip(("claim", "arch", "verdict"), row, strict=True)) for row in of_all]


def test_a_sentence_that_the_statements_no_longer_say_is_an_error(monkeypatch, tmp_path):
    kinds = ["stacked", "templates"]
    now = {"same_kinds_rotation": kinds, "same_kernels": [], "labels": ["templates"]}
    monkeypatch.setattr(facts, "rows", lambda root, source: verdicts(**now))
    found = list(facts.alike(tmp_path))
    assert [(fact.key, fact.value) for fact in found] == [
        *(("same kinds rotation", kinds), ("same kernels", []), ("labels", ["templates"])),
    ]
    now["same_kernels"] = ["stacked"]
    with pytest.raises(ValueError, match=r"individual kernels recur': got \['stacked'\], expected \[\]"):
        list(facts.alike(tmp_path))
    now["same_kinds_rotation"] = kinds[1:]
    with pytest.raises(ValueError, match=r"`templates` and `stacked`': got \['templates'\], expected"):
        list(facts.alike(tmp_path))


def test_the_vocabulary_is_that_of_the_statements(monkeypatch, tmp_path):
    row = {"claim": "vocabulary", "arch": "templates"}
    table = [row | {"statistic": name, "value": count} for name, count in (("types", 12), ("shared", 3))]
    test = {
        "claim": "vocabulary_shared",
        "arch": "templates",
        "sides": 2,
        "null_value": 1.372,
        "p": 0.107,
        "smallest_p": 0.001,
    }
    table += [test, test | {"sides": None}]
    monkeypatch.setattr(facts, "rows", lambda root, source: [*table, table[0] | {"arch": "stacked", "value": 2}])
    (fact,) = facts.vocabulary(tmp_path)
    types = "12 types of kernels, 3 of which occur in every seed"
    assert fact.text == f"{types} (permuted among the seeds, 1.4 do, p = 0.11)"


def test_the_representation_is_that_of_the_statements(monkeypatch, tmp_path):
    row = {"claim": "representation", "arch": "templates", "sides": 2, "value": 0.951, "null_value": 0.947}
    others = [row | {"sides": None, "value": 0.004}, row | {"arch": "stacked", "value": 0.5}]
    monkeypatch.setattr(facts, "rows", lambda root, source: [*others, row])
    (fact,) = facts.representation(tmp_path)
    assert fact.text == "similarity (CKA) is 0.95 trained and 0.95 untrained"


def made(root, code=None) -> dict:
    """Write a script, a table, and the manifest of the job that made the table."""
    script = root / "workflow" / "scripts" / "compare.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text("print(1)\n")
    table = root / "results" / "table.csv"
    table.parent.mkdir(exist_ok=True)
    table.write_text("a,b\n1,2.5\n")
    made_by = {"rule": "compare", "spec": {}, "code": code or fingerprint.code(script), "software": {}}
    (table.parent / manifest.FOLDER).mkdir(exist_ok=True)
    manifest.write(table.parent / manifest.FOLDER / "compare.json", made_by, [table])


def test_a_table_is_read_only_as_its_job_left_it(tmp_path):
    made(tmp_path)
    assert facts.rows(tmp_path, "results/table.csv") == [{"a": 1, "b": 2.5}]
    (tmp_path / "results/table.csv").write_text("a,b\n1,2.6\n")
    with pytest.raises(ValueError, match=r"results/table\.csv: .* expected the file as its job left it \(run `make`"):
        facts.rows(tmp_path, "results/table.csv")


def test_a_table_that_other_code_made_is_refused(tmp_path):
    made(tmp_path, code="0" * 16)
    with pytest.raises(ValueError, match=r"results/table\.csv: got a file that other code made"):
        facts.rows(tmp_path, "results/table.csv")


@pytest.mark.parametrize(
    ("reached", "value", "words"),
    [
        ("178 s", 178.0, "about 3 minutes on"),
        ("58 s", 58.0, "about a minute on"),
        ("missed: 252.6 s", 252.6, "about 4 minutes on"),
        ("not told: busy", None, "learned: minutes on"),
    ],
)
def test_how_long_make_takes_is_what_the_benchmark_could_tell(tmp_path, reached, value, words):
    (tmp_path / "docs").mkdir()
    line = (f"{facts.WHOLE}", "at most 180 s", reached, "abc", "2026-11-28", "0.3")
    page = tables.written(("what", "target", "reached", "commit", "date", "load"), [line])
    (tmp_path / facts.BENCHMARKS).write_text(f"# Benchmarks\n\n{page}\n")
    ((fact, day),) = facts.benchmarks(tmp_path)
    assert (fact.value, day) == (value, "2026-11-28")
    assert words in fact.text


def test_without_a_benchmark_make_takes_minutes(tmp_path):
    ((fact, day),) = facts.benchmarks(tmp_path)
    assert (fact.value, fact.text, day) == (None, "and reports what they learned: minutes on two cores", "")

"""Headline, answers in short, cards and verdicts, on made-up experiments of each kind."""

import re

import pytest
from made_up import statement_rows
from made_up.experiments import EXPERIMENTS, FORBIDDEN
from made_up.statement_rows import network
from numbers_in_text import unexplained_by_rows

from kernelscope.findings import answers


@pytest.fixture(params=EXPERIMENTS, scope="module")
def made(request):
    """Return the rows of an experiment, and its networks without controls."""
    drafts, archs, controls = EXPERIMENTS[request.param]
    return statement_rows.rows(drafts()), [arch for arch in archs if arch not in controls]


def test_the_headline_is_at_most_three_sentences_with_the_numbers_of_the_rows(made):
    rows, archs = made
    text = answers.headline(rows, archs)
    assert text.endswith(".")
    assert 1 <= len(re.findall(r"\.(?: |$)", text)) <= 3
    assert unexplained_by_rows(text, rows) == []
    assert not FORBIDDEN.search(text)


def test_in_short_has_at_most_five_answers_with_the_numbers_of_the_rows(made):
    rows, archs = made
    lines = answers.in_short(rows, archs)
    assert 1 <= len(lines) <= 5
    assert unexplained_by_rows(" ".join(lines), rows) == []
    assert all(line.endswith(".") and line[0].isupper() and not FORBIDDEN.search(line) for line in lines)


def test_cards_have_a_claim_with_its_verdict_and_statements_that_exist(made):
    rows, archs = made
    verdicts = {row["statement"]: row["verdict"] or "" for row in rows}
    for arch in archs:
        cards = answers.cards(rows, arch)
        assert list(cards) == ["what", "when", "same"]
        for card in cards.values():
            assert list(card) == ["claim", "details", "sure", "verdict", "partly", "statements"]
            assert bool(card["claim"]) == bool(card["statements"])
            assert not card["claim"].endswith(".")
            assert [verdicts[name] for name in card["statements"][:1]] == [card["verdict"]][: len(card["statements"])]
            assert unexplained_by_rows("; ".join([card["claim"], *card["details"], *card["sure"]]), rows) == []
            assert not FORBIDDEN.search(" ".join([card["claim"], *card["details"], *card["sure"]]))


def test_a_verdict_has_three_to_six_words(made):
    rows, archs = made
    for arch in archs:
        assert 3 <= len(answers.verdict_of(rows, arch).split()) <= 6


def of(*archs, **fields):
    return statement_rows.rows(draft for arch in archs for draft in network(arch, **fields))


def test_the_answers_about_one_network_read_by_eye():
    rows = of("net")
    assert answers.headline(rows, ["net"]) == (
        "All 36 kernels respond to peaks, corners and flanks of the waveforms, and settle by step 76. "
        "Seeds learn similar kernels. Every seed learns the same kernels, or the same mixture of them."
    )
    assert answers.in_short(rows, ["net"]) == [
        "Test accuracy is 91 %; chance is 33 %. No run failed.",
        "Kernels respond to features of the waveforms more than re-initialized kernels and equally smooth noise: "
        "all 36 (untrained: none). Kernels resemble each other more than they resemble kernels trained on random "
        "labels. Kernels resemble each other more than they resemble kernels trained on scrambled images.",
        "The median kernel settles by step 76.",
        "Seeds learn similar kernels. Upright images alone can cause this. "
        "Types in every seed: 1 of 2, permuted 0.46, p ≤ 0.0005.",
        "Every seed learns the same kernels, or the same mixture of them.",
    ]
    what, when, same = answers.cards(rows, "net").values()
    assert (what["claim"], what["verdict"]) == ("All 36 kernels respond to features of the waveforms", "shown")
    assert (when["claim"], when["verdict"]) == ("The median kernel settles by step 76 (snapshots 6 steps apart)", "")
    assert when["sure"] == ["after 21 % [19, 23] of the summed learning rate"]
    assert (
        same["claim"]
        == "Yes: seeds learn similar kernels, and every seed the same kernels, or the same mixture of them"
    )
    assert answers.verdict_of(rows, "net") == "every seed: same kernels or mixture"


def test_networks_with_other_verdicts_are_named():
    rows = of("a", "b") + of("c", p=0.6) + of("d", p=None)
    archs = [*"abcd"]
    assert answers.in_short(rows, archs)[3].startswith(
        "Seeds learn similar kernels in a and b; there is no evidence of that in c; it cannot be decided in d."
    )
    assert answers.headline(rows, archs).startswith(
        "In a and b, kernels respond to peaks, corners and flanks of the waveforms, and settle by step 76. Seeds"
    )
    assert (
        answers.in_short(of("a", "b"), ["a", "b"])[4]
        == "Every seed learns the same kernels, or the same mixture of them."
    )


def test_a_shown_difference_whose_interval_includes_none_is_weak_wherever_it_is_reported():
    weak = [statement_rows.network_tables.SEED_TEST | {"claim": "same_kinds_rotation", "low": -0.01, "high": 0.13}]
    rows = of("a") + of("b", seed_tests=weak)
    assert answers.verdict_of(rows, "b") == "seeds learn similar kernels, weakly"
    card = answers.cards(rows, "b")["same"]
    assert (card["claim"], card["verdict"]) == ("Yes: seeds learn similar kernels", "shown")
    assert card["sure"][0].endswith("; difference 0.06 [−0.01, 0.13], which includes zero")
    archs = ["a", "b"]
    assert answers.in_short(rows, archs)[3].startswith("Seeds learn similar kernels (weakly in b).")
    assert "(weakly in b)" in answers.headline(rows, archs)
    assert answers.in_short(rows, ["b"])[3].startswith("Seeds learn similar kernels, weakly.")
    assert "weakly" not in str(answers.cards(rows, "a")) + answers.verdict_of(rows, "a")


def test_kernels_of_the_same_network_trained_on_random_labels_are_beside_those_of_the_network():
    kernel = statement_rows.network_tables.kernel
    table = [
        kernel(seed, number, "feature_beyond_noise", state, 0.0005 if seed else 0.7)
        for state in ("trained", "untrained")
        for seed in range(6)
        for number in range(4)
    ]
    rows = of("net") + of("control", kernel_tests=table)
    alone, beside = (answers.cards(rows, "net", *control)["what"] for control in ([], ["control"]))
    assert [detail for detail in beside["details"] if detail not in alone["details"]] == [
        "trained on random labels: 20 of 24"
    ]
    assert unexplained_by_rows("; ".join(beside["details"]), rows) == []


def test_the_order_is_that_of_the_config():
    first = answers.in_short(of("a", "b"), ["b", "a"])[0]
    assert first.index("(b)") < first.index("(a)")


def test_networks_that_do_not_work_come_first():
    rows = of("net", failed=6, p=None)
    assert answers.headline(rows, ["net"]).startswith("Every training run failed.")
    assert answers.verdict_of(rows, "net") == "every training run failed"
    rows = of("net", p=0.6)
    assert answers.headline(rows, ["net"]).startswith("There is no evidence that the networks classify")
    assert answers.verdict_of(rows, "net") == "no evidence that it classifies"
    assert answers.cards(rows, "net")["same"]["verdict"] == "no evidence"


def test_without_features_the_classes_that_kernels_prefer_are_the_answer():
    kernel = statement_rows.network_tables.kernel
    table = [
        kernel(seed, number, "class", state, label=("cat", "dog")[number % 2])
        for state in ("trained", "untrained")
        for seed in range(6)
        for number in range(4)
    ]
    rows = of("net", kernel_tests=table)
    assert answers.headline(rows, ["net"]).startswith(
        "All 24 kernels prefer single classes (cat and dog), and settle by"
    )
    assert answers.cards(rows, "net")["what"]["details"][0] == "cat 12, dog 12"


def test_without_rows_nothing_is_said():
    assert (answers.headline([], []), answers.in_short([], [])) == ("", [])
    assert answers.cards([], "net")["what"] == {
        "claim": "",
        "details": [],
        "sure": [],
        "verdict": "",
        "partly": False,
        "statements": [],
    }


def rows_of_features(arch, many, beyond, n=40):
    """Return the rows of a network with n kernels, of which some respond more than each rival."""
    kernel = statement_rows.network_tables.kernel
    table = [
        kernel(seed, number, claim, state, 0.0005 if number + 8 * seed < few else 0.9)
        for claim, few in (("feature", many), ("feature_beyond_noise", beyond))
        for state in ("trained", "untrained")
        for seed in range(n // 8)
        for number in range(8)
    ]
    return of(arch, kernel_tests=table)


def test_the_headline_names_only_networks_of_which_many_kernels_beat_both_rivals():
    rows = rows_of_features("many", 24, 20) + rows_of_features("few", 4, 0)
    head = answers.headline(rows, ["few", "many"])
    assert head.startswith("In many, 20 of 40 kernels respond to corners of the waveforms, and settle by step 76.")
    short = answers.in_short(rows, ["few", "many"])[1]
    assert "20 of 40 in many (untrained: none)." in short
    assert "In few, 4 of 40 do more than re-initialized kernels, none more than noise." in short
    assert (
        "none of 40 in the control control." in answers.in_short(rows + rows_of_features("control", 9, 0), ["many"])[1]
    )


def test_seeds_that_match_worse_than_chance_are_reported_with_their_p():
    worse = statement_rows.network_tables.SEED_TEST | {"value": 0.39, "null_mean": 0.41, "excess": -0.02, "p": 0.006}
    line = answers.in_short(of("net", seed_tests=[worse]), ["net"])[3]
    assert line == (
        "There is no evidence that seeds share individual kernels. "
        "Seeds match worse than permuted kernels: 0.39, permuted 0.41, p = 0.006."
    )


def test_a_run_far_below_the_others_is_named():
    summary = [statement_rows.network_tables.run(seed, test_accuracy=[0.67, 0.97, 0.998][seed]) for seed in range(3)]
    line = answers.in_short(of("net", seeds=3, summary=summary), ["net"])[0]
    assert line.startswith("Test accuracy is 97 to 99.8 % in 2 runs and 67 % in 1; chance is 33 %.")


@pytest.mark.parametrize(
    ("needed", "line"),
    [
        (
            1,
            "without the needed kernel, test accuracy falls by 40 percentage points; "
            "for the others, no loss is measurable",
        ),
        (4, "without one of the 4 needed kernels, test accuracy falls by 40 to 41 percentage points"),
    ],
)
def test_the_loss_without_a_kernel_is_beside_that_of_the_others(needed, line):
    kernel = statement_rows.network_tables.kernel
    table = [kernel(seed, 0, "class", "trained") for seed in range(4)]
    table += [kernel(seed // 2, seed % 2, "needed", "trained", 0.0005 if seed < needed else 0.9) for seed in range(4)]
    assert line in answers.cards(of("net", kernel_tests=table), "net")["what"]["details"]


def test_where_nothing_can_be_decided_features_do_not_lead_as_of_foreign_images_they_are_never_known():
    kernel = statement_rows.network_tables.kernel
    table = [
        kernel(seed, number, claim, state, None) | {"reason": "unknown"}
        for claim in ("feature", "feature_beyond_noise", "class")
        for state in ("trained", "untrained")
        for seed in range(6)
        for number in range(4)
    ]
    rows = statement_rows.rows(statement_rows.network("net", kernel_tests=table))
    card = answers.cards(rows, "net")["what"]
    assert card["claim"].startswith("It cannot be decided whether kernels prefer one class")


@pytest.mark.parametrize(
    ("after", "claim"),
    [
        (0.0, "Unknown: only the start and the end were saved"),
        (38.0, "Not before the last snapshot: the median kernel changes until the end"),
    ],
)
def test_a_kernel_that_is_like_itself_only_at_the_end_has_not_settled(after, claim):
    settled = statement_rows.SETTLED | {"settled_step": 76.0, "settled_after": after, "share": 1.0}
    rows = statement_rows.rows(statement_rows.network("net", settling=[settled]))
    assert answers.cards(rows, "net")["when"]["claim"] == claim
    assert "settle" not in answers.headline(rows, ["net"])

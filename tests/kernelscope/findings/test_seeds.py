"""Whether it is the same for every seed: yes, partly, no evidence, or cannot tell, and why in plain words."""

import pytest
from made_up import statement_rows
from made_up.network_tables import SEED_TEST

from kernelscope.findings import agreement, answers, networks, verdict_lists

MIXTURE = ", or the same mixture of them"


def rows_of(tests, value=0.47, null=0.44, arch="net"):
    """Return rows of statements.csv for these p of tests across seeds; None for a test that could not be made."""
    row = SEED_TEST | {"value": value, "null_mean": null, "excess": value - null, "low": None, "high": None, "n": 6}
    untrained = SEED_TEST | {"state": "untrained", "value": 0.2}
    reasons = {claim: "symmetric kernels" if p is None else None for claim, p in tests.items()}
    seed_tests = [row | {"claim": claim, "p": p, "reason": reasons[claim]} for claim, p in tests.items()] + [untrained]
    return statement_rows.rows(statement_rows.network(arch, seed_tests=seed_tests))


def card_of(similar, kernels, *numbers):
    """Return the card and the verdict for these p of the tests of similar and of individual kernels."""
    rows = rows_of({"same_kinds_rotation": similar, "same_kernels": kernels}, *numbers)
    return answers.cards(rows, "net")["same"], answers.verdict_of(rows, "net")


@pytest.mark.parametrize(
    ("similar", "kernels", "claim", "verdict"),
    [
        (
            0.0005,
            0.0005,
            "Yes: seeds learn similar kernels, and every seed the same kernels" + MIXTURE,
            "every seed: same kernels or mixture",
        ),
        (
            *(0.0005, 0.6),
            "Partly: seeds learn similar kernels; no evidence that they share individual kernels",
            "seeds learn similar kernels",
        ),
        (0.6, 0.6, "No evidence that seeds learn similar kernels", "no evidence of similar kernels"),
        (
            *(0.6, 0.0005),
            "No evidence that seeds learn similar kernels; every seed learns the same kernels" + MIXTURE,
            "no evidence of similar kernels",
        ),
        (
            *(None, 0.0005),
            "Cannot tell with 6 seeds whether seeds learn similar kernels",
            "seeds: cannot be decided",
        ),
    ],
)
def test_the_claim_begins_with_the_answer(similar, kernels, claim, verdict):
    card, in_words = card_of(similar, kernels)
    assert (card["claim"], in_words) == (claim, verdict)


def test_the_reason_is_in_plain_words_and_p_is_only_behind_how_sure():
    card, _ = card_of(0.0005, 0.6)
    assert card["details"] == [
        "matched kernels are slightly more alike than the same kernels rotated at random: 0.47 against 0.44",
        "similar on average: 1 of 2 types is in every seed",
    ]
    assert [line.partition(":")[0] for line in card["sure"]] == ["similar kernels", "individual kernels"]
    assert "p = 0.6" in card["sure"][1]
    far, _ = card_of(0.0005, 0.6, 0.8, 0.44)
    assert far["details"][0].startswith("matched kernels are more alike than")


def test_without_evidence_the_reason_does_not_say_that_kernels_are_more_alike():
    card, _ = card_of(0.6, 0.6, 0.44, 0.45)
    assert card["details"][0] == (
        "matched kernels are not clearly more alike than the same kernels rotated at random: 0.44 against 0.45"
    )


def test_one_seed_has_no_types_in_every_seed_and_says_what_to_do_once():
    rows = statement_rows.rows(statement_rows.network("net", 1, p=None))
    card = answers.cards(rows, "net")["same"]
    assert card["claim"] == "Cannot tell with 1 seed whether seeds learn similar kernels"
    assert (card["details"], card["sure"]) == (["add seeds to the config, and run again"], [])
    assert "in every seed" not in " ".join(answers.in_short(rows, ["net"]))


@pytest.mark.parametrize(
    ("similar", "kernels", "sentences"),
    [
        (
            0.0005,
            0.0005,
            "Seeds learn similar kernels. Every seed learns the same kernels" + MIXTURE + ".",
        ),
        (
            0.0005,
            0.6,
            "Partly: seeds learn similar kernels, but there is no evidence that they share individual kernels.",
        ),
        (
            0.6,
            0.0005,
            "There is no evidence that seeds learn similar kernels. Every seed learns the same kernels" + MIXTURE + ".",
        ),
        (
            *(None, 0.0005),
            "It cannot be decided whether seeds learn similar kernels. Every seed learns the same kernels"
            + MIXTURE
            + ".",
        ),
        (0.6, 0.6, "There is no evidence that seeds learn similar kernels."),
    ],
)
def test_the_headline_says_what_is_shown_of_individual_kernels_in_a_sentence_of_its_own(similar, kernels, sentences):
    rows = rows_of({"same_kinds_rotation": similar, "same_kernels": kernels})
    assert answers.headline(rows, ["net"]).endswith(f"and settle by step 76. {sentences}")


def test_the_headline_does_not_say_twice_that_there_is_no_evidence_in_a_network():
    rows = rows_of({"same_kinds_rotation": 0.0005, "same_kernels": 0.6}, arch="a")
    rows += rows_of({"same_kinds_rotation": 0.6, "same_kernels": 0.6}, arch="b")
    assert answers.headline(rows, ["a", "b"]).endswith(
        "Partly: seeds learn similar kernels in a; there is no evidence of that in b."
    )


@pytest.mark.parametrize(
    ("kernels", "within", "shown"),
    [
        (0.6, 0.0005, ["Every seed learns the same kernels within each type"]),
        (0.0005, 0.6, ["Every seed learns the same kernels" + MIXTURE]),
        (0.6, 0.03, []),  # 0.06 after correction for two tests
        (0.03, 0.6, []),
    ],
)
def test_either_test_of_individual_kernels_decides_after_correction_for_both(kernels, within, shown):
    tests = {"same_kinds_rotation": 0.0005, "same_kernels": kernels, "same_kernels_within_types": within}
    rows = rows_of(tests)
    claim = card_of(0.0005, 0.0005 if shown else 0.6)[0]["claim"]
    assert answers.cards(rows, "net")["same"]["claim"] == claim
    assert answers.verdict_of(rows, "net") == card_of(0.0005, 0.0005 if shown else 0.6)[1]
    headline = answers.headline(rows, ["net"])
    assert ("the same mixture" in headline) == bool(shown) == ("no evidence" not in headline)
    (network,) = networks.of_rows(rows, ["net"])
    assert [text.partition(":")[0] for text in agreement.individuals(network)] == shown
    said = [text for text in verdict_lists.no_evidence(network.first) if "individual kernels" in text]
    assert bool(said) != bool(shown)


def test_the_headline_is_not_partly_where_a_network_shares_individual_kernels():
    rows = rows_of({"same_kinds_rotation": 0.0005, "same_kernels": 0.6}, arch="a")
    rows += rows_of({"same_kinds_rotation": 0.0005, "same_kernels": 0.0005}, arch="b")
    assert "Partly" not in answers.headline(rows, ["a", "b"])


PARTLY = {(0.0005, 0.6): True, (0.0005, None): True, (0.0005, 0.0005): False, (0.6, 0.6): False, (None, 0.6): False}


@pytest.mark.parametrize("tests", PARTLY)
def test_a_card_is_partly_shown_if_similar_kernels_are_and_individual_ones_are_not(tests):
    card, _ = card_of(*tests)
    assert (card["partly"], card["claim"].startswith("Partly")) == (PARTLY[tests],) * 2


def test_the_same_kernels_within_types_are_reported_after_the_same_kernels():
    (network,) = networks.of_rows(rows_of({"same_kernels": 0.0005, "same_kernels_within_types": 0.0005}), ["net"])
    assert [text.partition(":")[0] for text in agreement.individuals(network)] == [
        "Every seed learns the same kernels" + MIXTURE,
        "Every seed learns the same kernels within each type",
    ]

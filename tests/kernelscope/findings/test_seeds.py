"""Whether it is the same for every seed: yes, partly, no evidence, or cannot tell, and why in plain words."""

import pytest
from made_up import statement_rows
from made_up.network_tables import SEED_TEST

from kernelscope.findings import answers


def card_of(kinds, kernels, value=0.47, null=0.44):
    """Return the card and the verdict for these p of the tests of kinds and of individual kernels."""
    row = SEED_TEST | {"value": value, "null_mean": null, "excess": value - null, "low": None, "high": None, "n": 6}
    untrained = SEED_TEST | {"state": "untrained", "value": 0.2}
    claims = {"same_kinds_rotation": kinds, "same_kernels": kernels}
    seed_tests = [row | {"claim": claim, "p": p} for claim, p in claims.items()] + [untrained]
    rows = statement_rows.rows(statement_rows.network("net", seed_tests=seed_tests))
    return answers.cards(rows, "net")["same"], answers.verdict_of(rows, "net")


@pytest.mark.parametrize(
    ("kinds", "kernels", "claim", "verdict"),
    [
        (
            0.0005,
            0.0005,
            "Yes: seeds learn similar kernels, and share individual kernels",
            "seeds share individual kernels",
        ),
        (
            *(0.0005, 0.6),
            "Partly: seeds learn similar kernels; no evidence that they share individual kernels",
            "seeds learn similar kernels",
        ),
        (0.6, 0.6, "No evidence that seeds learn similar kernels", "no evidence of similar kernels"),
    ],
)
def test_the_claim_begins_with_the_answer(kinds, kernels, claim, verdict):
    card, in_words = card_of(kinds, kernels)
    assert (card["claim"], in_words) == (claim, verdict)


def test_the_reason_is_in_plain_words_and_p_is_only_behind_how_sure():
    card, _ = card_of(0.0005, 0.6)
    assert card["details"] == [
        "matched kernels are slightly more alike than the same kernels turned at random: 0.47 against 0.44",
        "similar on average: 1 of 2 types is in every seed",
    ]
    assert [line.partition(":")[0] for line in card["sure"]] == ["similar kernels", "individual kernels"]
    assert "p = 0.6" in card["sure"][1]
    far, _ = card_of(0.0005, 0.6, 0.8, 0.44)
    assert far["details"][0].startswith("matched kernels are more alike than")


def test_without_evidence_the_reason_does_not_say_that_kernels_are_more_alike():
    card, _ = card_of(0.6, 0.6, 0.44, 0.45)
    assert card["details"][0] == (
        "matched kernels are not clearly more alike than the same kernels turned at random: 0.44 against 0.45"
    )


def test_one_seed_has_no_types_in_every_seed_and_says_what_to_do_once():
    rows = statement_rows.rows(statement_rows.network("net", 1, p=None))
    card = answers.cards(rows, "net")["same"]
    assert card["claim"] == "Cannot tell with 1 seed whether seeds learn similar kernels"
    assert (card["details"], card["sure"]) == (["add seeds to the config, and run again"], [])
    assert "in every seed" not in " ".join(answers.in_short(rows, ["net"]))

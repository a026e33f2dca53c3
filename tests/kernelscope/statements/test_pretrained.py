"""Descriptions of pretrained kernels, and of seeds that share their start."""

from numbers_in_text import unexplained

from kernelscope.statements import pretrained, verdicts


def judged(statements):
    found = verdicts.judged(statements)
    assert [unexplained(statement) for statement in found] == [[]] * len(found)
    assert {statement.verdict for statement in found} == {""}
    return {statement.claim: statement.text for statement in found}


def row(seed, kernels, failure=None):
    """Return a row of summary.csv; a null and a ratio may be unknown for other reasons than an unknown start."""
    return {"seed": seed, "kernels": kernels, "lag1_null_99": None, "initial_ratio": None, "failure": failure}


def test_what_is_known_and_what_is_not():
    rows = [row(0, 4), row(1, 5)]
    of = judged(pretrained.statements(rows, "published", ["22Jul", "31Jul"], True, [True, False]))
    assert of["published"] == (
        "These are kernels of 2 runs, trained elsewhere and published, with this many kernels: 22Jul (seed 0) 4, "
        "31Jul (seed 1) 5."
    )
    assert of["published_start"].startswith("The untrained kernels of 1 of 2 runs were not published (31Jul)")
    assert set(of) == {"published", "published_rest", "published_scaled", "published_start"}


def test_one_run_whose_start_is_known_and_whose_weights_are_as_trained():
    of = judged(pretrained.statements([row(0, 4)], "published", ["mine"], False, [True]))
    assert set(of) == {"published", "published_rest"}
    assert of["published"].startswith("These are kernels of 1 run,")


def test_of_networks_that_are_probed_only_the_training_images_are_unknown():
    of = judged(pretrained.statements([row(0, 4)], "published", ["mine"], False, [True], True))
    assert of["published_probed"].startswith("Of 1 published run the training images are unknown, so no accuracy, ")
    assert "published_rest" not in of


def test_a_run_that_failed_is_named():
    rows = [row(0, 4, "weights not finite"), row(1, 4)]
    of = judged(pretrained.statements(rows, "published", ["a", "b"], False, [True, True]))
    assert of["published_failed"].startswith("The last weights of 1 of 2 runs are not finite (a): that training failed")


def test_seeds_of_one_start_say_nothing_about_other_starts():
    assert judged([pretrained.one_start(20, "traces", "one_start")])["one_start"].startswith("All 20 seeds start from")

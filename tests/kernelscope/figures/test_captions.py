import pytest

from kernelscope.figures import captions

SPEC = {"dataset": "waveforms", "arch": "templates", "seed": 3}


@pytest.mark.parametrize(
    ("epoch", "words"),
    [
        (None, "waveforms · templates · seed 3"),
        (0.0, "waveforms · templates · seed 3 · epoch 0"),
        (10.0, "waveforms · templates · seed 3 · epoch 10"),
        (2.5, "waveforms · templates · seed 3 · epoch 2.5"),
    ],
)
def test_the_title_names_the_run_and_the_epoch_where_given(epoch, words):
    assert captions.title(SPEC, epoch) == words


def outcome(loss=0.01234, accuracy=0.9966, within=None, failure=""):
    return captions.outcome({"test": {"loss": loss, "accuracy": accuracy, "within": within}, "failure": failure})


def test_the_outcome_is_accuracy_and_loss_on_test_images():
    assert outcome() == "test accuracy 99.7%, test loss 0.0123"


def test_the_share_within_a_tenth_stands_there_where_it_was_measured_even_if_it_is_0():
    assert outcome(within=0.25).endswith(", all outputs within 0.1 of the target 25.0%")
    assert outcome(within=0.0).endswith(", all outputs within 0.1 of the target 0.0%")


def test_a_failure_is_named():
    assert outcome(failure="dead network") == "test accuracy 99.7%, test loss 0.0123  —  FAILED: dead network"


def test_a_loss_that_is_not_finite_is_said_in_words():
    words = outcome(loss=None, accuracy=0.333, failure="non-finite loss")
    assert words == "test accuracy 33.3%, test loss not finite  —  FAILED: non-finite loss"


def pretrained(**more):
    source = {
        "run": "23Aug",
        "min_max_normalized": True,
        "untrained": True,
        "time": "epoch",
        "history": False,
        "unknown": [],
    }
    return {"pretrained": source | more}


def test_a_published_run_has_its_name_beside_its_seed():
    assert captions.title(SPEC | {"pretrained": "23Aug"}) == "waveforms · templates · seed 3 (23Aug)"


@pytest.mark.parametrize(
    ("run", "step", "words"),
    [
        ({}, 0, "untrained"),
        ({}, 8, "epoch 2.00, step 8"),
        (pretrained(), 0, "untrained"),
        (pretrained(), 8, "epoch 2"),
        (pretrained(time="step"), 8, "step 8"),
        (pretrained(time="", untrained=False), 1, "trained"),
    ],
)
def test_a_snapshot_is_named_by_what_is_known_of_its_time(run, step, words):
    assert captions.when(run, step, 2.0) == words


def test_of_published_kernels_a_note_says_what_colors_mean_and_what_is_missing():
    assert captions.outcome(pretrained()).endswith("each kernel less its mean, red above it, blue below")
    assert captions.outcome(pretrained(), drawn=False).endswith("each kernel less its mean")
    assert captions.outcome(pretrained(min_max_normalized=False)) == "published kernels, as they are"
    assert captions.outcome(pretrained(untrained=False)).endswith("; untrained state not published")

import numpy as np
import pytest
from drawn import said

from kernelscope.figures import captions, drawing, samples, styling

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
    assert outcome() == "test accuracy 99.7\u00a0%, test loss 0.0123"


def test_the_share_within_a_tenth_stands_there_where_it_was_measured_even_if_it_is_0():
    assert outcome(within=0.25).endswith(", all outputs within 0.1 of the target 25.0\u00a0%")
    assert outcome(within=0.0).endswith(", all outputs within 0.1 of the target 0.0\u00a0%")


def test_a_failure_is_named():
    assert outcome(failure="dead network") == "test accuracy 99.7\u00a0%, test loss 0.0123  —  FAILED: dead network"


def test_a_loss_that_is_not_finite_is_said_in_words():
    words = outcome(loss=None, accuracy=0.333, failure="non-finite loss")
    assert words == "test accuracy 33.3\u00a0%, test loss not finite  —  FAILED: non-finite loss"


def pretrained(**more):
    source = {
        "run": "23Aug",
        "min_max_normalized": True,
        "untrained": True,
        "time": "epoch",
        "history": False,
        "unknown": [],
    }
    return {"pretrained": source | more, "failure": ""}


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
    assert captions.outcome(pretrained()).endswith("each kernel minus its mean, red above it, blue below")
    assert captions.outcome(pretrained(), drawn=False).endswith("each kernel minus its mean")
    assert captions.outcome(pretrained(min_max_normalized=False)) == "published kernels, as they are"
    assert captions.outcome(pretrained(untrained=False)).endswith("; untrained state not published")
    failed = pretrained() | {"failure": "weights not finite"}
    assert captions.outcome(failed).endswith("FAILED: weights not finite")


DRAWN = ["cat", "кот", "γάτα", "été", "q\u0303", "😀", "❤️", "ⵣ", "50 % · a_b"]
OTHERS = ["猫", "고양이", "แมว", "बिल्ली", "قطة", "שלום", "cat 猫", "👨‍👩‍👧", "a\ue000"]
LACKS = "1 class name has letters that the font lacks: numbered as in parameters.csv"


@pytest.mark.parametrize("name", DRAWN)
def test_a_name_that_the_font_has_letters_for_is_drawn(name):
    assert captions.numbered(["dog", name]) == (["dog", name], "")
    assert drawing.spelled(name) == name


@pytest.mark.parametrize("name", OTHERS)
def test_a_class_is_numbered_if_the_font_lacks_a_letter_or_its_form(name):
    assert captions.numbered(["dog", name]) == (["dog", "class 1"], LACKS)


def test_decomposed_accents_are_composed():
    assert captions.numbered(["e\u0301te\u0301", "dog"]) == (["\u00e9t\u00e9", "dog"], "")


def test_numbered_names_differ_from_each_other_and_from_a_class_that_has_such_a_name():
    names, remark = captions.numbered(["猫", "class 0", "犬"])
    assert names == ["class 0*", "class 0", "class 2"]
    assert remark.startswith("2 class names have letters")


def test_the_job_notes_how_many_classes_its_figure_numbers():
    given = ["e\u0301te\u0301", "dog", "猫"]
    note = captions.renamed(given, captions.numbered(given)[0])
    assert (note.kind, note.item, note.count, note.of) == ("converted", "class names", 1, 3)
    assert captions.renamed(["dog", "cat"], captions.numbered(["dog", "cat"])[0]).count == 0


@pytest.mark.parametrize("name", OTHERS)
def test_no_words_of_a_drawing_have_letters_that_the_font_lacks(name):
    for written in (
        drawing.text(name),
        drawing.paragraph(f"{name}\n{name}", 40),
        drawing.text(drawing.shortened(name * 9, 90)),
    ):
        assert all(drawing.spelled(words.string) == words.string for words in written.words)
    assert drawing.shortened(name * 9, 90).endswith("…")
    assert drawing.text(drawing.shortened(name * 9, 90)).width <= 90


def test_samples_number_the_classes_and_say_so():
    names, remark = captions.numbered(["猫", "dog"])
    page = samples.sheet(np.zeros((2, 16, 16), np.uint8), np.array([0, 1]), names, "pets", "screen", remark)
    assert f"1 class 0, 1 dog; {LACKS}" in said(page)


@pytest.mark.parametrize("words", ["a run called $\\frac$", "猫", "قطة $x$"])
def test_the_head_and_foot_of_a_chart_are_words_of_the_font(words, tmp_path):
    page = styling.page((4, 3))
    axes = page.subplots()
    axes.plot([0, 1], label=styling.label("_層"))
    styling.headed(page, words)
    styling.noted(page, words)
    styling.legend(axes)
    page.savefig(tmp_path / "chart.png")  # a warning about a missing letter would fail here
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [" _\\u5c64"]
    assert page.get_suptitle() == page.get_supxlabel() == drawing.spelled(words)

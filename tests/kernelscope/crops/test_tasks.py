"""What networks had to tell, in words."""

import pytest

from kernelscope.crops import tasks
from kernelscope.crops.listing import LABELS


@pytest.mark.parametrize("labels", LABELS)
def test_every_task_says_what_it_was_and_what_it_cannot_show(labels):
    (text,) = tasks.sentences({"large_images": 38, "labels": labels})
    assert "38 images" in text
    assert "says nothing about other images" in text
    assert ("needs no labels" in text) == (labels == "rotation")


def test_a_dataset_of_stored_images_has_no_such_words():
    assert tasks.sentences({"images": {}}) == []

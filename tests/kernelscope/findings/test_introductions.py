"""What a reader must know about a network before its answers."""

import pytest
from made_up import statement_rows
from made_up.statement_rows import network

from kernelscope.findings import introductions


def about(control="none", **fields):
    return introductions.about(statement_rows.rows(network("net", **fields)), "net", control)


def test_a_network_without_failed_runs_needs_no_note():
    assert about() == ""


@pytest.mark.parametrize(
    ("control", "fields", "text"),
    [
        (
            *("random_labels", {"failed": 6}),
            "A control: the same images with random labels. Its networks learned nothing about the classes; what its "
            "kernels respond to needs no labels.",
        ),
        (
            *("random_labels", {}),
            "A control: the same images with random labels. What its kernels respond to needs no labels.",
        ),
        (
            *("random_labels", {"p": 0.6}),
            "A control: the same images with random labels. Its networks learned nothing about the classes.",
        ),
        ("frozen", {"p": 0.6}, "A control: kernels that stay random, below a layer that learns."),
        (
            *("phase_scrambled", {}),
            "A control: images that keep their spectra and lose their shapes. What its kernels respond to needs no "
            "shapes in the images.",
        ),
    ],
)
def test_a_control_says_what_it_is_and_what_its_kernels_do_without(control, fields, text):
    assert about(control, **fields) == text


def test_failed_runs_are_said():
    assert about(failed=6) == "Every training run failed: these are kernels of networks that did not learn."
    assert about(failed=2) == "2 of 6 runs failed; the kernels are those of the others."

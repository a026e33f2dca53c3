"""P values in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelscope.stats import text


@pytest.mark.parametrize(
    ("p", "smallest", "words"),
    [
        (0.001, 0.001, "p ≤ 0.001"),
        (0.001, None, "p = 0.001"),
        (0.0123, 0.001, "p = 0.013"),
        (0.125, 0.125, "p ≤ 0.13"),
        (None, 0.1, "not tested"),
        (1.0, 0.1, "p = 1"),
        (0.0, 0.0, "p < 1e-06"),
        (1e-286, 1e-286, "p < 1e-06"),
    ],
)
def test_p_in_words(p, smallest, words):
    assert text.p_text(p, smallest) == words


@given(st.floats(0, 1))
def test_a_printed_p_is_never_below_the_p(p):
    assert float(text.plain(p)) >= p * (1 - 1e-9)

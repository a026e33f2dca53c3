import pytest
from hypothesis import given, strategies

from kernelscope.io.names import natural


@pytest.mark.parametrize(
    "ordered",
    [
        ["seed0", "seed1", "seed2", "seed10", "seed11"],
        ["2", "10", "a", "a1", "a1b2", "a1b10", "b"],
        ["run-9.5", "run-9.10", "run-10.1"],
        ["1", "01", "001", "2"],
    ],
)
def test_names_are_ordered_by_the_numbers_in_them(ordered):
    for shift in range(len(ordered)):
        assert sorted([*ordered[shift:], *ordered[:shift]], key=natural) == ordered


@given(strategies.lists(strategies.text("ab019\u0663", max_size=6)))
def test_the_order_is_total_and_the_same_from_every_start(names):
    assert sorted(sorted(names), key=natural) == sorted(sorted(names, reverse=True), key=natural)

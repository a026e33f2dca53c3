import numpy as np
import pytest
from drawn import strings

from kernelscope.figures import table


def columns(count, width=90):
    return [
        {"label of a row": np.full((20 + i, width, 3), i, np.uint8), "other": np.zeros((5, 5, 3), np.uint8)}
        for i in range(count)
    ]


@pytest.mark.parametrize(("count", "lines"), [(1, [1]), (12, [12]), (13, [7, 6]), (25, [9, 9, 7])])
def test_columns_are_wrapped_into_nearly_equal_lines(count, lines):
    drawn = table.strips(columns(count), 1320)
    assert [strip.width for strip in drawn] == [table.LABELS + n * (90 + table.GAP) for n in lines]
    assert [strings(strip).count("other") for strip in drawn] == [1] * len(lines)


def test_a_line_has_at_most_as_many_columns_as_asked_for():
    assert [len(strip.parts) - 2 for strip in table.strips(columns(6), 1320, 2)] == [4, 4, 4]


def test_cells_of_a_row_begin_at_one_height_and_columns_never_touch():
    (drawn,) = table.strips(columns(5), 1320)
    first_row = [(top, left) for top, left, part in drawn.parts if isinstance(part, np.ndarray) and part.shape[1] == 90]
    assert len({top for top, _ in first_row}) == 1
    assert set(np.diff(sorted(left for _, left in first_row))) == {90 + table.GAP}
    assert table.GAP >= 3


def test_without_labels_there_is_no_column_for_them():
    (drawn,) = table.strips([{"": np.zeros((5, 20, 3), np.uint8)}] * 3, 1320)
    assert drawn.width == 3 * 20 + 2 * table.GAP
    assert table.strips([], 1320) == []

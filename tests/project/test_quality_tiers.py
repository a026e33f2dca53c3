"""The table of tests by tier, from the names that pytest lists."""

from quality import count_tests

QUICK = ["tests/test_a.py::test_one_row[x]", "tests/test_b.py::test_alone"]
ALL = [*QUICK, "tests/test_a.py::test_one_row[y::z]", "tests/long/test_c.py::test_slow"]


def test_a_test_has_a_row_if_the_quick_tier_leaves_out_cases_of_it():
    made = count_tests.table(count_tests.counted(QUICK), count_tests.counted(ALL))
    assert made.splitlines() == [
        "`make test` runs 2 of the 4 cases of `make test-all`. It leaves out:",
        "",
        "| file | test | cases in `make test` | in `make test-all` |",
        "|---|---|---:|---:|",
        "| `long/test_c` | slow | 0 | 1 |",
        "| `test_a` | one row | 1 | 2 |",
    ]


def test_files_of_one_name_in_two_folders_have_rows_of_their_own():
    names = ["tests/io/test_files.py::test_it", "tests/rebuild/test_files.py::test_it"]
    assert count_tests.counted(names) == {("io/test_files", "test_it"): 1, ("rebuild/test_files", "test_it"): 1}

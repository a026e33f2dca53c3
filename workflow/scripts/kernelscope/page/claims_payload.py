"""The page's data about what is claimed of every trained kernel of a run, with its tests."""

COLUMNS = ("layer", "kernel", "claim", "value", "null_mean", "p", "smallest_p", "label", "reason")


def content(table: dict) -> dict:
    """Return the JSON of the payload from a kernel_tests.csv as of tables.py: trained kernels, and COLUMNS alone."""
    state, *kept = (table["columns"].index(name) for name in ("state", *COLUMNS))
    rows = [[row[place] for place in kept] for row in table["rows"] if row[state] == "trained"]
    return {"columns": list(COLUMNS), "rows": rows}

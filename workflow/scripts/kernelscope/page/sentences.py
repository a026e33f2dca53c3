"""The page's data about all statements: each sentence once, in the order of the question."""

from kernelscope.statements.statement import NO_EVIDENCE, QUESTIONS, SHOWN, UNDECIDED

COLUMNS = ("arch", "layer", "claim", "question", "verdict", "text")
VERDICTS = (SHOWN, "", NO_EVIDENCE, UNDECIDED)  # "" is a description


def content(rows: list[dict], dataset: str, archs: list[str]) -> dict:
    """Return the JSON of the payload of a dataset.

    Parameters
    ----------
    rows : list of dict
        Rows of statements.csv.
    dataset : str
    archs : list of str
        In the order of the page.

    Returns
    -------
    dict
        questions: key -> question in words. statements: a table with COLUMNS, a row for each sentence: those about the
        whole dataset first, then by architecture, question and verdict.
    """
    once = {row["statement"]: row for row in reversed(rows) if row["dataset"] == dataset}.values()
    cells = [[row[name] or "" for name in COLUMNS] for row in reversed(once)]
    arch, question, verdict = (COLUMNS.index(name) for name in ("arch", "question", "verdict"))
    order = {name: place for place, name in enumerate(["", *archs])}
    questions = list(QUESTIONS)
    cells.sort(key=lambda row: (order[row[arch]], questions.index(row[question]), VERDICTS.index(row[verdict])))
    return {"questions": QUESTIONS, "statements": {"columns": list(COLUMNS), "rows": cells}}

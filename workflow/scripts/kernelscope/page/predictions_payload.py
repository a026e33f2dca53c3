"""The page's data about predictions: which classes a network takes for which, and the images that it gets wrong."""

import numpy as np

MOST_WRONG = 24  # images of a run that are listed, those with the most confident predictions
COLUMNS = ("seed", "index", "label", "prediction", "probability")
NONE = -1  # in place of a prediction, where the outputs of the network are not finite


def parsed(row: dict[str, str]) -> dict:
    """Return a row of predictions.csv with numbers in place of text; None where there is no prediction."""
    number = lambda kind, cell: kind(cell) if cell else None  # noqa: E731
    return {name: number(float if name == "probability" else int, cell) for name, cell in row.items()}


def confusion(rows: list[dict], classes: int) -> np.ndarray:
    """Return how many images of each class have each prediction, (classes, classes + 1); the last column has none."""
    counts = np.zeros((classes, classes + 1), np.int64)
    for row in rows:
        counts[row["label"], NONE if row["prediction"] is None else row["prediction"]] += 1
    return counts


def wrong(rows: list[dict]) -> list[dict]:
    """Return the rows of predictions.csv that are wrong, the most confident first, at most MOST_WRONG."""
    mistakes = [row for row in rows if row["prediction"] != row["label"]]
    return sorted(mistakes, key=lambda row: (-(row["probability"] or 0), row["index"]))[:MOST_WRONG]


def wrong_images(rows: list[dict]) -> np.ndarray:
    """Return the numbers of the images of `wrong` as one row, (1, m), which `dataset_payload.chosen` takes."""
    return np.array([[row["index"] for row in wrong(rows)]], int)


def content(tables: dict[int, list[dict]]) -> dict:
    """Return the JSON of the payload: the wrong images of every seed. tables: seed -> rows of its predictions.csv."""
    rows = [
        [seed if name == "seed" else row[name] for name in COLUMNS]
        for seed, of_seed in tables.items()
        for row in wrong(of_seed)
    ]
    return {"seeds": list(tables), "wrong": {"columns": list(COLUMNS), "rows": rows}}


def arrays(tables: dict[int, list[dict]], classes: int) -> dict[str, np.ndarray]:
    """Return the arrays of the payload: `confusion` (seeds, classes, classes + 1), in the order of `tables`."""
    return {"confusion": np.stack([confusion(rows, classes) for rows in tables.values()])}

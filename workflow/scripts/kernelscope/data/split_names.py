"""The names of the two splits of a dataset; the index of a split selects its random stream."""

SPLITS = ("train", "test")
SPELLINGS = {  # how folders and tables name a split, in lower case
    **dict.fromkeys(("train", "training", "trainset", "trn"), "train"),
    **dict.fromkeys(("test", "testing", "testset", "tst"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "eval", "evaluation", "holdout"), ""),
}


def split_of(name: str) -> str | None:
    """Return the split that a name means; "" for a validation split, which there is not, and None for another name."""
    return SPELLINGS.get(name.casefold().strip().replace("_", "").replace("-", "").removesuffix("data"))

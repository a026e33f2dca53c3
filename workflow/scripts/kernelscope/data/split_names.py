"""The names of the two splits of a dataset; the index of a split selects its random stream."""

SPLITS = ("train", "test")

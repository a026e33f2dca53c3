"""The names of the two splits of a dataset; the place of each is the number of its random stream."""

SPLITS = ("train", "test")

"""The numbers in README and docs: computed from results, written into the documents, and kept in docs/numbers.json."""

import experiment  # noqa: F401  # puts the library on the path

"""The numbers that README and docs show: computed from results, written into their texts, kept in docs/numbers.json."""

import experiment  # noqa: F401  # puts the library on the path

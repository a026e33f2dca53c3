"""Random examples of a strategy outside of a test."""

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st


def examples(strategy: st.SearchStrategy, count: int, seed) -> list:
    """Return `count` examples of a strategy."""
    made = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=max(1, count),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value):
        made.append(value)

    collect()
    return made[:count]

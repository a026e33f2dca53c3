"""Rows of the table of towers."""

from kernelscope.comparison import towers as comparison_towers


def row(seed, p=0.001, tower=1, before=1, size=0.3, **more):
    blank = dict.fromkeys(comparison_towers.COLUMNS)
    return blank | {
        **{
            "seed": seed,
            "specialization": size,
            "null_mean": 0.05,
            "p": p,
            "smallest_p": 1e-4,
            "p_holm": p and min(1, 20 * p),
        },
        **{"colored_tower": tower, "untrained_specialization": 0.01, "untrained_p": 0.5, "untrained_tower": before},
        **{"oriented": 0.25, "oriented_null": 0.01},
        **more,
    }

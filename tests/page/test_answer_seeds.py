"""How alike seeds are, beside chance, and the kernels that agree most."""

from kernelscope.page import answer_seeds

PAIRS = [{"layer": "conv1", "similarity": value} for value in (0.5, 0.7, None)] + [
    {"layer": "conv2", "similarity": 0.1}
]


def compared(claim, mean, state="trained", value=0.6):
    return {"layer": "conv1", "state": state, "claim": claim, "value": value, "null_mean": mean, "null_sd": 0.02}


def test_the_similarity_is_beside_the_chances_that_were_tested():
    rows = [
        compared("same_kinds_rotation", 0.4),
        compared("same_kernels", 0.55),
        compared("same_kernels", 0.1, "untrained"),
        compared("representation", 0.9),
        compared("same_kernels_within_types", None, value=None),
    ]
    found = answer_seeds.similarity("conv1", {"seed_tests": rows, "pairs": PAIRS}, {"same_kernels": "no evidence"})
    assert (found["value"], found["pairs"]) == (0.6, [0.5, 0.7])
    assert [(chance["mean"], chance["sd"], chance["verdict"]) for chance in found["chances"]] == [
        (0.4, 0.02, ""),
        (0.55, 0.02, "no evidence"),
    ]


def test_many_pairs_are_not_drawn_one_by_one():
    pairs = [{"layer": "conv1", "similarity": i / 100} for i in range(61)]
    assert answer_seeds.similarity("conv1", {"seed_tests": [], "pairs": pairs}, {}) == {
        **{"value": None, "pairs": [], "chances": []}
    }


def match(seed_a, kernel_a, seed_b, kernel_b, similarity):
    numbers = {"seed_a": seed_a, "kernel_a": kernel_a, "seed_b": seed_b, "kernel_b": kernel_b}
    return {"layer": "conv1", "similarity": similarity} | numbers


def test_kernels_with_a_match_in_every_seed_are_first_and_among_them_the_most_similar():
    matches = [
        *(match(0, 0, 1, 5, 0.9), match(0, 0, 2, 6, 0.3)),
        *(match(0, 1, 1, 4, 0.6), match(2, 7, 0, 1, 0.5)),  # the seeds of a pair in either order
        *(match(0, 2, 1, 3, 0.95), match(0, 2, 2, None, None)),  # no partner in seed 2
        *(match(1, 3, 2, 1, 0.99), match(0, 9, 5, 9, 1.0)),  # without the first seed, and with one not shown
    ]
    assert answer_seeds.columns("conv1", matches, [0, 1, 2]) == {
        "seeds": [0, 1, 2],
        "rows": [
            {"kernels": [1, 4, 7], "similarity": 0.5},
            {"kernels": [0, 5, 6], "similarity": 0.3},
            {"kernels": [2, 3, None], "similarity": 0.95},
        ],
    }
    assert answer_seeds.columns("conv2", matches, [0, 1])["rows"] == []
    assert answer_seeds.columns("conv1", matches, [0]) == {"seeds": [0], "rows": []}


def test_at_most_three_seeds_are_below_each_other():
    matches = [match(0, 0, seed, seed, 0.1 * seed) for seed in range(1, 9)]
    found = answer_seeds.columns("conv1", matches, list(range(9)))
    assert found == {"seeds": [0, 1, 2], "rows": [{"kernels": [0, 1, 2], "similarity": 0.1}]}

from kernelscope.findings import bases

ROW = {"dataset": "photos", "layer": "conv1", "null_oriented": 0.01, "error": 0.4, "free_energy": -0.2}
TOLD = {"dataset": "photos", "arch": "plain", "layer": "conv1", "measure": "precision", "null_mean": 0.26}


def rows(arch: str, oriented: list[float], p: float = 0.001) -> list[dict]:
    return [
        ROW | {"arch": arch, "seed": seed, "oriented": share, "p_oriented": p, "alive": 1.0}
        for seed, share in enumerate(oriented)
    ]


def told(p: float) -> list[dict]:
    return [TOLD | {"seed": seed, "mean": 0.6, "p": p} for seed in range(5)]


MANY, FEW = [0.9, 0.92, 0.88, 0.96, 0.94], [0.0, 0.04, 0.0, 0.01, 0.02]


def test_a_share_is_told_with_its_interval_its_null_and_its_n():
    text = "\n".join(bases.of_architecture("photos", "plain", rows("plain", MANY), told(0.005)))
    assert "Oriented bases (R > 0.5) of conv1: a share of 0.92 (95 % interval 0.88 to 0.96, n = 5 seeds)" in text
    assert "of the layer drawn anew 0.01, p ≤ 0.05 in 5 of 5 seeds. [bases.csv]" in text
    assert "a reconstruction by conv1 leaves a share of 0.40 (in each of 5 seeds)" in text
    assert "in random order in 5 of 5 seeds" in text
    assert "in conv1 is 0.60 on average, 0.26 under shuffled labels, p ≤ 0.05 in 5 of 5 seeds" in text


def test_where_a_null_is_not_beaten_there_is_no_claim():
    text = "\n".join(bases.of_architecture("photos", "plain", rows("plain", FEW, 0.4), told(0.3)))
    assert "That bases of conv1 are oriented (R > 0.5) is not shown: 0.01" in text
    assert "That units tell classes is not shown in every seed" in text


def test_the_deepest_layer_is_held_against_the_first_seed_by_seed():
    flat = [TOLD | {"seed": seed, "mean": 0.5 + 0.01 * seed} for seed in range(5)]
    deep = [row | {"layer": "conv3", "mean": row["mean"] + 0.1 + 0.01 * (row["seed"] % 2)} for row in flat]
    sentence = bases.deeper([*flat, *(row | {"layer": "conv2"} for row in flat), *deep])
    assert (
        "as the detector of its class differs between the deepest layer and the first: conv3 less conv1 0.10"
        in sentence
    )
    assert "n = 5 seeds), p < 0.001" in sentence
    back = [row | {"mean": row["mean"] + (-1) ** row["seed"] * 0.1} for row in deep]
    assert "is not shown to differ" in bases.deeper([*flat, *back])
    assert bases.deeper(flat) == bases.deeper([]) == ""
    assert bases.deeper([*flat[:1], *deep[:1]]) == ""


def test_an_ablation_is_held_against_the_first_architecture():
    table = [*rows("plain", MANY), *rows("without", FEW, 0.4)]
    text = "\n".join(bases.of_architecture("photos", "without", table, []))
    assert "The share of oriented bases differs: 0.01 for without, 0.92 for plain (n = 5 and 5 seeds, p = 0.01" in text
    same = bases.against("b", rows("b", MANY), "a", rows("a", MANY))
    assert same.startswith("That the share of oriented bases differs is not shown")


def test_an_error_above_one_is_told_with_the_largest():
    assert bases.mean([0.5, 2.5]) == "1.5 (largest 2.5, n = 2 seeds)"

from kernelscope.findings import seeds


def pair(p, similarity=0.5, layer="conv1"):
    rotated = 0.35 if layer == "conv1" and p is not None else None
    return {"layer": layer, "p": p, "similarity": similarity, "chance_mean": 0.25, "rotated_mean": rotated}


def test_matched_kernels_of_each_layer():
    rows = [pair(0.05, 0.5), pair(0.051, 0.7), pair(None, None), pair(None, None, "conv2"), pair(0.2, 0.1, "conv3")]
    assert seeds.matched(rows) == [
        "conv1: matched kernels are alike beyond chance (p ≤ 0.05) in 1 of 2 pairs of seeds; mean similarity 0.60, "
        "with kernels turned or negated at random 0.35, of noise as smooth 0.25. [pairs.csv]",
        "conv2: no pair of seeds has kernels that can be matched. [pairs.csv]",
        "conv3: matched kernels are alike beyond chance (p ≤ 0.05) in 0 of 1 pair of seeds; mean similarity 0.10, "
        "with channels in random order 0.25. [pairs.csv]",
    ]
    assert seeds.matched([]) == ["There is one seed: nothing to compare across seeds."]


def test_it_is_said_that_only_some_seeds_were_compared():
    row = {"layer": "conv1", "seeds": 40, "trained": 200}
    assert seeds.compared([row, row | {"layer": "conv2"}]) == [
        "Pair by pair, 40 of 200 seeds are compared, drawn at random. [universal.csv]"
    ]
    assert seeds.compared([row | {"trained": 40}]) == []
    assert seeds.compared([]) == []


def test_universal_kernels_are_named_where_there_are_any():
    row = {"layer": "conv1", "seeds": 5, "failed": 1, "kernels": 60, "universal": 15, "share": 0.25}
    row |= {"low": 0.125, "high": 0.5}
    few = row | {"seeds": 3, "failed": 0, "low": None, "high": None, "universal": 1, "kernels": 36, "share": 1 / 36}
    assert seeds.universal([row, few, row | {"universal": 0, "share": 0}]) == [
        "conv1: universal kernels, matched beyond chance in at least 80 % of the other seeds: 15 of 60 (25.0 %, 95 % "
        "interval 12.5 % to 50.0 %); n = 5 seeds, 1 failed. [universal.csv]",
        "conv1: universal kernels, matched beyond chance in at least 80 % of the other seeds: 1 of 36 (2.8 %; an "
        "interval needs 4 seeds); n = 3 seeds, 0 failed. [universal.csv]",
    ]


def test_energy_profiles_are_a_claim_only_at_or_below_the_level():
    row = {
        "other": "untrained",
        "seeds": 5,
        "failed": 1,
        "within": 0.9,
        "between": -0.001,
        "p": 0.03125,
        "smallest_p": 0.03125,
    }
    assert seeds.energy([row, row | {"p": 0.2}, row | {"p": 0.25, "smallest_p": 0.25, "seeds": 2}]) == [
        "Energy profiles of two seeds agree more than those of trained and untrained: correlation 0.90 against 0.00, "
        "p = 0.031, n = 5 seeds, 1 failed [energy_agreement.csv].",
        "That energy profiles of two seeds agree more than those of trained and untrained is not shown: correlation "
        "0.90 against 0.00, p = 0.2, n = 5 seeds, 1 failed [energy_agreement.csv].",
        "That energy profiles of two seeds agree more than those of trained and untrained is not shown: correlation "
        "0.90 against 0.00, p = 0.25, n = 2 seeds, 1 failed [energy_agreement.csv]; the smallest p that so few "
        "seeds allow is 0.25.",
    ]
    assert seeds.energy([row | dict.fromkeys(("p", "within", "between", "smallest_p"))]) == []


def seen(cka, p, state="trained", layer_b="conv1"):
    return {"state": state, "layer_a": "conv1", "layer_b": layer_b, "cka": cka, "p": p, "shuffled_99": 0.05}


def test_layers_are_alike_only_where_every_pair_is():
    rows = [seen(0.5, 0.01), seen(0.7, 0.04), seen(0.1, 0.9, layer_b="conv2"), seen(0.3, 0.5, "untrained")]
    start = "conv1 sees test images alike in every pair of seeds that can be compared: CKA "
    assert seeds.cka(rows) == [
        f"{start}0.60 (0.50 to 0.70; shuffled images reach 0.05 in 1 of 100), before training 0.30, 2 pairs of seeds, "
        "largest p = 0.04. [cka.csv]"
    ]
    assert seeds.cka([*rows, seen(0.2, 0.051)]) == []
    assert seeds.cka([seen(0.5, 0.01), seen(None, None), seen(None, None)]) == [
        f"{start}0.50 (0.50 to 0.50; shuffled images reach 0.05 in 1 of 100), 1 pair of seeds, 2 more without a value, "
        "largest p = 0.01. [cka.csv]"
    ]
    assert seeds.cka([seen(None, None)]) == []


def test_what_components_explain_is_beside_waves_and_noise():
    row = {"state": "trained", "baseline": "pca", "components": 12, "share": 0.5, "dct": 0.4, "noise": 0.3}
    others = [row | {"baseline": "kmeans"}, row | {"state": "change"}, row | {"share": None}]
    others += [row | {"components": m, "share": 0.9} for m in (6, 24)] + [row | {"share": 0.6}, row | {"share": 0.7}]
    assert seeds.subspace_fit([row, *others]) == (
        "12 components of the images' own patches explain 60.0 % of the variance of the median kernel; as many waves "
        "that know no image 40.0 %; of noise as smooth, the components explain 30.0 %. [subspace_fit.csv]"
    )
    assert seeds.subspace_fit(others[:3]) == ""
    assert seeds.subspace_fit([]) == ""


def hands(*p, mean=0.4):
    return [{"layer": "conv1", "similarity": 0.5, "permuted_mean": mean, "p_permuted": each} for each in p]


def test_kernels_that_come_back_one_by_one_are_told_from_kernels_of_a_kind():
    (always,) = seeds.permuted(hands(0.01, 0.05))
    assert always == (
        "conv1: the kernels of one seed come back one by one in another: similarity 0.50, dealt at random to two hands "
        "0.40, p ≤ 0.05 in 2 of 2 pairs of seeds. [pairs.csv]"
    )
    (never,) = seeds.permuted(hands(0.2, 0.9))
    assert "is not shown: similarity 0.50" in never
    assert "in 0 of 2 pairs" in never
    assert "is not always shown" in seeds.permuted(hands(0.01, 0.9, None))[0]
    assert seeds.permuted(hands(None)) == []


def of_two(arch_a, layer_a, arch_b, layer_b, cka, p):
    return dict(
        zip(
            ("arch_a", "layer_a", "arch_b", "layer_b", "cka", "p"),
            (arch_a, layer_a, arch_b, layer_b, cka, p),
            strict=True,
        )
    )


def test_across_architectures_only_first_layers_of_two_different_ones_count():
    ended = [{"arch": "a", "failures": 1, "runs": 3}, {"arch": "b", "failures": 0, "runs": 3}]
    rows = [
        of_two("a", "conv1", "a", "conv2", 0.1, 0.01),
        of_two("a", "conv1", "b", "conv1", 0.8, 0.01),
        of_two("a", "conv1", "b", "conv1", 0.6, 0.2),
        of_two("a", "conv1", "b", "conv1", None, None),
        of_two("a", "conv2", "b", "conv1", 0.2, 0.01),
    ]
    sentences = seeds.across(ended, rows)
    assert sentences[0] == "Failed runs: a 1 of 3, b 0 of 3. [architectures.csv]"
    assert sentences[1] == (
        "First layers of two architectures see test images alike beyond shuffled ones (p ≤ 0.05) in 1 of 2 pairs of "
        "runs: CKA 0.70 on average, 0.60 to 0.80. [similarity.csv]"
    )
    assert len(seeds.across(ended, rows[:1])) == 1

"""The claims that can be made, in words: a clause that may be shown or not, and the numbers that it rests on.

A clause reads after "whether" and after "No evidence that". Its fields in braces are numbers of the statement, by
`statistic`, as of number_words.Shown; a list of numbers, as of wording.lists; or a name among the `words` of the
statement. Words are those of the glossary.
"""

from kernelscope.statements.claims_of_studies import OF_STUDIES
from kernelscope.statements.statement import Claim, asking, counted

BESIDE = "{trained}{trained.range} on average, untrained {trained.untrained}"
NOISE = f"{BESIDE}{{trained.noise}}"
EXCESS = "difference {excess}{excess.range}"
AMONG = f"similarity to each other {{similarity}}, to the control {{similarity.null}}, {EXCESS}"
CLAIMS = asking(
    "works",
    accuracy=Claim(
        "the networks classify the test images",
        "test accuracy {accuracies}, chance {accuracy.null}, untrained {accuracy.untrained}; "
        "above chance in {above.of} runs",
        "test accuracy",
    ),
    failures=Claim("failed runs: {failures.of}"),
)
CLAIMS |= asking(
    "what",
    feature=counted(
        "kernels respond to features of the waveforms more than re-initialized kernels do",
        f"response {BESIDE}",
        "features",
        labels=True,
    ),
    feature_beyond_noise=counted(
        "kernels respond to features of the waveforms more than re-initialized kernels and equally smooth noise do",
        f"response {NOISE}",
        "features beyond equally smooth noise",
        labels=True,
    ),
    **{
        "class": counted(
            "kernels prefer one class more than re-initialized kernels do",
            f"selectivity {BESIDE}",
            "one class",
            labels=True,
        )
    },
    selective_layer=Claim(
        "the kernels of every run prefer one class more than those of untrained copies of the same network",
        "mean selectivity {selectivity}, untrained {selectivity.untrained}, in {selectivity.n} {runs}",
        "one class, beside untrained copies",
    ),
    dead_kernels=Claim(
        "{dead.of} kernels are dead (they respond to no image and are used for none); in untrained copies "
        "{dead.untrained}"
    ),
    needed=counted(
        "kernels are needed for the test accuracy",
        "removing one costs {trained.points}{trained.range} percentage points of test accuracy on average",
        "needed kernels",
    ),
    needed_beyond_random=counted(
        "kernels are needed, and more than a random kernel of the layer", name="more needed than a random kernel"
    ),
    span_pca=counted(
        "kernels are better explained by principal components of the image patches than equally smooth noise is",
        f"variance explained {NOISE}",
        "principal components",
    ),
    span_kmeans=counted(
        "kernels are better explained by k-means centroids of the image patches than equally smooth noise is",
        f"variance explained {NOISE}",
        "k-means centroids",
    ),
)
CLAIMS |= asking(
    "looks",
    smoother=counted("kernels are smoother than re-initialized kernels", f"smoothness {BESIDE}", "smoothness"),
    oriented=counted("kernels are more oriented than equally smooth noise", f"orientation {NOISE}", "orientation"),
    shape=counted(
        "kernels fit a simple shape better than equally smooth noise does", f"fit {NOISE}", "simple shapes", labels=True
    ),
    initial_ratio=Claim(
        "what is left of the start is {ratio}{ratio.range} of the squared norm of the median kernel, at a decay "
        "factor of {factor}"
    ),
    initial_estimate=Claim(
        "what is left of the start is estimated at {ratio}{ratio.range} of the squared norm of the median kernel; "
        "the exact decay factor is unknown"
    ),
    initial_correlation=Claim(
        "the initial weights of a kernel predict how it changes",
        "correlation of the change with its own start {own}{own.range}, with the starts of other kernels {own.null}; "
        "its own start fits best for {best}, by chance {best.null}",
        "start and change",
    ),
)
CLAIMS |= asking(
    "when",
    settled=Claim("the median kernel settles {when}{apart}, after {share}{share.range} of {unit}"),
    never_settled=Claim("{why}{failures}"),
    layer_order=Claim(
        "layer {first} settles before layer {second}",
        "by {difference.points}{difference.range} percentage points of {unit}",
        "the order of layers",
    ),
)
CLAIMS |= asking(
    "same_kinds",
    vocabulary_shared=Claim(
        "more types of kernels occur in every seed than if kernels were permuted among the seeds",
        "{shared.counted} in every seed, permuted {shared.null}",
        "types in every seed",
    ),
    vocabulary_cells=Claim(
        "seeds share more types of kernels than if kernels were permuted among the seeds",
        "pairs of a type and a seed that has it {cells}, permuted {cells.null}",
        "shared types",
    ),
    vocabulary=Claim(
        "the {kernels.counted} of {seeds.counted} fall into {types.counted}, {shared.or_none} of them in every seed"
    ),
    same_kinds_rotation=Claim(
        "seeds learn similar kernels",
        f"similarity {{similarity}}, rotated at random {{similarity.null}}, {EXCESS}",
        "similar kernels",
    ),
)
CLAIMS |= asking(
    "same_kernels",
    same_kernels=Claim(
        "every seed learns the same kernels, or the same mixture of them",
        f"similarity {{similarity}}, permuted {{similarity.null}}, {EXCESS}",
        "the same kernels",
    ),
    same_kernels_within_types=Claim(
        "every seed learns the same kernels within each type",
        f"similarity {{similarity}}, permuted within types {{similarity.null}}, {EXCESS}",
        "the same kernels within types",
    ),
    representation=Claim(
        "training makes the representations of two seeds more alike",
        f"CKA {{similarity}}, untrained {{similarity.null}}, {EXCESS}",
        "representations (CKA)",
    ),
    energy_profile=Claim(
        "seeds agree in their energy profiles beyond equally smooth noise",
        "correlation {similarity}, equally smooth noise {similarity.null}",
        "energy profiles",
    ),
)
CLAIMS |= asking(
    "controls",
    labels=Claim(
        "kernels trained on true labels resemble each other more than they resemble kernels trained on random labels",
        AMONG,
        "dependence on the labels",
    ),
    images=Claim(
        "kernels trained on true images resemble each other more than they resemble kernels trained on scrambled "
        "images",
        AMONG,
        "dependence on the images",
    ),
    conv_training=Claim(
        "trained kernels resemble each other more than they resemble frozen kernels",
        AMONG,
        "dependence on the training of the conv layers",
    ),
    other_images=Claim(
        "another draw of the images leads to other kernels",
        f"similarity within a draw {{similarity}}, across draws {{similarity.null}}, {EXCESS}",
        "dependence on the draw of the images",
    ),
)
CLAIMS |= OF_STUDIES

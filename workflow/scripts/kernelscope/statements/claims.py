"""The claims that can be made, in words: a clause that may be shown or not, and the numbers that it rests on.

A clause reads after "whether" and after "No evidence that". Its fields in braces are numbers of the statement, by
`statistic`, as of wording.Shown; a list of numbers, as of wording.lists; or a name among the `words` of the statement.
Words are those of the glossary.
"""

from kernelscope.statements.claims_of_studies import OF_STUDIES
from kernelscope.statements.statement import Claim

BESIDE = "{trained}{trained.range} on average, untrained {trained.untrained}"
NOISE = f"{BESIDE}{{trained.noise}}"
EXCESS = "difference {excess}{excess.range}"
AMONG = f"similarity to each other {{similarity}}, to the control {{similarity.null}}, {EXCESS}"
CLAIMS = {
    # Does it classify?
    "accuracy": Claim(
        "works",
        "the networks classify the test images",
        "test accuracy {accuracies}, chance {accuracy.null}, untrained {accuracy.untrained}; "
        "above chance in {above.of} runs",
        name="test accuracy",
    ),
    "failures": Claim("works", "failed runs: {failures.of}"),
    # What do its kernels respond to, what are they needed for?
    "feature": Claim(
        "what",
        "kernels respond to features of the waveforms more than re-initialized kernels do",
        f"response {BESIDE}",
        counted=True,
        labels=True,
        name="features",
    ),
    "feature_beyond_noise": Claim(
        "what",
        "kernels respond to features of the waveforms more than re-initialized kernels and equally smooth noise do",
        f"response {NOISE}",
        counted=True,
        labels=True,
        name="features beyond equally smooth noise",
    ),
    "class": Claim(
        "what",
        "kernels prefer one class more than re-initialized kernels do",
        f"selectivity {BESIDE}",
        counted=True,
        labels=True,
        name="one class",
    ),
    "needed": Claim(
        "what",
        "kernels are needed for the test accuracy",
        "removing one costs {trained.points}{trained.range} percentage points of test accuracy on average",
        counted=True,
        name="needed kernels",
    ),
    "needed_beyond_random": Claim(
        "what",
        "kernels are needed, and more than a random kernel of the layer",
        counted=True,
        name="more needed than a random kernel",
    ),
    "span_pca": Claim(
        "what",
        "kernels are better explained by principal components of the image patches than equally smooth noise is",
        f"variance explained {NOISE}",
        counted=True,
        name="principal components",
    ),
    "span_kmeans": Claim(
        "what",
        "kernels are better explained by k-means centroids of the image patches than equally smooth noise is",
        f"variance explained {NOISE}",
        counted=True,
        name="k-means centroids",
    ),
    # What do its kernels look like?
    "smoother": Claim(
        "looks",
        "kernels are smoother than re-initialized kernels",
        f"smoothness {BESIDE}",
        counted=True,
        name="smoothness",
    ),
    "oriented": Claim(
        "looks",
        "kernels are more oriented than equally smooth noise",
        f"orientation {NOISE}",
        counted=True,
        name="orientation",
    ),
    "shape": Claim(
        "looks",
        "kernels fit a simple shape better than equally smooth noise does",
        f"fit {NOISE}",
        counted=True,
        labels=True,
        name="simple shapes",
    ),
    "initial_ratio": Claim(
        "looks",
        "what is left of the start is {ratio}{ratio.range} of the squared norm of the median kernel, at a decay "
        "factor of {factor}",
    ),
    "initial_estimate": Claim(
        "looks",
        "what is left of the start is estimated at {ratio}{ratio.range} of the squared norm of the median kernel; "
        "the exact decay factor is unknown",
    ),
    "initial_correlation": Claim(
        "looks",
        "the initial weights of a kernel predict how it changes",
        "correlation of the change with its own start {own}{own.range}, with the starts of other kernels {own.null}; "
        "its own start fits best for {best}, by chance {best.null}",
        name="start and change",
    ),
    # When?
    "settled": Claim("when", "the median kernel settles {when}{apart}, after {share}{share.range} of {unit}"),
    "never_settled": Claim("when", "{why} ({failed} failed)"),
    "layer_order": Claim(
        "when",
        "layer {first} settles before layer {second}",
        "by {difference.points}{difference.range} percentage points of {unit}",
        name="the order of layers",
    ),
    # Is it the same for every seed?
    "vocabulary_shared": Claim(
        "same_kinds",
        "more types of kernels occur in every seed than if kernels were permuted among the seeds",
        "{shared.counted} in every seed, permuted {shared.null}",
        name="types in every seed",
    ),
    "vocabulary_cells": Claim(
        "same_kinds",
        "seeds share more types of kernels than if kernels were permuted among the seeds",
        "pairs of a type and a seed that has it {cells}, permuted {cells.null}",
        name="shared types",
    ),
    "vocabulary": Claim(
        "same_kinds",
        "the {kernels.counted} of {seeds.counted} fall into {types.counted}, {shared.or_none} of them in every seed",
    ),
    "same_kinds_rotation": Claim(
        "same_kinds",
        "seeds learn similar kernels",
        f"similarity {{similarity}}, rotated at random {{similarity.null}}, {EXCESS}",
        name="similar kernels",
    ),
    "same_kernels": Claim(
        "same_kernels",
        "every seed learns the same kernels, or the same mixture of them",
        f"similarity {{similarity}}, permuted {{similarity.null}}, {EXCESS}",
        name="the same kernels",
    ),
    "same_kernels_within_types": Claim(
        "same_kernels",
        "every seed learns the same kernels within each type",
        f"similarity {{similarity}}, permuted within types {{similarity.null}}, {EXCESS}",
        name="the same kernels within types",
    ),
    "representation": Claim(
        "same_kernels",
        "training makes the representations of two seeds more alike",
        f"CKA {{similarity}}, untrained {{similarity.null}}, {EXCESS}",
        name="representations (CKA)",
    ),
    "energy_profile": Claim(
        "same_kernels",
        "seeds agree in their energy profiles beyond equally smooth noise",
        "correlation {similarity}, equally smooth noise {similarity.null}",
        name="energy profiles",
    ),
    # Due to labels, to images, or to neither?
    "labels": Claim(
        "controls",
        "kernels trained on true labels resemble each other more than they resemble kernels trained on random labels",
        AMONG,
        name="dependence on the labels",
    ),
    "images": Claim(
        "controls",
        "kernels trained on true images resemble each other more than they resemble kernels trained on scrambled "
        "images",
        AMONG,
        name="dependence on the images",
    ),
    "conv_training": Claim(
        "controls",
        "trained kernels resemble each other more than they resemble frozen kernels",
        AMONG,
        name="dependence on the training of the conv layers",
    ),
    "other_images": Claim(
        "controls",
        "another draw of the images leads to other kernels",
        f"similarity within a draw {{similarity}}, across draws {{similarity.null}}, {EXCESS}",
        name="dependence on the draw of the images",
    ),
} | OF_STUDIES

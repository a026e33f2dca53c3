"""The claims that can be made, in words: a clause that may be shown or not, and the numbers that stand behind it.

A clause reads after "Whether" and after "No evidence that". Its fields in braces are numbers of the statement, by
`statistic`, as of wording.Shown; a list of numbers, as of wording.lists; or a name among the `words` of the statement.
"""

from kernelscope.statements.claims_of_studies import OF_STUDIES
from kernelscope.statements.statement import Claim

COUNTED = "{count} of {count.n} kernels (untrained: {count.untrained})"  # after correction over the kernels of a layer
BESIDE = "{trained} ({trained.interval}), untrained {trained.untrained}"
AMONG = (
    "similarity among seeds {similarity}, to the control {similarity.null}, difference {excess} ({excess.interval}); "
    "{similarity.p}"
)
CLAIMS = {
    # Does it classify?
    "accuracy": Claim(
        "works",
        "the networks classify test images",
        "test accuracy {accuracy} ({accuracy.interval}), chance {accuracy.null}, untrained {accuracy.untrained}; "
        "{above} of {above.n} networks are above chance",
    ),
    "failures": Claim("works", "failed runs: {failures} of {failures.n}"),
    # What do its kernels respond to, what are they needed for?
    "feature": Claim(
        "what",
        "kernels respond to features of the waveforms more than re-initialized kernels do",
        f"{COUNTED}; standardized response {BESIDE}; {{trained.p}}",
        labels=True,
    ),
    "feature_beyond_noise": Claim(
        "what",
        "kernels respond to features of the waveforms more than noise as smooth does",
        f"{COUNTED}; {{trained.p}}",
    ),
    "class": Claim(
        "what",
        "kernels prefer one class more than re-initialized kernels do",
        f"{COUNTED}; selectivity {BESIDE}; {{trained.p}}",
        labels=True,
    ),
    "needed": Claim(
        "what",
        "the networks lose test accuracy if the mean response of a kernel takes its place",
        f"{COUNTED}; accuracy lost {BESIDE}; {{trained.p}}",
    ),
    "needed_beyond_random": Claim(
        "what",
        "some kernels are needed more than a random kernel of the layer",
        f"{COUNTED}; {{trained.p}}",
    ),
    "span_pca": Claim(
        "what",
        "principal components of the image patches explain the kernels better than noise as smooth",
        f"{COUNTED}; variance explained {BESIDE}; {{trained.p}}",
    ),
    "span_kmeans": Claim(
        "what",
        "k-means centroids of the image patches explain the kernels better than noise as smooth",
        f"{COUNTED}; variance explained {BESIDE}; {{trained.p}}",
    ),
    # What do its kernels look like?
    "smoother": Claim(
        "looks",
        "kernels are smoother than re-initialized kernels",
        f"{COUNTED}; lag-1 autocorrelation {BESIDE}; {{trained.p}}",
    ),
    "oriented": Claim(
        "looks",
        "kernels are more oriented than noise as smooth",
        f"{COUNTED}; orientation concentration {BESIDE}; {{trained.p}}",
    ),
    "shape": Claim(
        "looks",
        "a simple shape fits kernels better than it fits noise as smooth",
        f"{COUNTED}; {{trained.p}}",
        labels=True,
    ),
    "initial_ratio": Claim(
        "looks",
        "what is left of the start makes up {ratio} of the squared norm of the median kernel ({ratio.interval}); "
        "training kept a factor of {factor} of the initial weights",
    ),
    "initial_estimate": Claim(
        "looks",
        "what is left of the start is estimated at {ratio} of the squared norm of the median kernel "
        "({ratio.interval}); the exact factor is unknown",
    ),
    "initial_correlation": Claim(
        "looks",
        "the initial weights of a kernel foretell how it changes",
        "correlation of the change with its own start {own} ({own.interval}), with the starts of other kernels "
        "{own.null}; its own start fits best for {best}, by chance {best.null}; {own.p}",
    ),
    # When?
    "settled": Claim(
        "when",
        "the median kernel settles between steps {after} and {step}, after {share} of {unit} ({share.interval})",
    ),
    "never_settled": Claim(
        "when", "no living kernel settles in any seed that did not fail and has several snapshots ({failed} failed)"
    ),
    "layer_order": Claim(
        "when",
        "layer {first} settles before layer {second}",
        "by {difference} of {unit} ({difference.interval}); {difference.p}",
    ),
    # Is it the same for every seed?
    "vocabulary_shared": Claim(
        "same_kinds",
        "more types of kernels occur in every seed than if kernels were dealt at random",
        "{shared} types are in every seed, dealt {shared.null}; {shared.p}",
    ),
    "vocabulary_cells": Claim(
        "same_kinds",
        "seeds share more types of kernels than if kernels were dealt at random",
        "{cells} pairs of type and seed are filled, dealt {cells.null}; {cells.p}",
    ),
    "vocabulary": Claim(
        "same_kinds",
        "the {kernels.counted} of {seeds.counted} fall into {types.counted}, {shared} of them in every seed",
        labels=True,
    ),
    "same_kinds_rotation": Claim(
        "same_kinds",
        "seeds share kinds of kernels, as matched kernels are more alike than kernels turned by 180 degrees by lot",
        "similarity {similarity}, turned {similarity.null}, excess {excess} ({excess.interval}); {similarity.p}",
    ),
    "same_kernels": Claim(
        "same_kernels",
        "every seed learns the same kernels or the same mixture of kernels",
        "matched similarity {similarity}, dealt at random {similarity.null}, excess {excess} ({excess.interval}); "
        "{similarity.p}",
    ),
    "same_kernels_within_types": Claim(
        "same_kernels",
        "every seed learns the same individual kernels within types",
        "matched similarity {similarity}, dealt within types {similarity.null}, excess {excess} ({excess.interval}); "
        "{similarity.p}",
    ),
    "representation": Claim(
        "same_kernels",
        "training makes two seeds see the images more alike than untrained networks do",
        "CKA {similarity}, untrained {similarity.null}, difference {excess} ({excess.interval}); {similarity.p}",
    ),
    "energy_profile": Claim(
        "same_kernels",
        "seeds agree in how their kernels spread over the components of the patches, beyond noise as smooth",
        "correlation {similarity}, noise as smooth {similarity.null}; {similarity.p}",
    ),
    # Due to labels, to images, or to neither?
    "labels": Claim(
        "controls",
        "kernels differ from those trained on random labels, so they depend on the labels",
        AMONG,
    ),
    "images": Claim(
        "controls",
        "kernels differ from those trained on scrambled images, so they depend on the shapes in the images",
        AMONG,
    ),
    "conv_training": Claim(
        "controls",
        "kernels differ from frozen ones, so they depend on the training of the conv layers",
        AMONG,
    ),
    "other_images": Claim(
        "controls",
        "another draw of the images leads to other kernels",
        "similarity within a draw {similarity}, across draws {similarity.null}, "
        "difference {excess} ({excess.interval}); {similarity.p}",
    ),
} | OF_STUDIES

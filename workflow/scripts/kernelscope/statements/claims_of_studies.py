"""The claims of studies: sweeps of settings, two towers, kinds of kernels, networks without labels, and pretrained
kernels.

As in claims.py, a clause reads after "whether" and after "No evidence that".
"""

from kernelscope.statements.statement import Claim, asking

AT_THESE_LEVELS = "of the variance at these levels over {share.n} {unit}{over}"
OF_SWEEPS = asking(
    "works",
    study_failures=Claim("in {conditions} conditions, {failures} of {failures.n} runs failed ({rate}{rate.range})"),
    failure_setting=Claim(
        "the number of failed runs depends on {factor}",
        f"{{level}} fail; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    failure_setting_by_base=Claim(
        "how the number of failed runs depends on {factor} differs between {bases}",
        f"the difference explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    failure_setting_within_base=Claim(
        "with {base}, the number of failed runs depends on {factor}",
        f"{{level}} fail; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
)
OF_SWEEPS |= asking(
    "looks",
    setting=Claim(
        "{outcome} depends on {factor}",
        f"means {{level}}; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    setting_by_base=Claim(
        "how {outcome} depends on {factor} differs between {bases}",
        f"the difference explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    setting_within_base=Claim(
        "with {base}, {outcome} depends on {factor}",
        f"means {{level}}; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    settings_together=Claim("of the variance of {outcome} at these levels, over {observations} {unit}{over}: {part}"),
    change_view=Claim(
        "at every level, at least {kernels}{kernels.range} of the living kernels are beyond white noise (fewest at "
        "{level_of_kernels}), and at least {changes}{changes.range} of their changes (fewest at {level_of_changes})"
    ),
    clear_conditions=Claim(
        "in {clear} of {clear.n} conditions, less than {ratio} is left of the start, at least {structured} of the "
        "living kernels are beyond white noise, test accuracy is at least {accuracy}, and no run failed{names}"
    ),
    nearest_condition=Claim(
        "the nearest condition is {condition}: {outcome}; {failures} of {failures.n} runs failed ({rate}{rate.range})"
    ),
    condition=Claim("{failures} of {failures.n} runs failed ({rate}{rate.range}); {outcome}"),
)

IN_SEEDS = "in {seeds.of} seeds, {holm} after Holm's correction, untrained in {seeds.untrained}"
OF_TOWERS = asking(
    "looks",
    color_parts=Claim(
        "the {parts} differ in color more than if their kernels were permuted between them",
        f"{IN_SEEDS}; mean difference {{size}}{{size.range}}, permuted {{size.null}}, untrained {{size.untrained}}; "
        "failed runs included: {failed.of}",
        "color of the two parts",
    ),
    color_oriented=Claim(
        "kernels are oriented more often than before training",
        "{oriented} of the living kernels{oriented.range}, untrained {oriented.untrained}",
        "orientation",
    ),
)
OF_TOWERS |= asking(
    "same_kinds",
    color_every_seed=Claim(
        "the {parts} differ in color in every seed",
        f"{IN_SEEDS}, that is {{rate}}{{rate.range}}",
        "color in every seed",
    ),
    color_choice=Claim(
        "one {part} takes the color more often than the other",
        "where they differ, the first {part} has it in {first} of {first.n} seeds, the second in {second}",
        "which part takes the color",
    ),
    color_start=Claim(
        "the untrained kernels predict which {part} takes the color",
        "the {part} with more color had more before training in {same} of {same.n} seeds",
        "whether the start predicts the color",
    ),
)
OF_TOWERS |= asking(
    "controls",
    color_towers=Claim(
        "two towers differ in color in more seeds than the halves of a network without towers",
        "towers in {towers} of {towers.n}, halves in {halves} of {halves.n} seeds; mean difference {size}{size.range} "
        "and {size_of_halves}{size_of_halves.range}",
        "towers beside halves",
    ),
)

OF_KINDS = asking(
    "looks",
    kinds_known=Claim(
        "first-layer kernels are oriented or color blobs more often than before training",
        "{share} of the living kernels{share.range}, untrained {share.untrained}",
        "oriented kernels and color blobs",
    ),
    kinds_shares=Claim("the living kernels of the first layer are by kind: {kind}"),
)
BESIDE_CONTROL = "{share}{share.range} and {share_of_control}{share_of_control.range}, difference {difference.points}"
BESIDE_CONTROL += "{difference.range} percentage points"
OF_KINDS |= asking(
    "controls",
    kinds_labels=Claim(
        "the share of oriented kernels and color blobs differs from that with random labels",
        BESIDE_CONTROL,
        "kinds of kernels beside random labels",
    ),
    kinds_images=Claim(
        "the share of oriented kernels and color blobs differs from that with scrambled images",
        BESIDE_CONTROL,
        "kinds of kernels beside scrambled images",
    ),
)

BEYOND_CHANCE = "beyond chance in {seeds.of} seeds"
OF_BASES = asking(
    "looks",
    bases_oriented=Claim(
        "bases are oriented more often than newly drawn bases in every seed",
        f"{{oriented}}{{oriented.range}}, newly drawn {{oriented.null}}; {BEYOND_CHANCE}",
        "orientation",
    ),
    bases_against=Claim(
        "the share of oriented bases differs between {arch} and {other}",
        "{share}{share.range} and {share_of_other}{share_of_other.range}",
        "orientation beside another network",
    ),
)
OF_BASES |= asking(
    "works",
    bases_alive=Claim("{alive}{alive.range} of the bases are alive"),
    bases_kept=Claim(
        "a reconstruction keeps more of held-out crops than a reconstruction by the untrained bases",
        "{kept}{kept.range} of their squared norm, untrained {kept.untrained}",
        "reconstruction",
    ),
    bases_energy=Claim(
        "the free energy of held-out crops is below that of the same pixels in random order",
        "in {seeds.of} seeds; difference {gap}{gap.range}",
        "free energy",
    ),
)
OF_BASES |= asking(
    "what",
    bases_precision=Claim(
        "single bases detect the class of their network better than under shuffled labels in every seed",
        "area under the precision-recall curve {area}{area.range}, shuffled {area.null}, untrained "
        f"{{area.untrained}}; {BEYOND_CHANCE}",
        "detection of classes",
    ),
    bases_entropy=Claim(
        "the class is less uncertain where a basis is on than under shuffled labels in every seed",
        "{bits} bits, shuffled {shuffled}: {reduction}{reduction.range} less, untrained {reduction.untrained} "
        f"less; {BEYOND_CHANCE}",
        "uncertainty of the class",
    ),
    bases_deeper_precision=Claim(
        "bases of {last} detect the class of their network better than bases of {first}",
        "area under the precision-recall curve higher by {gain}{gain.range}",
        "detection of classes by layer",
    ),
    bases_deeper_entropy=Claim(
        "the class is less uncertain where bases of {last} are on than where bases of {first} are",
        "{gain}{gain.range} bits less",
        "uncertainty of the class by layer",
    ),
)

OF_PRETRAINED = asking(
    "works",
    published=Claim(
        "these are kernels of {runs} {runs_word}, trained elsewhere and published, with this many kernels: {run}"
    ),
    published_rest=Claim(
        "of {runs} published {runs_word} the training images and the rest of the network are unknown, so no accuracy, "
        "feature map, atlas, ablation, energy profile or CKA is computed"
    ),
    published_probed=Claim(
        "of {runs} published {runs_word} the training images are unknown, so no accuracy, feature map, atlas, energy "
        "profile or CKA is computed; responses are to the images that the config names"
    ),
    published_failed=Claim(
        "the last weights of {some} of {some.n} {runs_word} are not finite ({names}): that training failed, so these "
        "kernels are compared with no others"
    ),
)
OF_PRETRAINED |= asking(
    "looks",
    published_scaled=Claim(
        "the weights of {runs} published {runs_word} were brought to one range: their sign, zero and size are lost, so "
        "each kernel is centered, and norms and the share of the mean are unknown"
    ),
    published_start=Claim(
        "the untrained kernels of {some} of {some.n} {runs_word} were not published ({names}): the change, what "
        "is left of the start and p against untrained kernels are unknown there"
    ),
)
OF_PRETRAINED |= asking(
    "same_kernels",
    one_start=Claim(
        "all {seeds} seeds start from the same weights (`init_seed`), so likeness of their kernels says nothing "
        "about other starts"
    ),
)

OF_STUDIES = OF_SWEEPS | OF_TOWERS | OF_KINDS | OF_BASES | OF_PRETRAINED

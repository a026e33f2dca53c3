"""The claims of studies: sweeps of settings, two towers, networks that learn without labels, and pretrained kernels.

As in claims.py, a clause reads after "whether" and after "No evidence that".
"""

from kernelscope.statements.statement import Claim

AT_THESE_LEVELS = "of the variance at these levels over {share.n} {unit}{over}"
OF_SWEEPS = {
    "study_failures": Claim(
        "works",
        "in {conditions} conditions, {failures} of {failures.n} runs failed ({rate}{rate.range})",
    ),
    "setting": Claim(
        "looks",
        "{outcome} depends on {factor}",
        f"means {{level}}; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    "setting_by_base": Claim(
        "looks",
        "how {outcome} depends on {factor} differs between {bases}",
        f"the difference explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    "setting_within_base": Claim(
        "looks",
        "with {base}, {outcome} depends on {factor}",
        f"means {{level}}; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    "failure_setting": Claim(
        "works",
        "the number of failed runs depends on {factor}",
        f"{{level}} fail; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    "failure_setting_by_base": Claim(
        "works",
        "how the number of failed runs depends on {factor} differs between {bases}",
        f"the difference explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    "failure_setting_within_base": Claim(
        "works",
        "with {base}, the number of failed runs depends on {factor}",
        f"{{level}} fail; {{factor}} explains {{share}}{{share.range}} {AT_THESE_LEVELS}",
    ),
    "settings_together": Claim(
        "looks",
        "of the variance of {outcome} at these levels, over {observations} {unit}{over}: {part}",
    ),
    "change_view": Claim(
        "looks",
        "at every level, at least {kernels}{kernels.range} of the living kernels are beyond white noise (fewest at "
        "{level_of_kernels}), and at least {changes}{changes.range} of their changes (fewest at {level_of_changes})",
    ),
    "clear_conditions": Claim(
        "looks",
        "in {clear} of {clear.n} conditions, less than {ratio} is left of the start, at least {structured} of the "
        "living kernels are beyond white noise, test accuracy is at least {accuracy}, and no run failed{names}",
    ),
    "nearest_condition": Claim(
        "looks",
        "the nearest condition is {condition}: {outcome}; {failures} of {failures.n} runs failed ({rate}{rate.range})",
    ),
    "condition": Claim(
        "looks",
        "{failures} of {failures.n} runs failed ({rate}{rate.range}); {outcome}",
    ),
}
IN_SEEDS = "in {seeds.of} seeds, {holm} after Holm's correction, untrained in {seeds.untrained}"
OF_TOWERS = {
    "color_parts": Claim(
        "looks",
        "the {parts} differ in color more than if their kernels were permuted between them",
        f"{IN_SEEDS}; mean difference {{size}}{{size.range}}, permuted {{size.null}}, untrained {{size.untrained}}; "
        "failed runs included: {failed.of}",
        name="color of the two parts",
    ),
    "color_every_seed": Claim(
        "same_kinds",
        "the {parts} differ in color in every seed",
        f"{IN_SEEDS}, that is {{rate}}{{rate.range}}",
        name="color in every seed",
    ),
    "color_choice": Claim(
        "same_kinds",
        "one {part} takes the color more often than the other",
        "where they differ, the first {part} has it in {first} of {first.n} seeds, the second in {second}",
        name="which part takes the color",
    ),
    "color_start": Claim(
        "same_kinds",
        "the untrained kernels predict which {part} takes the color",
        "the {part} with more color had more before training in {same} of {same.n} seeds",
        name="whether the start predicts the color",
    ),
    "color_towers": Claim(
        "controls",
        "two towers differ in color in more seeds than the halves of a network without towers",
        "towers in {towers} of {towers.n}, halves in {halves} of {halves.n} seeds; mean difference {size}{size.range} "
        "and {size_of_halves}{size_of_halves.range}",
        name="towers beside halves",
    ),
    "color_oriented": Claim(
        "looks",
        "kernels are oriented more often than before training",
        "{oriented} of the living kernels{oriented.range}, untrained {oriented.untrained}",
        name="orientation",
    ),
}
BEYOND_CHANCE = "beyond chance in {seeds.of} seeds"
OF_BASES = {
    "bases_oriented": Claim(
        "looks",
        "bases are oriented more often than newly drawn bases in every seed",
        f"{{oriented}}{{oriented.range}}, newly drawn {{oriented.null}}; {BEYOND_CHANCE}",
        name="orientation",
    ),
    "bases_alive": Claim("works", "{alive}{alive.range} of the bases are alive"),
    "bases_kept": Claim(
        "works",
        "a reconstruction keeps more of held-out crops than a reconstruction by the untrained bases",
        "{kept}{kept.range} of their squared norm, untrained {kept.untrained}",
        name="reconstruction",
    ),
    "bases_energy": Claim(
        "works",
        "the free energy of held-out crops is below that of the same pixels in random order",
        "in {seeds.of} seeds; difference {gap}{gap.range}",
        name="free energy",
    ),
    "bases_precision": Claim(
        "what",
        "single bases detect the class of their network better than under shuffled labels in every seed",
        "area under the precision-recall curve {area}{area.range}, shuffled {area.null}, untrained "
        f"{{area.untrained}}; {BEYOND_CHANCE}",
        name="detection of classes",
    ),
    "bases_entropy": Claim(
        "what",
        "the class is less uncertain where a basis is on than under shuffled labels in every seed",
        "{bits} bits, shuffled {shuffled}: {reduction}{reduction.range} less, untrained {reduction.untrained} "
        f"less; {BEYOND_CHANCE}",
        name="uncertainty of the class",
    ),
    "bases_deeper_precision": Claim(
        "what",
        "bases of {last} detect the class of their network better than bases of {first}",
        "area under the precision-recall curve higher by {gain}{gain.range}",
        name="detection of classes by layer",
    ),
    "bases_deeper_entropy": Claim(
        "what",
        "the class is less uncertain where bases of {last} are on than where bases of {first} are",
        "{gain}{gain.range} bits less",
        name="uncertainty of the class by layer",
    ),
    "bases_against": Claim(
        "looks",
        "the share of oriented bases differs between {arch} and {other}",
        "{share}{share.range} and {share_of_other}{share_of_other.range}",
        name="orientation beside another network",
    ),
}
OF_PRETRAINED = {
    "published": Claim(
        "works",
        "these are kernels of {runs} {runs_word}, trained elsewhere and published, with this many kernels: {run}",
    ),
    "published_rest": Claim(
        "works",
        "of {runs} published {runs_word} the training images and the rest of the network are unknown, so there is no "
        "accuracy, no feature map, no atlas, no ablation, no energy profile and no CKA",
    ),
    "published_scaled": Claim(
        "looks",
        "the weights of {runs} published {runs_word} were brought to one range: their sign, zero and size are lost, so "
        "each kernel is centered, and norms and the share of the mean are unknown",
    ),
    "published_start": Claim(
        "looks",
        "the untrained kernels of {some} of {some.n} {runs_word} were not published ({names}): the change, what "
        "is left of the start and p against untrained kernels are unknown there",
    ),
    "published_failed": Claim(
        "works",
        "the last weights of {some} of {some.n} {runs_word} are not finite ({names}): that training failed, so these "
        "kernels are compared with no others",
    ),
    "one_start": Claim(
        "same_kernels",
        "all {seeds} seeds start from the same weights (`init_seed`), so likeness of their kernels says nothing "
        "about other starts",
    ),
}
OF_STUDIES = OF_SWEEPS | OF_TOWERS | OF_BASES | OF_PRETRAINED

"""Control trainings: like the real training, except for one property that the kernels' appearance might be due to.

random_labels : the labels of the training images are permuted, so that only the images themselves can be learned
frozen : the conv layers keep their initial weights; only the layers after them learn (Gavrikov and Keuper 2023)
phase_scrambled : every image keeps its amplitude spectrum and loses its shapes
"""

NONE, RANDOM_LABELS, FROZEN, PHASE_SCRAMBLED = "none", "random_labels", "frozen", "phase_scrambled"
KINDS = (RANDOM_LABELS, FROZEN, PHASE_SCRAMBLED)

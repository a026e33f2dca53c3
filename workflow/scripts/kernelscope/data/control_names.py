"""Control trainings: everything as in the real one but for one thing that a kernel might owe its look to.

random_labels: the training images get each other's labels, so there is nothing to learn but the images themselves.
frozen: the conv layers stay as they were initialised; only what comes after them learns (Gavrikov and Keuper 2023).
phase_scrambled: every image keeps its spectrum and loses its shapes.
"""

NONE, RANDOM_LABELS, FROZEN, PHASE_SCRAMBLED = "none", "random_labels", "frozen", "phase_scrambled"
KINDS = (RANDOM_LABELS, FROZEN, PHASE_SCRAMBLED)

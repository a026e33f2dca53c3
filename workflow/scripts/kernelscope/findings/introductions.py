"""What a reader must know before the answers of one network: that it is a control, or that its runs failed."""

from kernelscope.findings import claimed, leads, networks
from kernelscope.findings.claimed import Network
from kernelscope.statements.statement import SHOWN

RANDOM_LABELS = "random_labels"
CONTROLS = {  # control, as in the config -> what it is, and what its kernels can learn without
    RANDOM_LABELS: ("the same images with random labels", "labels"),
    "frozen": ("kernels that stay random, below a layer that learns", "training"),
    "phase_scrambled": ("images that keep their spectra and lose their shapes", "shapes in the images"),
}


def about(rows: list[dict], arch: str, control: str) -> str:
    """Return what one network is and what that means for its answers; "" if it is no control and no run failed.

    Parameters
    ----------
    rows : list of dict
        Rows of statements.csv about one dataset.
    arch : str
    control : str
        As in the config; "none" for no control.
    """
    network = claimed.network(rows, arch)
    return of_control(network, control) if control in CONTROLS else of_failures(network)


def of_control(network: Network, control: str) -> str:
    """Return what a control is, and what its kernels do without."""
    what, without = CONTROLS[control]
    sentences = [f"A control: {what}."]
    answered = network.verdict(leads.lead([network])) == SHOWN
    learned = network.verdict("accuracy") == SHOWN and not networks.has_failed(network)
    needs = f"what its kernels respond to needs no {without}."
    if control == RANDOM_LABELS and not learned:
        nothing = "Its networks learned nothing about the classes"
        sentences.append(f"{nothing}; {needs}" if answered else f"{nothing}.")
    elif answered:
        sentences.append(f"W{needs[1:]}")
    return " ".join(sentences)


def of_failures(network: Network) -> str:
    """Return how many runs failed, and which kernels there are."""
    if networks.has_failed(network):
        return "Every training run failed: these are kernels of networks that did not learn."
    for of in network.shown("failures"):
        if of["failures"].number.value:
            return f"{of['failures'].of} runs failed; the kernels are those of the others."
    return ""

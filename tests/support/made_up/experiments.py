"""Made-up experiments of each kind, and the words that no text about them has."""

import re

from made_up import statement_rows

FORBIDDEN = re.compile(
    r"\b(?:lies?|lying|stands?|come about|told|speaks?|answers? to|deals?|dealt|anew|likewise|as ever|by lot|less its"
    r"|is not shown|are not shown|such a|knock-?outs?|NaN|None|nan)\b"
)
LAYERS = ("conv1", "conv2", "conv3")


def five_networks_of_twenty_seeds():
    return [draft for number in range(5) for draft in statement_rows.network(f"net{number}", 20, LAYERS)]


EXPERIMENTS = {  # name -> a function that returns drafts, all networks, and which of them are controls
    "100 runs": (five_networks_of_twenty_seeds, [f"net{number}" for number in range(5)], []),
    "nothing found": (lambda: statement_rows.network("net", 6, LAYERS, p=0.6), ["net"], []),
    "one seed": (lambda: statement_rows.network("net", 1, p=None), ["net"], []),
    "every run failed": (lambda: statement_rows.network("net", 3, failed=3, p=None), ["net"], []),
    "many layers": (lambda: statement_rows.network("net", 6, [f"conv{n}" for n in range(1, 31)]), ["net"], []),
    "a control alone": (lambda: statement_rows.network("control", 6), ["control"], ["control"]),
    "no tables of kernels": (lambda: statement_rows.network("net", 6, kernel_tests=[], seed_tests=[]), ["net"], []),
    "a sweep": (statement_rows.sweep, ["adamw_low", "adamw_high"], []),
    "without labels": (statement_rows.unlabeled, ["plain", "other"], []),
    "towers": (statement_rows.of_towers, ["towers"], []),
    "published": (statement_rows.published, ["published"], []),
    "other draws": (statement_rows.other_draws, ["net"], []),
}

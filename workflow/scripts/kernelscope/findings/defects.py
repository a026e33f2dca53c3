"""Defects of the images of a dataset, such as images that occur twice: sentences made from inferred.json."""


def defects(found: dict) -> list[str]:
    """Return a sentence for each kind of defect.

    Parameters
    ----------
    found : dict
        The content of inferred.json.
    """
    both, two = found.get("in_both_splits", []), found.get("in_two_classes", [])
    equal = {"in_both_splits": len(both), "in_two_classes": len(two)} | found.get("equal", {})
    too_high = "in both train and test, so the test accuracy is too high"
    sentences = [
        (equal["in_both_splits"], "image occurs", "images occur", f"{too_high}{first(both)}. [inferred.json]"),
        (equal["in_two_classes"], "image occurs", "images occur", f"in two classes{first(two)}. [inferred.json]"),
        (found.get("constant", 0), "image has", "images have", "a single color throughout. [inferred.json]"),
    ]
    return [
        f"{count} {singular if count == 1 else plural} {rest}" for count, singular, plural, rest in sentences if count
    ]


def first(groups: list[list[str]]) -> str:
    """Return the names in the first group of equal images."""
    return ": " + " = ".join(code(name) for name in groups[0][:3]) if groups else ""


def code(name: str) -> str:
    """Return a name as Markdown code, in which no character is markup."""
    return "`{}`".format(name.replace("`", "'"))

"""Notes about the images of a dataset, such as images that occur twice: sentences made from inferred.json."""


def notes(found: dict) -> list[str]:
    """Return a sentence for each kind of defective images; `found` is the content of inferred.json."""
    both, two = found.get("in_both_splits", []), found.get("in_two_classes", [])
    too_high = "in both train and test, so the test accuracy is too high"
    sentences = [
        (len(both), "image occurs", "images occur", f"{too_high}{first(both)}. [inferred.json]"),
        (len(two), "image occurs", "images occur", f"in two classes{first(two)}. [inferred.json]"),
        (found.get("constant", 0), "image has", "images have", "a single color throughout. [inferred.json]"),
        (found.get("skipped", 0), "file was", "files were", "left out as unreadable. [skipped.csv]"),
    ]
    return [
        f"{count} {singular if count == 1 else plural} {rest}" for count, singular, plural, rest in sentences if count
    ]


def first(groups: list[list[str]]) -> str:
    """Return the names in the first group of equal images as Markdown code, in which no character is markup."""
    return ": " + " = ".join("`{}`".format(name.replace("`", "'")) for name in groups[0][:3]) if groups else ""

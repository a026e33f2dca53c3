"""Notes about the images of a dataset, such as images that occur twice: sentences made from inferred.json."""


def notes(found: dict) -> list[str]:
    """Return a sentence for each kind of defect and each thing that was left out or assumed.

    Parameters
    ----------
    found : dict
        The content of inferred.json.
    """
    both, two = found.get("in_both_splits", []), found.get("in_two_classes", [])
    too_high = "in both train and test, so the test accuracy is too high"
    sentences = [
        (len(both), "image occurs", "images occur", f"{too_high}{first(both)}. [inferred.json]"),
        (len(two), "image occurs", "images occur", f"in two classes{first(two)}. [inferred.json]"),
        (found.get("constant", 0), "image has", "images have", "a single color throughout. [inferred.json]"),
        (found.get("skipped", 0), "file was", "files were", "left out as unreadable. [skipped.csv]"),
        (found.get("ignored", 0), "file was", "files were", "left out, as no image in a class folder. [inferred.json]"),
        (found.get("paged", 0), "file holds", "files hold", "several pages or frames; only the first is used."),
    ]
    counted = [
        f"{count} {singular if count == 1 else plural} {rest}" for count, singular, plural, rest in sentences if count
    ]
    return counted + nested(found.get("nested", []))


def nested(names: list[str]) -> list[str]:
    """Return a sentence about subfolders that every class folder has, if there are any."""
    if not names:
        return []
    listed = ", ".join(code(name) for name in names[:3])
    rest = "; if these are the classes, list the images in a table."
    return [f"Every class folder has the same {len(names)} subfolders, such as {listed}{rest}"]


def first(groups: list[list[str]]) -> str:
    """Return the names in the first group of equal images."""
    return ": " + " = ".join(code(name) for name in groups[0][:3]) if groups else ""


def code(name: str) -> str:
    """Return a name as Markdown code, in which no character is markup."""
    return "`{}`".format(name.replace("`", "'"))

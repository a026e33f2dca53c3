"""What one kernel answers to most, from its rows of features.csv, in words."""

SIGNIFICANT = 0.05


def strongest(rows: list[dict]) -> dict | None:
    """Of the rows of one kernel, the significant one with the largest `standardised`; None if none is significant.

    By `difference`, noisy templates of a corner are called that corner in 36 to 100 of 100 cases, by this in 99 to 100.
    """
    significant = [r for r in rows if r["p_corrected"] is not None and r["p_corrected"] <= SIGNIFICANT]
    return max(significant, key=lambda row: row["standardised"], default=None)


def in_words(row: dict) -> str:
    """Such as "upper-left corner, square; p < 0.001", the p being the corrected one."""
    p = row["p_corrected"]
    return f"{row['feature']}, {row['class']}; " + ("p < 0.001" if p < 0.001 else f"p = {p:.2g}")

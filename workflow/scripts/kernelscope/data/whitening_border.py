"""The border that whitening takes from an image, for plans, which import no NumPy."""

BORDER = 10  # pixels at each side that whitening cuts off

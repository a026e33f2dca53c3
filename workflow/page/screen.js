// Pictures that are painted only where they are seen.

const REST = 200; // milliseconds after the last move, when pictures outside of the window follow

// Return {add(node, paint), paint()}: paint() paints the pictures in the window at once, and the others when nothing moves.
export function makeScreen() {
  const pictures = new Map(); // node -> {paint, isSeen}
  let timer = 0;
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const picture = pictures.get(target);
      picture.isSeen = isIntersecting;
      target.classList.toggle("away", !isIntersecting);
      if (isIntersecting) picture.paint();
    }
  });
  return {
    add(node, paint) {
      pictures.set(node, { paint, isSeen: true });
      watch.observe(node);
    },
    paint() {
      for (const { paint, isSeen } of pictures.values()) if (isSeen) paint();
      clearTimeout(timer);
      timer = setTimeout(() => pictures.forEach(({ paint }) => paint()), REST);
    },
  };
}

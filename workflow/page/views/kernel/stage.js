// A picture with a frame that the pointer and the arrow keys move.

import { h, onArrow } from "../../dom.js";

// Return a picture of constant size on which a frame moves: {node, show(canvas), mark(top, left, height, width), onPoint(act), onArrow(act)}.
export function stage(name) {
  const canvas = h("canvas", { width: 1, height: 1, tabindex: 0, "data-keys": true, role: "img", "aria-label": name });
  const frame = h("div", { class: "frame", "aria-hidden": "true" });
  const percent = (share) => `${100 * share}%`;
  return {
    node: h("div", { class: "picture" }, canvas, frame),
    show(picture) {
      if (canvas.width !== picture.width || canvas.height !== picture.height) [canvas.width, canvas.height] = [picture.width, picture.height];
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, 0, 0);
    },
    mark(top, left, height, width) {
      Object.assign(frame.style, { top: percent(top), left: percent(left), height: percent(height), width: percent(width) });
    },
    onPoint(act) {
      const point = (event) => {
        const box = canvas.getBoundingClientRect();
        act((event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width);
      };
      canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); point(event); });
      canvas.addEventListener("pointermove", point);
    },
    onArrow: (act) => onArrow(canvas, act),
  };
}

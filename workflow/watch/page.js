"use strict";
// One slider for all networks. The page renews itself while nobody touches it, and keeps the place of the slider.
(() => {
  const EVERY = 4000; // milliseconds
  const slider = document.getElementById("at");
  const films = [...document.querySelectorAll("[data-frames]")];
  let touched = 0; // when a reader did something

  function show() {
    for (const film of films) {
      const frame = Math.round(slider.value * (film.dataset.frames - 1));
      film.style.backgroundPositionY = `${-frame * film.clientHeight}px`;
    }
    const first = films[0]?.dataset.steps.split(" ");
    const step = first?.[Math.round(slider.value * (first.length - 1))];
    document.getElementById("step").textContent = step === "0" ? "before training" : `after step ${step}`;
  }

  if (document.body.dataset.next) {
    location.replace(document.body.dataset.next);
  } else {
    const [, at] = location.hash.match(/^#at=([\d.]+)$/) ?? [];
    if (slider) {
      if (at) slider.value = at;
      slider.addEventListener("input", () => {
        show();
        history.replaceState(null, "", `#at=${slider.value}`);
      });
      show();
    }
    for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) {
      addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
    }
    setInterval(() => {
      if (!document.hidden && Date.now() - touched > EVERY) location.reload();
    }, EVERY);
  }
})();

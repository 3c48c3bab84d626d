// Lights the bytes and the row of one field together, whichever of them is pointed at or focused.
// Without this script the bytes are links to their rows, and nothing is missing but the light.
"use strict";

for (const figure of document.querySelectorAll("figure.packet")) {
  const light = (event) => {
    const near = event.target.closest("[data-field]");
    for (const lit of figure.querySelectorAll(".lit")) {
      lit.classList.remove("lit");
    }
    if (near) {
      for (const part of figure.querySelectorAll(`[data-field="${near.dataset.field}"]`)) {
        part.classList.add("lit");
      }
    }
  };
  figure.addEventListener("pointerover", light);
  figure.addEventListener("focusin", light);
  figure.addEventListener("pointerleave", light);
}

// Mends what mdBook's frame leaves to be desired for keyboards and screen readers.
"use strict";

(() => {
  const bar = document.getElementById("mdbook-menu-bar");
  bar?.setAttribute("role", "banner");

  // The label that opens the list of chapters becomes a button that can be focused.
  const toggle = document.getElementById("mdbook-sidebar-toggle");
  const anchor = document.getElementById("mdbook-sidebar-toggle-anchor");
  if (toggle && anchor && toggle.tagName === "LABEL") {
    toggle.setAttribute("role", "button");
    toggle.tabIndex = 0;
    toggle.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        anchor.click();
      }
    });
  }

  // A table that is wider than the page scrolls, and what scrolls has to be reached by keyboard.
  for (const wrapper of document.querySelectorAll(".table-wrapper, main pre")) {
    if (wrapper.scrollWidth > wrapper.clientWidth) wrapper.tabIndex = 0;
  }

  // On paper every detail is open.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();

// Mends what mdBook's frame leaves to be desired for keyboards and screen readers.
"use strict";

(() => {
  const bar = document.getElementById("mdbook-menu-bar");
  bar?.setAttribute("role", "banner");

  // The label that opens the list of chapters becomes a button, which can be focused.
  const label = document.getElementById("mdbook-sidebar-toggle");
  const anchor = document.getElementById("mdbook-sidebar-toggle-anchor");
  if (label && anchor && label.tagName === "LABEL") {
    const button = document.createElement("button");
    button.type = "button";
    for (const { name, value } of label.attributes) {
      if (name !== "for") button.setAttribute(name, value);
    }
    button.append(...label.childNodes);
    label.replaceWith(button);
    const tell = () => button.setAttribute("aria-expanded", anchor.checked);
    button.addEventListener("click", () => anchor.click());
    anchor.addEventListener("change", tell);
    tell();
  }

  const search = document.getElementById("mdbook-searchbar");
  search?.setAttribute("aria-label", "Search this book");
  document.getElementById("mdbook-search-wrapper")?.setAttribute("role", "search");

  // What is wider than the page scrolls, and what scrolls has to be reached by keyboard.
  const scrolls = () => {
    for (const box of document.querySelectorAll(".table-wrapper, main pre, main pre > code")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  };
  scrolls();
  addEventListener("load", scrolls);
  addEventListener("resize", scrolls);

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

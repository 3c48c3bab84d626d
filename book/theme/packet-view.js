// Lights the bytes and the rows of a packet together, whichever of them is pointed at or focused, and
// shows the bits of that byte. A click pins, and a pin is the page's fragment. Without this script the
// bytes are links to their rows, and nothing is missing but the light.
"use strict";

(() => {
  /** The bytes that a row has, and its bits where it does not have them all. */
  const spanOf = (row) => {
    const [high, low] = (row.dataset.bits ?? "7-0").split("-").map(Number);
    return { at: Number(row.dataset.at), len: Number(row.dataset.len), high, low };
  };

  function view(figure) {
    const bytes = [...figure.querySelectorAll(".bytes a")];
    const rows = [...figure.querySelectorAll(".fields tr[data-at]")];
    const spans = rows.map(spanOf);
    const names = rows.map((row) => row.querySelector("a.name"));
    const covers = (span, at) => span.at <= at && at < span.at + span.len;
    const rowOf = (at) => spans.findIndex((span) => covers(span, at));
    let pinned = null;
    let scrolling = false; // what slides under the pointer while the page scrolls is not pointed at

    const inspector = document.createElement("div");
    inspector.className = "inspector";
    inspector.setAttribute("aria-hidden", "true"); // it repeats what the tables say
    figure.querySelector(".near").append(inspector);

    /** Lights row number `row`, and looks at byte `at` of it. */
    function light(row, at) {
      const span = spans[row];
      bytes.forEach((byte, offset) => byte.classList.toggle("lit", covers(span, offset)));
      rows.forEach((other, index) => other.classList.toggle("lit", index === row));
      inspect(row, at ?? span.at);
    }

    function inspect(row, at) {
      const number = parseInt(bytes[at]?.textContent ?? "", 16);
      if (Number.isNaN(number)) return;
      const here = spans[row];
      const parts = spans
        .map((span, index) => ({ ...span, index }))
        .filter((span) => covers(span, at) && rows[span.index].dataset.bits);
      const section = rows[row].closest("tbody").className;
      const title = document.createElement("p");
      const strong = document.createElement("strong");
      strong.textContent = names[row].textContent;
      title.append(strong);
      const numbers = document.createElement("p");
      numbers.className = "numbers";
      const character = number > 32 && number < 127 ? ` · “${String.fromCharCode(number)}”` : "";
      numbers.textContent = `byte ${at} · 0x${bytes[at].textContent} · ${number}${character}`;
      const cells = document.createElement("div");
      cells.className = `cells ${section}`;
      for (let bit = 7; bit >= 0; bit--) {
        const index = document.createElement("i");
        index.textContent = bit;
        cells.append(index);
      }
      for (let bit = 7; bit >= 0; bit--) {
        const cell = document.createElement("b");
        cell.textContent = (number >> bit) & 1;
        cell.classList.toggle("lit", Boolean(rows[row].dataset.bits) && bit <= here.high && bit >= here.low);
        cells.append(cell);
      }
      for (const part of parts) {
        const label = document.createElement("span");
        label.style.gridColumn = `span ${part.high - part.low + 1}`;
        label.textContent = names[part.index].textContent;
        cells.append(label);
      }
      inspector.replaceChildren(title, numbers, cells);
    }

    function dark() {
      for (const lit of figure.querySelectorAll(".lit")) lit.classList.remove("lit");
      if (pinned !== null) light(pinned.row, pinned.at);
    }

    function pin(row, at) {
      const same = pinned && pinned.row === row && pinned.at === at;
      for (const old of figure.querySelectorAll(".pinned")) old.classList.remove("pinned");
      pinned = same ? null : { row, at };
      const fragment = same ? location.pathname + location.search : `#${rows[row].id}`;
      history.replaceState(history.state, "", fragment);
      if (same) return dark();
      rows[row].classList.add("pinned");
      bytes.forEach((byte, offset) => byte.classList.toggle("pinned", covers(spans[row], offset)));
      light(row, at);
    }

    /** The row and byte that an element stands for. */
    function placeOf(target) {
      const byte = bytes.indexOf(target.closest?.(".bytes a"));
      if (byte >= 0) return { row: rowOf(byte), at: byte };
      const row = rows.indexOf(target.closest?.("tr[data-at]"));
      return row >= 0 ? { row, at: spans[row].at } : null;
    }

    /** One Tab stop for the bytes and one for the rows, kept in step. */
    function rove(row, at) {
      bytes.forEach((byte, offset) => (byte.tabIndex = offset === at ? 0 : -1));
      rows.forEach((other, index) => {
        for (const link of other.querySelectorAll("a")) link.tabIndex = index === row ? 0 : -1;
      });
    }

    figure.addEventListener("pointermove", () => (scrolling = false));
    figure.addEventListener("pointerover", (event) => {
      const place = scrolling ? null : placeOf(event.target);
      if (place) light(place.row, place.at);
    });
    figure.addEventListener("pointerleave", dark);
    figure.addEventListener("focusin", (event) => {
      const place = placeOf(event.target);
      if (!place) return;
      light(place.row, place.at);
      rove(place.row, place.at);
    });
    figure.addEventListener("focusout", (event) => {
      if (!figure.contains(event.relatedTarget)) dark();
    });
    figure.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      const isOther = link && !link.closest(".bytes") && !link.classList.contains("name");
      const place = isOther ? null : placeOf(event.target);
      if (!place || event.ctrlKey || event.metaKey || event.shiftKey || getSelection().toString()) return;
      event.preventDefault();
      pin(place.row, place.at);
      scrolling = true;
      rows[place.row].scrollIntoView({ block: "nearest" });
    });

    figure.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        if (pinned) pin(pinned.row, pinned.at);
        return;
      }
      const inBytes = bytes.indexOf(document.activeElement);
      const inRows = names.indexOf(document.activeElement);
      const list = inBytes >= 0 ? bytes : inRows >= 0 ? names : null;
      if (!list || event.altKey || event.metaKey) return;
      const from = Math.max(inBytes, inRows);
      const line = list === bytes ? 8 : 1;
      const start = from - (from % line);
      const to = {
        ArrowLeft: from - 1,
        ArrowRight: from + 1,
        ArrowUp: from - line,
        ArrowDown: from + line,
        Home: event.ctrlKey || line === 1 ? 0 : start,
        End: event.ctrlKey || line === 1 ? list.length - 1 : Math.min(start + 7, list.length - 1),
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation(); // mdBook turns to the next chapter on an arrow
      list[Math.min(Math.max(to, 0), list.length - 1)].focus();
    });

    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = "Copy hex";
    copy.addEventListener("click", async () => {
      const hex = bytes.map((byte) => byte.textContent).join(" ");
      try {
        await navigator.clipboard.writeText(hex);
        copy.textContent = "Copied";
      } catch {
        copy.textContent = "Not allowed here";
      }
      setTimeout(() => (copy.textContent = "Copy hex"), 1500);
    });
    figure.querySelector("figcaption").append(copy);

    const fromFragment = () => {
      const row = rows.findIndex((row) => `#${row.id}` === location.hash);
      if (row >= 0 && pinned?.row !== row) pin(row, spans[row].at);
    };
    rove(0, 0);
    light(0, 0);
    dark();
    fromFragment();
    addEventListener("hashchange", fromFragment);
  }

  /** Makes each packet in `root` alive: for the page, and for what comes into it later. */
  window.showPackets = (root) => {
    for (const figure of root.querySelectorAll("figure.packet")) {
      if (!figure.querySelector(".inspector")) view(figure);
    }
  };
  window.showPackets(document);
})();

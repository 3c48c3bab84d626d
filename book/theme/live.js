// What runs in the page, where our own server serves it: the server marks the page, and only then are
// the forms shown. Each form is posted, and the answer streams in as server-sent events that carry HTML.
"use strict";

(() => {
  const mark = document.querySelector('meta[name="lab-live"]');
  if (!mark) return;

  /** Reads the events of a response, one after the other, as they come. */
  async function* events(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      waiting += value;
      for (let end; (end = waiting.indexOf("\n\n")) >= 0; waiting = waiting.slice(end + 2)) {
        const lines = waiting.slice(0, end).split("\n").filter((line) => line.startsWith("data:"));
        yield lines.map((line) => line.slice(5).trimStart()).join("\n");
      }
    }
  }

  async function post(form, result, path, body) {
    const button = form.querySelector("button");
    button.disabled = true;
    result.replaceChildren();
    result.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(path, { method: "POST", body });
      if (!response.ok) throw new Error(await response.text());
      for await (const html of events(response)) {
        result.insertAdjacentHTML("beforeend", html);
        window.showPackets(result);
      }
    } catch (error) {
      const failed = document.createElement("p");
      failed.className = "failed";
      failed.textContent = error instanceof TypeError ? "The server is gone: start it again with cargo run -p book." : error.message;
      result.append(failed);
    }
    result.removeAttribute("aria-busy");
    button.disabled = false;
  }

  for (const box of document.querySelectorAll(".live")) {
    const form = box.querySelector("form");
    const result = document.createElement("div");
    result.className = "result";
    result.setAttribute("role", "log");
    result.setAttribute("aria-label", "What happened");
    box.append(result);
    box.querySelector(".instead").hidden = true;
    form.hidden = false;
    const path = `live/${box.dataset.live}`;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      body.delete("capture");
      for (const key of ["scenario", "number"]) {
        if (box.dataset[key]) body.set(key, box.dataset[key]);
      }
      post(form, result, path, body);
    });
    if (box.dataset.live === "flip") {
      // Beside each bit: whose it is, and what it is now.
      const { byte, bit } = form.elements;
      const bits = [...bit.options];
      for (const option of bits) option.value = option.textContent;
      const tell = () => {
        const { byte: value, names } = byte.selectedOptions[0].dataset;
        const owners = names.split("|");
        for (const option of bits) {
          const number = Number(option.value);
          option.textContent = `${number}: ${owners[7 - number] ?? owners[0]}, ${(value >> number) & 1}`;
        }
      };
      byte.addEventListener("change", tell);
      tell();
    }
    if (box.dataset.live !== "decode") continue;
    const send = (file) => file && post(form, result, "live/capture", file);
    form.querySelector("[type=file]").addEventListener("change", (event) => send(event.target.files[0]));
    box.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.classList.add("over");
    });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("over");
      send(event.dataTransfer.files[0]);
    });
  }

  // When the book was built anew, the page is loaded anew. A page that nobody sees does not listen: a
  // browser has six connections for all pages of a server.
  let source = null;
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource("live/reload");
      source.addEventListener("built", (event) => event.data !== mark.content && location.reload());
    }
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();

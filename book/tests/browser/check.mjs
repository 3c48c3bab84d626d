// The book in Chromium, as readers have it: by keyboard, with a screen reader, on a phone, on paper,
// without scripts, in each theme; and what runs in it.
//
//   node check.mjs FOLDER URL     the built book, and where it is served

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const [folder, served] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const themes = ["light", "rust", "coal", "navy", "ayu"];
const own = ["404.html", "print.html", "toc.html", "index.html"];
const pages = readdirSync(folder).filter((name) => name.endsWith(".html") && !own.includes(name));
const url = (page) => pathToFileURL(join(folder, page)).href;
const failures = [];

function expect(what, ok, detail = "") {
  if (!ok) failures.push(`${what}${detail ? `: ${detail}` : ""}`);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});

/** A page that fails the check on whatever should not happen. */
async function open(options = {}, theme = "light") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  if (options.javaScriptEnabled !== false) {
    await context.addInitScript((theme) => {
      try {
        localStorage.setItem("mdbook-theme", theme);
      } catch {} // the frames of about:blank have no storage
    }, theme);
  }
  context.setDefaultTimeout(120_000); // a machine that is busy is no failure
  const page = await context.newPage();
  page.on("pageerror", (error) => expect("no error in a script", false, `${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    const isLesson = message.text().includes("422"); // what was chosen cannot be, says our server
    if (message.type() === "error" && !isLesson) expect("no error on the console", false, `${page.url()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const ours = ["file:", "data:", served ?? "file:"].some((begin) => request.url().startsWith(begin));
    expect("no request to elsewhere", ours, request.url());
  });
  return page;
}

/** What axe finds. It would load the style sheets once more, which a page from a folder may not. */
async function findings(page) {
  const run = () => globalThis.axe.run(document, { resultTypes: ["violations"], preload: false });
  return (await page.evaluate(run)).violations;
}

const checks = {
  async "axe finds nothing, in any theme"() {
    const page = await open({ reducedMotion: "reduce" }); // a colour on its way is none
    for (const name of pages) {
      await page.goto(url(name));
      const row = page.locator(".packet .fields a.name").nth(2);
      if (await row.count()) await row.click(); // with a field lit and pinned
      await page.evaluate(axe);
      for (const theme of themes) {
        await page.evaluate((theme) => document.getElementById(`mdbook-theme-${theme}`).click(), theme);
        for (const { id, impact, nodes } of await findings(page)) {
          const [node] = nodes;
          expect(`axe ${id} (${impact}) in ${theme}`, false, `${name}: ${nodes.length}× ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`);
        }
      }
    }
    await page.context().close();
  },

  async "pages fit from 320 to 1920 pixels"() {
    const page = await open();
    for (const name of pages) {
      await page.goto(url(name));
      for (const width of [320, 390, 768, 1024, 1280, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        const wide = await page.evaluate(() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return "";
          const widest = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > width + 1);
          return `${document.documentElement.scrollWidth} > ${width}, ${widest.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" | ")}`;
        });
        expect(`no sideways scroll at ${width}`, !wide, `${name}: ${wide}`);
      }
    }
    await page.context().close();
  },

  async "a packet is walked by keyboard"() {
    const page = await open();
    await page.goto(url("connection.html"));
    const packet = page.locator("figure.packet").first();
    const focused = () => page.evaluate(() => document.activeElement.textContent.slice(0, 40) + "@" + document.activeElement.className);
    await packet.locator(".bytes a").first().focus();
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    expect("the arrows walk the bytes", await packet.locator(".bytes a").nth(10).evaluate((e) => e === document.activeElement), await focused());
    expect("arrows turn no page", page.url().includes("connection.html"));
    expect("the row of the byte is lit", (await packet.locator("tr.lit a.name").textContent()) === "Keep Alive");
    expect("its bytes are lit", (await packet.locator(".bytes a.lit").count()) === 2);
    await page.keyboard.press("Tab");
    expect("Tab leads to the row of the byte", (await focused()).startsWith("Keep Alive@"), await focused());
    await page.keyboard.press("Enter");
    expect("Enter pins, and the fragment says so", page.url().endsWith("#connection-1-keep-alive"), page.url());
    expect("the row is pinned", (await packet.locator("tr.pinned").count()) === 1);
    await page.keyboard.press("Escape");
    expect("Escape lets go", !page.url().includes("#") && (await packet.locator(".pinned").count()) === 0);
    await page.keyboard.press("Home");
    expect("Home leads to the first row", (await focused()).startsWith("Type and flags@"), await focused());
    await page.goto(url("connection.html") + "#connection-1-clean-session");
    await page.reload();
    expect("a fragment pins", (await page.locator("tr.pinned a.name").textContent()) === "Clean Session");
    await page.locator("#connection-1-will-qos").hover();
    expect("the bits are shown", (await packet.locator(".cells b.lit").count()) === 2);
    await page.context().close();
  },

  async "a question is answered without a script"() {
    const page = await open({ javaScriptEnabled: false });
    await page.goto(url("session.html"));
    expect("no answer is given away", !(await page.locator(".predict .why").first().isVisible()));
    await page.locator(".predict label").nth(1).click();
    expect("the answer is there", await page.locator(".predict .why.right").first().isVisible());
    await page.goto(url("connection.html"));
    expect("bytes and fields are there", await page.locator(".packet .fields tr").nth(3).isVisible());
    await page.locator(".packet .bytes a").nth(9).click();
    expect("a byte leads to its row", page.url().endsWith("#connection-1-connect-flags"), page.url());
    expect("the words in place of the button are there", await page.locator(".live .instead").first().isVisible());
    expect("the form is not", !(await page.locator(".live form").first().isVisible()));
    await page.context().close();
  },

  async "paper is black on white, with everything open"() {
    const page = await open({}, "coal");
    await page.goto(url("session.html"));
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const colours = await page.evaluate(() => {
      const style = getComputedStyle(document.querySelector("main p"));
      return [style.color, getComputedStyle(document.querySelector(".content")).backgroundColor].join(" ");
    });
    expect("black on white", colours === "rgb(0, 0, 0) rgb(255, 255, 255)", colours);
    expect("each answer is there", await page.locator(".predict .why").first().isVisible());
    expect("details are open", (await page.locator("main details:not([open])").count()) === 0);
    expect("buttons are not", !(await page.locator("button.copy").first().isVisible()));
    await page.context().close();
  },

  async "forced colours leave the light visible"() {
    const page = await open({ forcedColors: "active" });
    await page.goto(url("connection.html"));
    await page.locator("#connection-1-keep-alive").hover();
    const outline = await page.locator(".bytes a.lit").first().evaluate((e) => getComputedStyle(e).outlineStyle);
    expect("a lit byte has an outline", outline === "solid", outline);
    await page.context().close();
  },

  async "no chapter is heavy"() {
    let heaviest = ["", 0];
    for (const name of pages) {
      const html = readFileSync(join(folder, name), "utf8");
      const parts = [...html.matchAll(/(?:href|src)="((?!http|data:)[^"#]+\.(?:css|js))"/g)].map((match) => match[1]);
      const files = [...new Set(parts)].filter((path) => !/searchindex|elasticlunr|mark\.min|fonts/.test(path));
      const size = [name, ...files].reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0);
      if (size > heaviest[1]) heaviest = [name, size];
    }
    console.log(`heaviest page: ${heaviest[0]}, ${(heaviest[1] / 1000).toFixed(1)} kB compressed, with styles and scripts`);
    expect("below 150 kB", heaviest[1] < 150_000, heaviest.join(" "));
  },

  async "the search finds fields, rules and Wireshark's names"() {
    if (!served) return;
    const page = await open();
    await page.goto(`${served}/welcome.html`);
    await page.locator("#mdbook-search-toggle").click();
    for (const [wanted, found] of [
      ["keep alive", "Every field » Keep Alive"],
      ["mqtt.kalive", "Every field » Keep Alive"],
      ["MQTT-3.1.2-24", "The rules » MQTT-3.1.2-24"],
    ]) {
      await page.locator("#mdbook-searchbar").fill("");
      await page.locator("#mdbook-searchbar").pressSequentially(wanted);
      const result = page.locator("#mdbook-searchresults a", { hasText: found }).first();
      await result.waitFor({ timeout: 10_000 }).catch(() => expect(`${wanted} is found`, false));
    }
    await page.context().close();
  },

  async "each scenario runs with what its reader chose"() {
    if (!served) return;
    const page = await open();
    const chosen = [
      ["your-own", "first-packets", { filter: "garden/#", qos: "2" }, "bob gets nothing", "qos"],
      ["connection", "connection", { client: "dora", "keep-alive": "1" }, "Before the 1 second", "keep-alive"],
      ["last-will", "last-will", { "will-qos": "1", ending: "disconnect" }, "bob hears of nothing", "will-qos"],
      ["subscribe", "subscribe", { filter: "home/#", qos: "2" }, "home/# at QoS 2", "requested-qos-level"],
      ["publish", "publish", { qos: "2", retain: "1", payload: "more" }, "before the PUBREC comes", "retain"],
      ["qos", "qos", { published: "2", subscribed: "1", payload: "hi" }, "That makes one pair", "application-message"],
      ["retained", "retained", { payload: "", qos: "1" }, "early comes, and gets nothing", "qos"],
      ["session", "session", { "clean-session": "1" }, "Session Present 0", "clean-session"],
      ["stealing", "stealing", { second: "alice2" }, "nobody has to go", "client-identifier"],
      ["authentication", "authentication", { password: "devday" }, "a password that is right", "password"],
      ["tls", "tls", { payload: "a longer one" }, "can be seen of the message", "application-message"],
      ["request-reply", "request-reply", { question: "Who is there?", qos: "1" }, "WHO IS THERE?", "qos"],
    ];
    for (const [chapter, scenario, values, words, field] of chosen) {
      await page.goto(`${served}/${chapter}.html`);
      const box = page.locator(`[data-live=run][data-scenario=${scenario}]`);
      const result = box.locator(".result");
      await box.getByText("Change something first").click();
      for (const [name, value] of Object.entries(values)) {
        const control = box.locator(`[name="${name}"]`);
        const isChoice = await control.evaluate((e) => e.tagName === "SELECT");
        await (isChoice ? control.selectOption(value) : control.fill(value));
      }
      await box.locator("button[type=submit]").click();
      await result.locator(".over, .failed").first().waitFor();
      const said = (await result.textContent()).replace(/\s+/g, " ");
      expect(`${scenario} runs to its end`, said.includes("To remember"), said.slice(-200));
      expect(`${scenario} tells what was chosen`, said.includes(words), words);
      const changed = result.locator(`tr.changed[id$="-${field}"]`).first();
      await changed.evaluate((row) => (row.closest("details").open = true)).catch(() => {});
      expect(`${scenario}: ${field} is marked`, await changed.isVisible());
      expect(`${scenario}: it says what is usual`, await changed.locator(".usual").isVisible());
      const packet = result.locator("figure.packet", { has: page.locator(`tr.changed[id$="-${field}"]`) }).first();
      expect(`${scenario}: its bytes are lit`, (await packet.locator(".bytes td.changed").count()) > 0);
      const usual = Object.keys(values)[0];
      await box.locator("button[type=reset]").click();
      const isReset = await box.locator(`[name="${usual}"]`).evaluate((e) => e.value === (e.defaultValue ?? [...e.options].find((option) => option.defaultSelected).value));
      expect(`${scenario}: the usual comes back`, isReset);
    }
    await page.goto(`${served}/publish.html`);
    const publish = page.locator("[data-live=run]");
    await publish.locator("button[type=submit]").click();
    await publish.getByText("To remember").waitFor();
    expect("as usual nothing is marked", (await publish.locator(".changed-line").count()) === 0);
    await publish.getByText("Change something first").click();
    await publish.locator("[name=topic]").fill("a/#");
    await publish.locator("button[type=submit]").click();
    await publish.locator(".failed", { hasText: "topic: " }).waitFor();
    await page.evaluate(axe);
    const violations = await findings(page);
    expect("axe finds nothing in the form", violations.length === 0, violations.map(({ id, nodes }) => `${id} ${nodes[0].html.slice(0, 120)}`).join("; "));
    await page.context().close();
  },

  async "what runs in the page runs"() {
    if (!served) return;
    const page = await open();
    const result = (kind) => page.locator(`[data-live=${kind}] .result`).first();
    const submit = (kind) => page.locator(`[data-live=${kind}] button[type=submit]`).first().click();

    await page.goto(`${served}/welcome.html`);
    await submit("run");
    await result("run").getByText("To remember").waitFor();
    await result("run").locator("summary", { hasText: "PUBLISH" }).first().click();
    expect("a packet that ran opens", await result("run").locator("details[open] .inspector").isVisible());

    await page.goto(`${served}/connection.html`);
    await page.locator("[data-live=flip] select[name=byte]").selectOption("9");
    const bits = await page.locator("[data-live=flip] select[name=bit] option").allTextContents();
    expect("each bit says whose it is", bits[6] === "1: Clean Session, 1", bits.join(" "));
    await page.locator("[data-live=flip] select[name=bit]").selectOption("0");
    await submit("flip");
    await result("flip").getByText("The broker closed the Network Connection.").waitFor();
    await result("flip").locator("summary").first().click();
    expect("the rule is named", await result("flip").getByText("[MQTT-3.1.2-3]").first().isVisible());

    await page.goto(`${served}/your-own.html`);
    await page.locator("textarea").fill("d0 00");
    await submit("decode");
    await result("decode").getByText("PINGRESP").first().waitFor();
    const download = page.waitForEvent("download");
    await page.goto(`${served}/publish.html`);
    await page.locator(".capture a").click();
    const capture = await (await download).path();
    await page.goto(`${served}/your-own.html`);
    await page.locator("input[type=file]").setInputFiles(capture);
    await result("decode").locator("summary", { hasText: "PUBREL" }).first().waitFor();
    await page.reload();
    const dropped = readFileSync(capture).toString("base64");
    await page.locator("[data-live=decode]").evaluate((place, dropped) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(atob(dropped), (c) => c.charCodeAt(0))], "own.pcapng"));
      place.querySelector("form").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, dropped);
    await result("decode").locator("summary", { hasText: "PUBCOMP" }).first().waitFor();
    await page.evaluate(axe);
    const violations = await findings(page);
    expect("axe finds nothing in what ran", violations.length === 0, violations.map(({ id, nodes }) => `${id} ${nodes[0].html.slice(0, 120)}`).join("; "));
    await page.context().close();
  },
};

const wanted = process.env.ONLY ?? ""; // a part of the name of a check, while one works on it
for (const [name, check] of Object.entries(checks).filter(([name]) => name.includes(wanted))) {
  const before = failures.length;
  const start = Date.now();
  try {
    await check();
  } catch (error) {
    expect(name, false, error.message.slice(0, 400));
  }
  console.log(`${failures.length === before ? "good" : "BAD "}  ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}
await browser.close();
const seen = new Map();
for (const failure of failures) seen.set(failure, (seen.get(failure) ?? 0) + 1);
for (const [failure, count] of seen) console.log(`  ${failure}${count > 1 ? ` (${count} times)` : ""}`);
process.exit(failures.length ? 1 : 0);

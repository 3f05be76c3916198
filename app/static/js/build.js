// Follows the events of one build and shows them. All texts go in as text, never as markup.
import { at, element, seconds, size } from "./write.js";

const page = document.getElementById("build");
const name = page.dataset.name;
const part = (id) => document.getElementById(id);
const steps = new Map();
const layers = new Map();
const systems = JSON.parse(page.dataset.systems);
const nameOf = (target) => systems[target] ?? (target || "For all");
let platform = null; // whose part of the build is told just now; empty for this machine's
let measured = null; // whose sizes are shown: they are nearly the same on all
let lines = 0;
let over = false;

const here = [
  ["player", "Prepare the player"], ["site", "Lay the packages"], ["app", "Lay your files"],
  ["verify", "Start it and compare"], ["window", "Open its window"], ["artifacts", "Write the results"],
];
for (const [id, title] of [["find", "Find the app"], ...(page.dataset.buildsHere ? here : [])]) {
  step(id, title).dataset.state = "pending";
}

function step(id, title) {
  if (!steps.has(id)) {
    const row = element("li", { id: `step-${id}` },
      element("span", { class: "mark", "aria-hidden": "true" }), element("span", { class: "step-title" }),
      element("span", { class: "step-time" }), element("span", { class: "step-detail" }));
    steps.set(id, row);
    part("steps").append(row);
  }
  const row = steps.get(id);
  if (title) at(row, "step-title").textContent = title;
  return row;
}

function heading(target) {
  const row = element("li", { class: "system" }, nameOf(target));
  row.dataset.state = "end";
  [...part("steps").children].filter((other) => other.dataset.state !== "pending").pop().after(row);
}

function showStep(event) {
  const target = event.id.includes("/") ? event.id.split("/")[0] : "";
  if (target !== (platform ?? "")) heading(target);
  platform = target;
  const row = step(event.id, target ? event.title.replace(` for ${target}`, "") : event.title);
  row.dataset.state = event.state;
  if (event.state === "begin") {
    row.dataset.since = event.at;
    // A step that begins after a later one has, moves behind it: steps stand in their true order.
    const rows = [...part("steps").children];
    const last = rows.filter((other) => other.dataset.state !== "pending").pop();
    if (last !== row) last.after(row);
    part("said").textContent = event.title;
  } else {
    at(row, "mark").textContent = "✓";
    at(row, "step-time").textContent = seconds(event.seconds);
    at(row, "step-detail").textContent = event.detail ?? "";
  }
}

function showSize(event) {
  measured ??= platform;
  if (platform !== measured) return;
  layers.set(event.layer, event);
  const known = [["player", "Player", "Python and window"], ["site", "Site", "packages"], ["app", "App", "your files"]];
  const shown = known.filter(([layer]) => layers.has(layer));
  const parts = [...layers.values()].flatMap((layer) => layer.parts ?? []).sort((a, b) => b.bytes - a.bytes).slice(0, 7);
  part("sizes").hidden = false;
  part("size-total").textContent = size([...layers.values()].reduce((sum, layer) => sum + layer.bytes, 0));
  part("layers").replaceChildren(...shown.map(([layer]) => {
    const piece = element("span", { class: `layer-${layer}` });
    piece.style.flexGrow = layers.get(layer).bytes;
    return piece;
  }));
  part("legend").replaceChildren(...shown.map(([layer, title, what]) => element("li", {},
    element("i", { class: `layer-${layer}` }), element("span", {}, `${title} `, element("small", {}, what)),
    element("span", { class: "amount" }, size(layers.get(layer).bytes)))));
  part("parts").replaceChildren(...parts.map((one) => {
    const fill = element("span");
    fill.style.width = `${100 * one.bytes / (parts[0].bytes || 1)}%`;
    return element("li", {}, element("span", { class: "name" }, one.name, " ", element("small", {}, one.version ?? "")),
      element("span", { class: "meter", "aria-hidden": "true" }, fill), element("span", { class: "amount" }, size(one.bytes)));
  }));
}

function showFact(event) {
  part("facts-card").hidden = false;
  part("facts").append(element("dt", {}, event.title), element("dd", {}, event.detail ?? ""));
}

function showWarning(event) {
  part("warnings").append(element("section", { class: "note warn" },
    element("div", {}, element("h2", {}, event.title), element("p", {}, event.detail ?? ""))));
}

function showLog(event) {
  const log = part("log-lines");
  const low = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(`${event.line}\n`);
  lines += 1;
  part("log").hidden = false;
  part("log-count").textContent = lines;
  if (low) log.scrollTop = log.scrollHeight;
}

function showError(event) {
  part("failed-message").textContent = event.message;
  part("failed-todo").textContent = event.todo ?? "";
}

function showDone(event) {
  const found = new Map();
  for (const one of event.artifacts ?? []) {
    const target = one.platform ?? page.dataset.here;
    found.set(target, [...(found.get(target) ?? []), one]);
  }
  part("artifacts").replaceChildren(...[...found].flatMap(([target, some]) => [
    found.size > 1 ? element("h3", { class: "system" }, nameOf(target)) : "",
    element("ul", { class: "artifacts" }, ...some.map(artifact)),
  ]));
  part("friends").hidden = part("friends-hint").hidden = !event.handout;
}

function artifact(one) {
  return element("li", {},
    element("bdi", { class: "file" }, one.path), element("span", { class: "amount" }, size(one.bytes)),
    one.sha256 ? element("span", { class: "checksum" }, element("span", {}, `sha256 ${one.sha256}`),
      element("button", { class: "link", type: "button", "data-copy": one.sha256 }, "Copy")) : "");
}

function showEnd(event) {
  over = true;
  // Said only where it is so: a build may be told not to compare.
  if (steps.get("verify")?.dataset.state === "end") part("done-proof").textContent = "Built, started, and compared with its source.";
  stream.close();
  part("cancel").hidden = true;
  const [title, tab] = {
    done: [`${name} is ready`, `✓ ${name}`],
    cancelled: ["The build was cancelled", `Cancelled: ${name}`],
    failed: [`${name} could not be built`, `Failed: ${name}`],
  }[event.outcome];
  part("title").textContent = title;
  part("said").textContent = title;
  document.title = `${tab} · Studio`;
  for (const row of steps.values()) {
    if (row.dataset.state === "pending") row.remove();
    if (row.dataset.state !== "begin") continue;
    row.dataset.state = "stopped";
    at(row, "mark").textContent = "×";
    at(row, "step-time").textContent = "";
  }
  if (!part("steps").children.length) part("steps").closest(".card").hidden = true;
  part("elapsed").textContent = `${event.outcome === "done" ? "Built in" : "Ended after"} ${seconds(event.seconds)}`;
  part("done").hidden = event.outcome !== "done";
  part("failed").hidden = event.outcome === "done";
  if (event.outcome === "cancelled") {
    part("failed").className = "card";
    part("failed-title").textContent = "Cancelled";
    showError({ message: "Nothing half-made was left behind. Build again whenever you like." });
  }
  if (event.outcome === "failed" && lines) part("log").open = true;
}

const show = {
  step: showStep, size: showSize, fact: showFact, warning: showWarning, log: showLog, error: showError,
  done: showDone, end: showEnd,
  cancelling: () => { part("cancel").querySelector("button").disabled = true; part("title").textContent = `Stopping ${name} …`; },
};

const stream = new EventSource(page.dataset.events);
stream.onmessage = (message) => {
  const event = JSON.parse(message.data);
  show[event.event]?.(event);
};
stream.onopen = () => { if (!over) part("cancel").hidden = false; };
stream.onerror = () => {
  if (!over) part("elapsed").textContent = "The connection to Studio was lost. Trying again …";
};

setInterval(() => {
  if (over || stream.readyState !== EventSource.OPEN) return;
  const now = Math.max(0, Date.now() / 1000 - page.dataset.started);
  part("elapsed").textContent = seconds(now);
  for (const row of steps.values()) {
    if (row.dataset.state === "begin") at(row, "step-time").textContent = seconds(Math.max(0, now - row.dataset.since));
  }
}, 250);

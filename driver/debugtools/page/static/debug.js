// The live log with filters, pause and download. Records are only ever shown as text.
import { callDriver, fetchLogs, loggedIn, logIn, logOut, openStream, Unknown } from "/page/logs.js";
import { Records } from "/page/records.js";
import { Traces } from "/page/trace.js";

const at = (id) => document.getElementById(id);
const filters = ["level", "logger", "asset", "text"];
const records = new Records(at("records"), at("scroll"));
const traces = new Traces(at("topics"), at("traced"), at("minutes"), () => at("asset").value.trim());
let socket = null;
let timer = null;
let generation = 0;

/** Reload with the current filters: existing records first, then the stream. */
async function begin() {
  const mine = ++generation;
  clearTimeout(timer);
  socket?.close();
  const wanted = Object.fromEntries(filters.map((name) => [name, at(name).value.trim()]));
  const known = new URLSearchParams(location.hash.slice(1));
  for (const name of filters) {
    if (wanted[name]) known.set(name, wanted[name]);
    else known.delete(name);
  }
  history.replaceState(null, "", known.size ? `#${known}` : location.pathname);
  try {
    await who();
    const page = await fetchLogs(wanted);
    if (mine !== generation) return;
    records.replace(page.items);
    follow(mine, wanted, page.next);
  } catch (error) {
    if (mine !== generation) return;
    if (error instanceof Unknown) return ask();
    lost(error.detail ?? "The driver does not answer.");
  }
}

/** Show the current user and role, and the link to the console. */
async function who() {
  const { user, role, consolePort } = await callDriver("GET", "/api/info");
  at("user").textContent = loggedIn() ? `${user} (${role})` : "";
  at("logout").hidden = !loggedIn();
  at("console").href = `${location.protocol}//${location.hostname}:${consolePort}/`;
}

/** Load the assets to choose from; on standby there are none. */
async function choices() {
  const { items } = await callDriver("GET", "/api/assets").catch(() => ({ items: [] }));
  at("assets").replaceChildren(...items.map(({ assetId, caption }) => new Option(caption, assetId)));
}

function follow(mine, wanted, since) {
  socket = openStream(wanted, since);
  socket.onopen = () => state();
  socket.onmessage = (message) => {
    if (mine !== generation) return;
    const frame = JSON.parse(message.data);
    if (frame.type === "goodbye") return;
    records.add(frame);
    state();
  };
  socket.onclose = () => {
    if (mine === generation) lost("The connection to the driver was lost.");
  };
}

function lost(why) {
  at("state").textContent = `${why} The records shown are not live. Retrying every 3 s.`;
  document.body.classList.add("lost");
  timer = setTimeout(begin, 3000);
}

function state() {
  document.body.classList.remove("lost");
  const held = records.held ? `Paused, ${records.held} new.` : records.paused ? "Paused." : "Live.";
  at("state").textContent = `${held} ${records.all.length} records.`;
}

function ask() {
  if (!at("login").open) at("login").showModal();
}

function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Run a button's action; a refusal by the driver is shown next to the button. */
async function asked(doing, place) {
  try {
    await doing();
  } catch (error) {
    if (error instanceof Unknown) return ask();
    place.textContent = error.detail ?? "The driver does not answer.";
  }
}

function show(title) {
  at("answer-title").textContent = title;
  at("answer-text").textContent = "";
  at("answer").showModal();
}

function add(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  at("answer-text").append(element);
  return element;
}

async function why() {
  const asset = at("asset").value.trim();
  show(asset ? `Why ${asset} has this status` : "Enter an asset in the filter first");
  if (!asset) return;
  const { sentences, ...facts } = await callDriver("GET", `/api/why/${encodeURIComponent(asset)}`);
  for (const sentence of sentences) add("p", sentence);
  const details = add("details", "");
  const [summary, pre] = [document.createElement("summary"), document.createElement("pre")];
  summary.textContent = "All details";
  pre.textContent = JSON.stringify(facts, null, 2);
  details.append(summary, pre);
}

async function texts() {
  const sought = at("sought").value.trim();
  show("What happened to the message");
  const { items } = await callDriver("GET", `/api/stories?${new URLSearchParams({ q: sought })}`);
  if (!items.length) add("p", `No message matches ${sought}.`);
  for (const { executionId, sentences } of items) {
    add("h3", `Execution ${executionId}`);
    for (const sentence of sentences) add("p", sentence);
  }
}

async function selftest() {
  show("Self-test");
  const { findings } = await callDriver("POST", "/api/selftest");
  const line = (found) => `${found.verdict.padEnd(8)} ${found.about}: ${found.words}${found.remedy && ` (${found.remedy})`}`;
  add("pre", findings.map(line).join("\n"));
}

for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
  if (filters.includes(name)) at(name).value = value;
}
let typing = null;
at("filters").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(begin, 250);
});
at("filters").addEventListener("submit", (event) => event.preventDefault());
at("pause").addEventListener("click", () => {
  records.pause(!records.paused);
  at("pause").setAttribute("aria-pressed", String(records.paused));
  at("pause").textContent = records.paused ? "Resume" : "Pause";
  state();
});
at("clear").addEventListener("click", () => {
  records.replace([]);
  state();
});
at("ndjson").addEventListener("click", () => download("driver-log.ndjson", "application/x-ndjson", records.ndjson()));
at("plain").addEventListener("click", () => download("driver-log.txt", "text/plain", records.text()));
at("report").addEventListener("click", () =>
  asked(async () => {
    const report = await callDriver("GET", "/api/diagnostics");
    download("driver-report.json", "application/json", JSON.stringify(report, null, 2));
  }, at("state")),
);
at("why").addEventListener("click", () => asked(why, at("answer-text")));
at("texts").addEventListener("submit", (event) => {
  event.preventDefault();
  asked(texts, at("answer-text"));
});
at("logout").addEventListener("click", async () => {
  await logOut();
  generation++;
  clearTimeout(timer);
  socket?.close();
  records.replace([]);
  at("user").textContent = "";
  at("logout").hidden = true;
  at("state").textContent = "Logged out.";
  ask();
});
at("asset").addEventListener("focus", choices);
at("selftest").addEventListener("click", () => asked(selftest, at("answer-text")));
at("tracing").addEventListener("toggle", () => asked(() => traces.look(), at("traced")));
at("trace-form").addEventListener("submit", (event) => {
  event.preventDefault();
  asked(() => traces.begin(), at("traced"));
});
at("untrace").addEventListener("click", () => asked(() => traces.stop(), at("traced")));
// Reopen the dialog after Escape, because the page needs a login.
at("login").addEventListener("close", () => !loggedIn() && ask());
at("login-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("wrong").textContent = "";
  try {
    await logIn(at("username").value, at("password").value);
    at("password").value = "";
    at("login").close();
    begin();
  } catch (error) {
    at("wrong").textContent = error.detail ?? "The driver does not answer.";
  }
});
begin();

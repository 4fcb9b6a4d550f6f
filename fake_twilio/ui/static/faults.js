// Faults: add them with a form, watch how often they match, remove them. The form is generated from the fake's table of faults.

import { Refused, at, get, post, remove } from "./api.js";
import { button, el, field, toast } from "./dom.js";
import { hear, loadFaults, store } from "./store.js";

const PHASES = {
  request: "Before the request is processed",
  response: "In the response to a processed request",
  delivery: "On the way to the handset",
  callback: "Receipts (status callbacks)",
  inbound_webhook: "Webhooks for incoming messages",
};
const READY = [
  ["503 once", { effect: { type: "http_error", status: 503 }, match: { operation: "messages.create" } }],
  ["Lost response", { effect: { type: "reset_after" }, match: { operation: "messages.create" } }],
  ["Rate limit", { effect: { type: "rate_limit", retry_after: 2 }, match: { operation: "messages.create" } }],
  ["Unreachable handset", { effect: { type: "delivery", status: "undelivered", error_code: 30003 } }],
  ["Hold a message", { effect: { type: "hold", at: "queued" } }],
  ["Lose a receipt", { effect: { type: "callback_drop" } }],
];

/** An effect's label: `http_error` is "HTTP error". */
const named = (type) => (type.charAt(0).toUpperCase() + type.slice(1)).replaceAll("_", " ").replace(/^Http/, "HTTP");

const asLines = (headers) => Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** Parse lines such as `Retry-After: 5`. */
function asHeaders(lines) {
  const pairs = lines.split(/[\n;]/).filter((line) => line.trim()).map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) || line);
  const wrong = pairs.find((pair) => typeof pair === "string");
  if (wrong !== undefined) throw new Error(`“${wrong}” is not a header such as “Retry-After: 5”`);
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}

/** Parse yes or no. */
function asFlag(text) {
  if (/^(yes|true|on|1)$/i.test(text.trim())) return true;
  if (/^(no|false|off|0)$/i.test(text.trim())) return false;
  throw new Error(`“${text}” is not yes or no`);
}

export function faults(place) {
  const list = el("ul", { class: "planted", "aria-label": "Active faults" });
  const none = el("p", { class: "empty" }, "No active faults: everything works normally.");
  const clear = button("Remove all", () => act(() => remove("/faults")), { class: "quiet" });
  const ready = el("div", { class: "ready" }, ...READY.map(([name, fault]) => button(name, () => act(() => post("/faults", fault)))));
  const form = el("form", { class: "fault-form" });
  place.append(
    el("div", { class: "head" }, el("h2", {}, "Active faults"), clear), none, list,
    el("h2", {}, "Common faults"), ready,
    el("h2", {}, "Custom fault"), form,
  );

  async function act(work) {
    try {
      await work();
      await loadFaults();
    } catch (error) {
      toast(error.message);
    }
  }

  function draw() {
    none.hidden = store.faults.length > 0;
    clear.hidden = store.faults.length === 0;
    list.replaceChildren(...store.faults.map(planted));
  }

  function planted(fault) {
    const keys = Object.entries(fault.effect).filter(([name, value]) => name !== "type" && value !== null && value !== "" && value !== 0 && JSON.stringify(value) !== "{}");
    const spent = fault.times !== null && fault.applied >= fault.times;
    const match = Object.entries(fault.match).filter(([name, value]) => !(name === "operation" && value === "*"));
    return el("li", { class: spent ? "spent" : "", "data-fault": fault.id },
      el("div", {},
        el("b", { title: fault.effect.type }, named(fault.effect.type)), " ", el("span", { class: "rest" }, keys.map(([name, value]) => `${name.replaceAll("_", " ")} ${typeof value === "object" ? asLines(value).join(", ") : value}`).join(", ")),
        el("p", { class: "rest" }, `${fault.id} · ${match.length ? match.map(([name, value]) => `${name} ${value}`).join(", ") : "everything it applies to"}${fault.after ? `, after ${fault.after}` : ""}${fault.probability < 1 ? `, probability ${fault.probability}` : ""}`),
      ),
      el("span", { class: "counts", "aria-label": `matched ${fault.matched} times, applied ${fault.applied} times` }, el("b", {}, `${fault.applied}`), ` / ${fault.times === null ? "∞" : fault.times}`, el("small", {}, `matched ${fault.matched}`)),
      button("✕", () => act(() => remove(at("faults", fault.id))), { class: "quiet", "aria-label": `Remove ${fault.id}` }),
    );
  }

  hear("faults", draw);
  get("/faults/effects").then((table) => fill(form, table), (error) => toast(error.message));
}

function fill(form, { effects, operations }) {
  const choice = el("select", { name: "type", onchange: describe },
    ...Object.entries(PHASES).map(([phase, title]) => el("optgroup", { label: title }, ...effects.filter((each) => each.phase === phase).map((each) => el("option", { value: each.type }, `${named(each.type)} (${each.type})`)))));
  const does = el("p", { class: "does" });
  const keys = el("div", { class: "grid" });
  const operation = el("select", {});
  const to = el("input", { type: "tel", placeholder: "any" });
  const from = el("input", { type: "tel", placeholder: "any" });
  const body = el("input", { type: "text", placeholder: "any, or a regular expression" });
  const times = el("input", { type: "number", min: "1", placeholder: "always", value: "1" });
  const after = el("input", { type: "number", min: "0", value: "0" });
  const chance = el("input", { type: "number", min: "0", max: "1", step: "any", value: "1" });
  const wrong = el("p", { class: "why", role: "alert", hidden: true });
  form.append(
    field("What goes wrong", choice), does, keys,
    el("fieldset", {}, el("legend", {}, "When"), el("div", { class: "grid" },
      field("Operation", operation), field("To", to), field("From", from), field("Text", body),
      field("How often", times), field("Skip first", after), field("Probability", chance))),
    wrong, el("button", { type: "submit", class: "primary" }, "Add the fault"));

  const chosen = () => effects.find((each) => each.type === choice.value);
  function describe() {
    const effect = chosen();
    does.textContent = effect.does.replaceAll("`", "");
    keys.replaceChildren(...effect.keys.map((key) => field(key.name, el("input", {
      name: key.name, "data-type": key.type, required: key.required, type: ["integer", "number"].includes(key.type) ? "number" : "text",
      step: key.type === "integer" ? "1" : "any", placeholder: key.default === null ? (key.type === "object" ? 'Retry-After: 5; X-Other: value' : "") : key.type === "boolean" ? (key.default ? "yes" : "no") : String(key.default),
    }))));
    const asPattern = (where) => new RegExp(`^${where.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
    const fitting = operations.filter((name) => effect.where.some((where) => asPattern(where).test(name)));
    operation.replaceChildren(el("option", { value: "" }, "any"), ...fitting.map((name) => el("option", { value: name }, name)));
    if (fitting.includes("messages.create")) operation.value = "messages.create";
  }
  choice.value = "http_error";
  describe();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    try {
      const effect = { type: choice.value };
      for (const input of keys.querySelectorAll("input")) {
        if (input.value === "") continue;
        effect[input.name] = { integer: Number, number: Number, object: asHeaders, boolean: asFlag, text: String }[input.dataset.type](input.value);
      }
      const match = Object.fromEntries(Object.entries({ operation: operation.value, to: to.value, from: from.value, body: body.value }).filter(([, value]) => value));
      await post("/faults", { effect, match, times: times.value === "" ? null : Number(times.value), after: Number(after.value || 0), probability: chance.value === "" ? 1 : Number(chance.value) });
      await loadFaults();
    } catch (error) {
      wrong.textContent = error instanceof Refused ? error.message : error.message;
      wrong.hidden = false;
    }
  });
}

// The live timeline: messages, requests and webhooks, newest first; each opens to its raw exchange.

import { el, framed, toast } from "./dom.js";
import { entry } from "./entry.js";
import { hear, store } from "./store.js";

const SHOWN = 250;
const KINDS = { message: "Messages", request: "Requests", webhook: "Webhooks" };

export function timeline(place, { editWebhook }) {
  const rows = new Map();
  const wanted = { text: "", kinds: new Set(Object.keys(KINDS)) };
  const list = el("ol", { class: "events", "aria-label": "Events, newest first" });
  const search = el("input", { type: "search", placeholder: "Find a number, text, status…", "aria-label": "Find in the timeline", oninput: () => ((wanted.text = search.value.trim().toLowerCase()), sift()) });
  const kinds = Object.entries(KINDS).map(([kind, name]) =>
    el("label", { class: `kind ${kind}` }, el("input", { type: "checkbox", checked: true, onchange: (event) => ((event.target.checked ? wanted.kinds.add(kind) : wanted.kinds.delete(kind)), sift()) }), name),
  );
  const none = el("p", { class: "empty", role: "status", hidden: true });
  const empty = el("p", { class: "empty" }, "Nothing has happened yet. Send a message from a phone or through the API.");
  place.append(el("div", { class: "sieve" }, search, el("div", { class: "kinds" }, ...kinds)), empty, none, list);

  const key = (kind, id) => `${kind} ${id}`;
  const fits = (row) => wanted.kinds.has(row.kind) && (!wanted.text || row.words.includes(wanted.text));
  const sift = () => {
    for (const row of rows.values()) row.element.hidden = !fits(row);
    found();
  };
  const found = framed(() => {
    const some = [...rows.values()].some((row) => !row.element.hidden);
    none.hidden = some || !rows.size;
    none.textContent = wanted.text ? `Nothing found for “${search.value.trim()}”.` : "No events of the selected kinds.";
  });

  function put(kind, id, facts, top = true) {
    const known = rows.get(key(kind, id));
    if (known) {
      known.update(facts);
      known.element.hidden = !fits(known);
      found();
      return known;
    }
    const above = rows.get(list.firstElementChild?.dataset.key);
    if (top && above?.folds(kind, facts)) {
      above.fold(id, facts);
      rows.set(key(kind, id), above);
      return above;
    }
    const row = entry(kind, id, facts, { editWebhook });
    rows.set(key(kind, id), row);
    row.element.hidden = !fits(row);
    if (top) list.prepend(row.element);
    else list.append(row.element);
    if (list.childElementCount > SHOWN) {
      const oldest = list.lastElementChild;
      for (const [name, each] of rows) if (each.element === oldest) rows.delete(name);
      oldest.remove();
    }
    empty.hidden = true;
    found();
    return row;
  }

  hear("all", ({ requests, webhooks }) => {
    rows.clear();
    list.replaceChildren();
    const everything = [
      ...[...messagesOf()].map((each) => ["message", each.sid, each]),
      ...requests.map((each) => ["request", each.number, each]),
      ...webhooks.map((each) => ["webhook", each.number, each]),
    ].sort(([kind, , facts], [otherKind, , others]) => (precedes(kind, facts, otherKind, others) ? -1 : 1));
    for (const [kind, id, facts] of everything.slice(-SHOWN)) put(kind, id, facts);
    empty.hidden = rows.size > 0;
  });
  hear("message", (message) => put("message", message.sid, message));
  hear("request", (request) => put("request", request.number, request));
  hear("webhook", (webhook) => put("webhook", webhook.number, webhook));

  return {
    open(kind, id) {
      search.value = wanted.text = "";
      sift();
      const row = rows.get(key(kind, id));
      if (!row) return toast("This entry is no longer in the timeline");
      row.element.hidden = false;
      row.details.open = true;
      row.element.scrollIntoView({ block: "nearest" });
      row.details.querySelector("summary").focus();
    },
  };
}

/** The numbers in each kind of entry: its own, and those of earlier entries. */
const NUMBERS = {
  message: (facts) => [facts.number],
  request: (facts) => [facts.messages_before, facts.number],
  webhook: (facts) => [facts.messages_before, facts.requests_before, facts.number],
};

/** Return whether one event came before another in the order received; many share a timestamp. */
function precedes(kind, facts, otherKind, others) {
  const ours = NUMBERS[kind](facts);
  const theirs = NUMBERS[otherKind](others);
  if (ours.length > theirs.length) return !precedes(otherKind, others, kind, facts);
  const own = ours.length - 1;
  return ours.length === theirs.length ? ours[own] < theirs[own] : ours[own] <= theirs[own];
}

const messagesOf = () => store.messages.values();

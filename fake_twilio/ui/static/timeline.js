// What happens, as it happens: messages, requests and webhooks, the newest on top, each opening to its raw exchange.

import { at, get, post } from "./api.js";
import { brief, button, copy, el, longTime, spoken, toast } from "./dom.js";
import { webhookCurl, requestCurl } from "./curl.js";
import { hear, store } from "./store.js";

const SHOWN = 250;
const FOLDED = 50;
const KINDS = { message: "Messages", request: "Requests", webhook: "Webhooks" };

export function timeline(place, { mend }) {
  const rows = new Map();
  const wanted = { text: "", kinds: new Set(Object.keys(KINDS)) };
  const list = el("ol", { class: "events", "aria-label": "What happened, the newest first" });
  const search = el("input", { type: "search", placeholder: "Find a number, text, status…", "aria-label": "Find in the timeline", oninput: () => ((wanted.text = search.value.trim().toLowerCase()), sift()) });
  const kinds = Object.entries(KINDS).map(([kind, name]) =>
    el("label", { class: `kind ${kind}` }, el("input", { type: "checkbox", checked: true, onchange: (event) => ((event.target.checked ? wanted.kinds.add(kind) : wanted.kinds.delete(kind)), sift()) }), name),
  );
  const empty = el("p", { class: "empty" }, "Nothing has happened yet. Send a text from a phone, or through the API.");
  place.append(el("div", { class: "sieve" }, search, el("div", { class: "kinds" }, ...kinds)), empty, list);

  const key = (kind, id) => `${kind} ${id}`;
  const fits = (row) => wanted.kinds.has(row.kind) && (!wanted.text || row.words.includes(wanted.text));
  const sift = () => {
    for (const row of rows.values()) row.element.hidden = !fits(row);
  };

  function put(kind, id, facts, top = true) {
    const known = rows.get(key(kind, id));
    if (known) {
      known.update(facts);
      known.element.hidden = !fits(known);
      return known;
    }
    const above = rows.get(list.firstElementChild?.dataset.key);
    if (top && above?.folds(kind, facts)) {
      above.fold(id, facts);
      rows.set(key(kind, id), above);
      return above;
    }
    const row = entry(kind, id, facts, { mend });
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
    return row;
  }

  hear("all", ({ requests, webhooks }) => {
    rows.clear();
    list.replaceChildren();
    const everything = [
      ...requests.map((each) => ["request", each.number, each, each.at]),
      ...[...messagesOf()].map((each) => ["message", each.sid, each, each.date_created]),
      ...webhooks.map((each) => ["webhook", each.number, each, each.at]),
    ].sort((one, other) => (one[3] < other[3] ? -1 : one[3] > other[3] ? 1 : 0));
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
      if (!row) return toast("That is no longer in the timeline");
      row.element.hidden = false;
      row.details.open = true;
      row.element.scrollIntoView({ block: "nearest" });
      row.details.querySelector("summary").focus();
    },
  };
}

const messagesOf = () => store.messages.values();

const LOOKS = {
  message: {
    time: (facts) => facts.date_updated,
    line: (facts) => [facts.direction === "inbound" ? "in" : "out", `${brief(facts.from)} → ${brief(facts.to)}`, facts.body],
    state: (facts) => [facts.status + (facts.error_code ? ` ${facts.error_code}` : ""), { delivered: "good", received: "good", read: "good", failed: "bad", undelivered: "bad" }[facts.status] || "busy"],
  },
  request: {
    time: (facts) => facts.at,
    line: (facts) => ["api", facts.operation || facts.method, facts.operation ? `${facts.method} ${facts.target}` : facts.target],
    state: (facts) => [facts.status || "no answer", facts.status && facts.status < 400 ? "good" : "bad"],
  },
  webhook: {
    time: (facts) => facts.at,
    line: (facts) => ["hook", facts.kind === "callback" ? `receipt: ${facts.event}` : "incoming text", facts.url],
    state: (facts) => [facts.status || "failed", facts.status && facts.status < 300 ? "good" : "bad"],
  },
};

function entry(kind, id, facts, { mend }) {
  const look = LOOKS[kind];
  const time = el("time");
  const tag = el("span", { class: `tag ${kind}` });
  const what = el("b");
  const rest = el("span", { class: "rest" });
  const state = el("span", { class: "state" });
  const times = el("span", { class: "times", hidden: true });
  const folded = [id];
  const fault = el("span", { class: "fault", hidden: true });
  const body = el("div", { class: "raw" });
  let count = 1;
  const details = el("details", { ontoggle: () => details.open && fill() }, el("summary", {}, time, tag, el("span", { class: "line" }, el("span", { class: "what" }, what, times), rest), fault, state), body);
  const element = el("li", { "data-key": `${kind} ${id}` }, details);
  const row = { kind, element, details, words: "", update, folds, fold };

  /** Tell whether a request is the same again, as a polling program makes it: then one row with a count says enough. */
  function folds(otherKind, other) {
    const same = (name) => String(facts[name] ?? "").split("?")[0] === String(other[name] ?? "").split("?")[0];
    return kind === "request" && otherKind === "request" && !facts.fault && !other.fault && ["operation", "method", "target", "status"].every(same);
  }

  function fold(otherId, other) {
    folded.unshift(otherId);
    if (folded.length > FOLDED) folded.pop();
    count += 1;
    id = otherId;
    times.textContent = `×${count}`;
    times.setAttribute("aria-label", `${count} times`);
    times.hidden = false;
    if (!details.open) update(other);
    else facts = { ...facts, ...other };
  }

  function update(following) {
    facts = { ...facts, ...following };
    const [short, title, more] = look.line(facts);
    time.textContent = longTime(look.time(facts));
    time.setAttribute("datetime", look.time(facts));
    tag.textContent = short;
    what.textContent = title;
    rest.textContent = more || "";
    const [told, mood] = look.state(facts);
    state.textContent = told;
    state.className = `state ${mood}`;
    fault.hidden = !facts.fault;
    fault.textContent = facts.fault || "";
    row.words = `${title} ${more} ${told} ${id} ${facts.from || ""} ${facts.to || ""} ${facts.fault || ""} ${facts.error || ""}`.toLowerCase();
    if (details.open) fill();
  }

  /** One of several equal requests, read when it is opened. */
  function one(number) {
    const inside = el("div", { class: "raw" });
    const read = async () => {
      if (!each.open || inside.childElementCount) return;
      try {
        inside.replaceChildren(...requestFacts(await get(at("requests", number))));
      } catch (error) {
        inside.replaceChildren(el("p", { class: "why" }, error.message));
      }
    };
    const each = el("details", { class: "one", ontoggle: read }, el("summary", {}, `Request ${number}`), inside);
    return each;
  }

  async function fill() {
    try {
      if (kind === "message") body.replaceChildren(...messageFacts(facts));
      else if (kind === "request" && folded.length > 1) body.replaceChildren(...folded.map(one));
      else if (kind === "request") body.replaceChildren(...requestFacts(await get(at("requests", id))));
      else body.replaceChildren(...webhookFacts(await get(at("webhooks", id)), mend));
    } catch (error) {
      body.replaceChildren(el("p", { class: "why" }, error.message));
    }
  }

  update(facts);
  return row;
}

function messageFacts(message) {
  const held = message.direction !== "inbound" && ["queued", "sent"].includes(message.status);
  const release = async (status) => {
    try {
      await post(at("held", message.sid, "release"), { status });
    } catch (error) {
      toast(error.message);
    }
  };
  return [
    message.error_code ? el("p", { class: "why" }, `${message.error_code}: ${message.error_message || "no text"}`) : null,
    el("pre", { tabindex: "0" }, message.body),
    table(Object.entries(message).filter(([name, value]) => value !== null && name !== "body")),
    held
      ? el("p", { class: "acts" }, "If it is held, let it end as ", ...["delivered", "undelivered", "failed"].map((status) => button(status, () => release(status))))
      : null,
  ].filter(Boolean);
}

function requestFacts(request) {
  return [
    request.fault ? el("p", { class: "why" }, `Fault ${request.fault} struck here.`) : null,
    part("Request", `${request.method} ${request.target}`, request.headers, request.body),
    part("Answer", request.status ? `HTTP ${request.status}` : "none: the connection ended or never answered", {}, request.response),
    el("p", { class: "acts" }, button("Copy as curl", () => copy(requestCurl(request, location.origin), "The command")), el("small", {}, `took ${(request.seconds * 1000).toFixed(1)} ms · ${request.request_id}`)),
  ].filter(Boolean);
}

function webhookFacts(webhook, mend) {
  const failed = !webhook.status || webhook.status >= 300;
  const signature = webhook.signature;
  return [
    failed ? el("p", { class: "why" }, explain(webhook)) : null,
    failed && webhook.operation === "inbound_webhook" ? el("p", { class: "acts" }, button(`Change the webhook of ${spoken(webhook.to)}`, () => mend(webhook.to))) : null,
    part(webhook.operation === "callback" ? `Receipt, attempt ${webhook.attempt}` : `Webhook, attempt ${webhook.attempt}`, `${webhook.method} ${webhook.url}`, webhook.headers, webhook.body),
    part("Answer", webhook.status ? `HTTP ${webhook.status}` : webhook.error || "none", {}, webhook.response),
    signature.sent
      ? el("details", { class: "signature" },
          el("summary", {}, el("span", { class: `state ${signature.genuine ? "good" : "bad"}` }, signature.genuine ? "signature genuine" : "signature wrong")),
          el("p", {}, "X-Twilio-Signature is the HMAC-SHA1, with the account's auth token, of this text:"),
          el("pre", { tabindex: "0" }, signature.base_string))
      : null,
    el("p", { class: "acts" }, button("Copy as curl", () => copy(webhookCurl(webhook), "The command")), el("small", {}, `took ${(webhook.seconds * 1000).toFixed(1)} ms · ${webhook.message_sid}`)),
  ].filter(Boolean);
}

function explain(webhook) {
  if (webhook.fault && !webhook.status && !Object.keys(webhook.headers).length) return `Fault ${webhook.fault} swallowed this call.`;
  if (!webhook.status) return `Nobody answered: ${webhook.error}. Is the program running, and is the address right?`;
  return `The program answered HTTP ${webhook.status}. Twilio takes only 2xx for done; what the program said is below.`;
}

function part(title, line, headers, body) {
  const form = decoded(headers, body);
  return el("section", { class: "exchange" },
    el("h3", {}, title),
    el("code", { class: "line-one" }, line),
    Object.keys(headers).length ? el("details", {}, el("summary", {}, `${Object.keys(headers).length} headers`), table(Object.entries(headers))) : null,
    form ? table(form) : body ? el("pre", { tabindex: "0" }, pretty(body)) : el("p", { class: "empty" }, "no body"),
  );
}

function decoded(headers, body) {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type");
  return body && type && type[1].startsWith("application/x-www-form-urlencoded") ? [...new URLSearchParams(body)] : null;
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function table(pairs) {
  return el("dl", {}, ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}

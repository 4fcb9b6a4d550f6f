// One row of the timeline: a one-line summary, and all details when opened.

import { at, get } from "./api.js";
import { brief, el, longTime } from "./dom.js";
import { messageFacts, requestFacts, webhookFacts } from "./exchange.js";

const FOLDED = 50;

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
    line: (facts) => ["hook", facts.kind === "callback" ? `receipt: ${facts.event}` : "incoming message", facts.url],
    state: (facts) => (facts.alerts?.length ? [`${facts.status || "failed"} · ${facts.alerts[0].code}`, "bad"] : [facts.status || "failed", facts.status && facts.status < 300 ? "good" : "bad"]),
  },
};

/** Create a row of a kind (message, request, webhook). */
export function entry(kind, id, facts, { editWebhook }) {
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

  /** Return whether a request repeats the last one, as with polling; such requests share a row with a count. */
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
    const [said, mood] = look.state(facts);
    state.textContent = said;
    state.className = `state ${mood}`;
    fault.hidden = !facts.fault;
    fault.textContent = facts.fault || "";
    row.words = `${title} ${more} ${said} ${id} ${facts.from || ""} ${facts.to || ""} ${facts.fault || ""} ${facts.error || ""}`.toLowerCase();
    if (details.open) fill();
  }

  /** One of several equal requests, loaded when opened. */
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
      else body.replaceChildren(...webhookFacts(await get(at("webhooks", id)), editWebhook));
    } catch (error) {
      body.replaceChildren(el("p", { class: "why" }, error.message));
    }
  }

  update(facts);
  return row;
}

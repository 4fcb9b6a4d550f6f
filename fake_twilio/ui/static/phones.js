// The phones side by side, and a form to add another.

import { el, framed, spoken, toast } from "./dom.js";
import { phone } from "./phone.js";
import { hear, personOf, store } from "./store.js";
import { textsFile } from "./texts_file.js";

const COMPACT_FROM = 6;

/** Put the phones into `place`; `show` opens an entry of the timeline, `editWebhook` the webhook of a number. */
export function phones(place, { show, editWebhook }) {
  const rail = el("div", { class: "rail" });
  const another = addPhone((number) => {
    if (!store.phones.has(number)) store.phones.set(number, { number, opted_out_of: [] });
    pinned.add(number);
    closed.delete(number);
    chosen = number;
    arrange();
    open.get(number)?.focus();
  });
  const adders = el("div", { class: "adders" }, another, textsFile());
  rail.append(adders);
  const list = el("nav", { class: "phone-list", "aria-label": "List of phones", hidden: true });
  place.append(list, rail);
  const open = new Map();
  const pinned = new Set();
  const closed = new Set();
  let chosen = "";

  function close(number) {
    closed.add(number);
    pinned.delete(number);
    arrange();
  }

  function reopen(number) {
    if (closed.delete(number)) arrange();
  }

  /** Show a list and one phone if there are too many to show side by side. */
  function arrangeList(numbers) {
    const compact = numbers.length >= COMPACT_FROM;
    list.hidden = !compact;
    place.classList.toggle("compact", compact);
    if (!numbers.includes(chosen)) chosen = numbers[0] || "";
    for (const [number, each] of open) each.element.hidden = compact && number !== chosen;
    if (!compact) return;
    const texts = new Map();
    for (const message of store.messages.values()) texts.set(personOf(message), message);
    list.replaceChildren(
      ...numbers.map((number) =>
        el("button", { type: "button", "aria-pressed": String(number === chosen), "data-number": number, onclick: () => ((chosen = number), arrangeList(numbers), open.get(number).draw()) },
          el("b", { text: spoken(number) }), el("small", { text: texts.get(number)?.body || "no messages yet" }))),
    );
  }
  const listSoon = framed(() => arrangeList([...open.keys()].sort()));

  function arrange() {
    const numbers = [...store.phones.keys()];
    for (const number of pinned) if (!store.phones.has(number)) store.phones.set(number, { number, opted_out_of: [] });
    for (const [number, phone] of open) {
      if (!store.phones.has(number) || closed.has(number)) {
        phone.element.remove();
        open.delete(number);
      }
    }
    for (const number of [...numbers, ...pinned]) {
      if (!open.has(number) && !closed.has(number)) {
        const made = phone(number, { show, editWebhook, close: () => close(number) });
        open.set(number, made);
        const next = [...rail.querySelectorAll(".phone")].find((each) => each.dataset.number > number);
        (next || adders).before(made.element);
        made.draw();
      }
    }
    for (const each of open.values()) each.describe();
    arrangeList([...open.keys()].sort());
  }

  hear("all", () => {
    arrange();
    for (const each of open.values()) each.draw();
  });
  hear("phones", arrange);
  hear("accounts", () => {
    for (const each of open.values()) each.describe();
  });
  hear("message", (message) => {
    reopen(personOf(message));
    open.get(personOf(message))?.take(message);
    if (!list.hidden) listSoon();
  });
  hear("webhook", (webhook) => {
    const message = store.messages.get(webhook.message_sid);
    if (message && message.direction === "inbound") open.get(message.from)?.take(message);
  });
  hear("media", (message) => open.get(personOf(message))?.take(message));
  hear("clock", () => {
    for (const each of open.values()) each.tick();
  });
}

function addPhone(add) {
  const input = el("input", { type: "tel", placeholder: "+12015550102", "aria-label": "Number of the phone", autocomplete: "off" });
  const submit = (event) => {
    event.preventDefault();
    const number = "+" + input.value.replace(/[^\d]/g, "");
    if (!/^\+\d{8,15}$/.test(number)) {
      toast("Enter a number such as +12015550102");
      return;
    }
    input.value = "";
    add(number);
  };
  return el(
    "form",
    { class: "another", onsubmit: submit },
    el("h2", { text: "Add a phone" }),
    el("p", { text: "Any number may text a Twilio number." }),
    input,
    el("button", { type: "submit" }, "Add"),
  );
}

// The phones side by side, and a place to add another.

import { el, toast } from "./dom.js";
import { phone } from "./phone.js";
import { hear, personOf, store } from "./store.js";

/** Put the phones into `place`; `show` opens an entry of the timeline, `mend` the webhook of a number. */
export function phones(place, { show, mend }) {
  const rail = el("div", { class: "rail" });
  const adder = addPhone((number) => {
    if (!store.phones.has(number)) store.phones.set(number, { number, opted_out_of: [] });
    pinned.add(number);
    arrange();
    open.get(number)?.focus();
  });
  place.append(rail);
  const open = new Map();
  const pinned = new Set();

  function arrange() {
    const numbers = [...store.phones.keys()];
    for (const number of pinned) if (!store.phones.has(number)) store.phones.set(number, { number, opted_out_of: [] });
    for (const [number, phone] of open) {
      if (!store.phones.has(number)) {
        phone.element.remove();
        open.delete(number);
      }
    }
    for (const number of [...numbers, ...pinned]) {
      if (!open.has(number)) {
        const made = phone(number, { show, mend });
        open.set(number, made);
        rail.append(made.element);
      }
    }
    rail.append(adder);
    for (const each of open.values()) each.describe();
  }

  hear("all", () => {
    arrange();
    for (const each of open.values()) each.draw();
  });
  hear("phones", arrange);
  hear("accounts", () => {
    for (const each of open.values()) each.describe();
  });
  hear("message", (message) => open.get(personOf(message))?.take(message));
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
      toast("A phone has a number such as +12015550102");
      return;
    }
    input.value = "";
    add(number);
  };
  return el(
    "form",
    { class: "another", onsubmit: submit },
    el("h2", { text: "Another phone" }),
    el("p", { text: "Any number may text a Twilio number." }),
    input,
    el("button", { type: "submit" }, "Add"),
  );
}

// Accounts: upgrade, balance, verified numbers, and each Twilio number's webhook for incoming messages.

import { at, post, remove } from "./api.js";
import { button, copy, el, field, spoken, toast } from "./dom.js";
import { hear, loadAccounts, store } from "./store.js";

export function accounts(place) {
  async function act(work, said) {
    try {
      await work();
      await loadAccounts();
      if (said) toast(said, true);
    } catch (error) {
      toast(error.message);
    }
  }

  function draw() {
    if (place.contains(document.activeElement) && document.activeElement.matches("input") && document.activeElement.value) return;
    place.replaceChildren(...store.accounts.map(account));
  }

  function account(each) {
    const trial = each.type === "Trial";
    const balance = el("input", { inputmode: "decimal", value: each.balance, "aria-label": "Balance in US dollars" });
    const verified = el("input", { type: "tel", placeholder: "+12015550102", "aria-label": "Number to verify" });
    const change = (body, said) => act(() => post(at("accounts", each.sid), body), said);
    return el("article", { class: "account", "data-account": each.sid },
      el("header", {},
        el("div", {}, el("h2", {}, each.friendly_name || "Account"), button(each.sid, () => copy(each.sid, "SID"), { class: "sid", title: "Copy" })),
        el("span", { class: `pill ${trial ? "trial" : ""}` }, each.type), each.status === "active" ? null : el("span", { class: "pill bad" }, each.status)),
      el("div", { class: "acts" },
        trial ? button("Upgrade to Full", () => change({ type: "Full" }, "Upgraded: no prefix, any recipient"), { class: "primary" }) : button("Change to Trial", () => change({ type: "Trial" }, "Changed to Trial: prefix, verified numbers only"), { class: "quiet" }),
        button(each.status === "active" ? "Suspend" : "Activate", () => change({ status: each.status === "active" ? "suspended" : "active" }), { class: "quiet" })),
      el("form", { class: "inline", onsubmit: (event) => (event.preventDefault(), change({ balance: balance.value }, "Balance set")) }, field("Balance, US$", balance), el("button", { type: "submit" }, "Set")),
      el("h3", {}, "Twilio numbers"),
      each.numbers.length ? null : el("p", { class: "empty" }, "none"),
      ...each.numbers.map((number) => hook(each, number)),
      el("h3", {}, "Verified numbers"),
      el("ul", { class: "chips" }, ...each.verified.map((number) => el("li", {}, spoken(number), button("✕", () => act(() => remove(at("accounts", each.sid, "verified", number))), { class: "quiet", "aria-label": `Remove ${spoken(number)}` })))),
      el("form", { class: "inline", onsubmit: (event) => (event.preventDefault(), act(() => post(at("accounts", each.sid, "verified"), { phone_number: verified.value }), "Verified")) }, verified, el("button", { type: "submit" }, "Verify")),
    );
  }

  function hook(each, number) {
    const url = el("input", { type: "text", inputmode: "url", value: number.sms_url, placeholder: "http://127.0.0.1:9000/sms", "data-hook": number.phone_number, "aria-label": `Webhook of ${spoken(number.phone_number)}` });
    const method = el("select", { "aria-label": "Method" }, el("option", {}, "POST"), el("option", {}, "GET"));
    method.value = number.sms_method;
    const save = (event) => {
      event.preventDefault();
      act(() => post(at("accounts", each.sid, "numbers", number.phone_number), { sms_url: url.value.trim(), sms_method: method.value }), "Webhook saved");
      url.blur();
    };
    return el("form", { class: "number", onsubmit: save }, el("b", {}, spoken(number.phone_number)), el("small", {}, "For incoming messages, call"), el("div", { class: "inline" }, method, url, el("button", { type: "submit" }, "Save")));
  }

  hear("accounts", draw);
  return {
    editWebhook(number) {
      const input = place.querySelector(`[data-hook="${CSS.escape(number)}"]`);
      if (!input) return toast(`${spoken(number)} is not a number of this fake`);
      input.scrollIntoView({ block: "center" });
      input.focus();
      input.select();
    },
  };
}

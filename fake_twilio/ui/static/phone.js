// One phone: what its owner sees and types.

import { Refused, at, get, post } from "./api.js";
import { arrow, button, dayAndTime, el, framed, shortTime, spoken, toast } from "./dom.js";
import { segments } from "./segments.js";
import { addresses, nowOf, numberOf, personOf, phonePath, store, twilioNumbers } from "./store.js";

const TRIAL_PREFIX = "Sent from your Twilio trial account - ";
const SHOWN = 150;
const SHOWN_TYPES = new Set(["image/gif", "image/jpeg", "image/png", "image/webp"]);
const ARRIVED = new Set(["delivered", "read"]);

/** Create a phone. `show` opens an entry of the timeline, `editWebhook` the webhook of a number; `close` removes the phone. */
export function phone(number, { show, editWebhook, close }) {
  let partner = "";
  let all = false;
  const bubbles = new Map();
  const time = el("span", { class: "time" });
  const choice = el("select", { "aria-label": "Texts with", onchange: () => ((partner = choice.value), draw()) });
  const badge = el("span", { class: "badge", hidden: true });
  const log = el("ol", { class: "log", role: "log", "aria-label": `Texts of ${spoken(number)}`, tabindex: "0" });
  const earlier = button("Earlier messages", () => ((all = true), draw()), { class: "earlier" });
  const text = el("textarea", { rows: "1", placeholder: "Text message", "aria-label": `Text from ${spoken(number)}`, oninput: () => count() });
  const media = el("input", { type: "url", placeholder: "https://…/picture.png", "aria-label": "Picture URL", hidden: true });
  const counter = el("small", { class: "counter", "aria-live": "off" });
  const go = el("button", { type: "submit", class: "send", "aria-label": "Send", disabled: true }, arrow());
  const attach = button("+", () => ((media.hidden = !media.hidden), media.hidden || media.focus()), { class: "attach", "aria-label": "Add a picture by URL" });
  const code = el("input", { inputmode: "numeric", autocomplete: "off", "aria-label": "Code", placeholder: "code" });
  const ringing = el("form", { class: "ringing", hidden: true, onsubmit: enter }, el("p", {}, "Twilio is calling: enter the code from the response to the validation request."), el("div", {}, code, el("button", { type: "submit" }, "Enter")));
  const form = el("form", { class: "composer", onsubmit: send }, media, attach, el("div", { class: "typing" }, text, counter), go);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  const element = el(
    "article",
    { class: "phone", "aria-label": `Phone ${spoken(number)}`, "data-number": number },
    el("div", { class: "glass" },
      el("div", { class: "statusbar", "aria-hidden": "true" }, time, el("span", { class: "island" }), el("span", { class: "signal" }, el("i"), el("i"), el("i"), el("i"))),
      el("header", {}, el("span", { class: "face", "aria-hidden": "true", text: number.slice(-2) }), el("div", {}, el("h2", { text: spoken(number) }), el("p", {}, "with ", choice), badge), button("✕", close, { class: "quiet shut", "aria-label": `Close the phone ${spoken(number)}` })),
      ringing,
      log,
      form,
      el("span", { class: "homebar", "aria-hidden": "true" }),
    ),
  );

  function count() {
    const { encoding, parts, left } = segments(text.value);
    counter.textContent = text.value ? `${encoding} · ${parts} ${parts === 1 ? "segment" : "segments"} · ${left} left` : "";
    go.disabled = (!text.value.trim() && !media.value) || !partner;
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 110)}px`;
    if (low()) down();
  }
  media.addEventListener("input", count);

  async function enter(event) {
    event.preventDefault();
    try {
      await post(at("handsets", number, "validations"), { code: code.value });
      code.value = "";
      toast(`${spoken(number)} is verified`, true);
    } catch (error) {
      toast(error.message);
    }
  }

  async function send(event) {
    event.preventDefault();
    if (go.disabled) return;
    const body = { to: partner, body: text.value };
    if (media.value) body.media_urls = [media.value];
    go.disabled = true;
    try {
      await post(phonePath(number), body);
      text.value = media.value = "";
      media.hidden = true;
    } catch (error) {
      toast(error instanceof Refused ? error.message : "the message was not sent");
    }
    count();
  }

  const visible = (message) =>
    personOf(message) === number && numberOf(message) === partner && (message.direction === "inbound" || ARRIVED.has(message.status));

  function describe() {
    const numbers = new Set(addresses());
    for (const message of store.messages.values()) if (personOf(message) === number && numberOf(message)) numbers.add(numberOf(message));
    const listed = [...numbers];
    if (!listed.includes(partner)) partner = latestPartner() || listed[0] || "";
    if (choice.options.length !== listed.length || [...choice.options].some((option, index) => option.value !== listed[index])) {
      choice.replaceChildren(...listed.map((each) => el("option", { value: each }, spoken(each))));
    }
    choice.value = partner;
    const known = store.phones.get(number);
    ringing.hidden = !known?.called;
    const stopped = (known?.opted_out_of || []).length > 0;
    const verified = store.accounts.some((account) => account.verified.includes(number));
    const trial = twilioNumbers().some((each) => each.phone_number === partner && each.account.type === "Trial");
    badge.textContent = stopped ? "opted out" : trial && !verified ? "not verified: a trial account cannot text it" : "";
    badge.classList.toggle("stop", stopped);
    badge.hidden = !badge.textContent;
    tick();
    count();
  }

  function latestPartner() {
    let found = "";
    for (const message of store.messages.values()) if (personOf(message) === number && numberOf(message)) found = numberOf(message);
    return found;
  }

  function draw() {
    bubbles.clear();
    const texts = [...store.messages.values()].filter(visible).sort((one, other) => one.number - other.number);
    const shown = all ? texts : texts.slice(-SHOWN);
    const rows = [];
    let before = null;
    for (const message of shown) {
      if (!before || Date.parse(message.date_created) - Date.parse(before.date_created) > 3_600_000) rows.push(stamp(message));
      rows.push(bubble(message));
      before = message;
    }
    if (shown.length < texts.length) rows.unshift(el("li", { class: "stamp" }, earlier));
    log.replaceChildren(...rows);
    if (!rows.length) log.append(el("li", { class: "empty" }, "No messages yet. Type one below."));
    down();
  }

  const low = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const down = framed(() => (log.scrollTop = log.scrollHeight));

  function take(message) {
    if (!partner) describe();
    if (!visible(message)) return;
    const made = bubbles.get(message.sid);
    if (made) {
      made.replaceWith(bubble(message));
      return;
    }
    const follows = low();
    log.querySelector(".empty")?.remove();
    if (!log.childElementCount) log.append(stamp(message));
    // A late message is inserted in order of creation, as after a reload.
    const later = [...log.querySelectorAll(".bubble")].find((each) => Number(each.dataset.number) > message.number);
    if (later) later.before(bubble(message));
    else log.append(bubble(message));
    while (!all && log.childElementCount > SHOWN * 2) log.firstElementChild.remove();
    if (follows || message.direction === "inbound") down();
  }

  function stamp(message) {
    return el("li", { class: "stamp" }, el("time", { datetime: message.date_created }, dayAndTime(message.date_created)));
  }

  function bubble(message) {
    const mine = message.direction === "inbound";
    const prefixed = !mine && message.body.startsWith(TRIAL_PREFIX);
    const body = prefixed ? message.body.slice(TRIAL_PREFIX.length) : message.body;
    const made = el(
      "li",
      { class: mine ? "bubble mine" : "bubble", "data-sid": message.sid, "data-number": message.number },
      el("div", { class: "words" },
        prefixed ? el("span", { class: "prefix", title: "Every message from a trial account starts with this" }, TRIAL_PREFIX) : null,
        Number(message.num_media) ? pictures(message) : null,
        body || (Number(message.num_media) ? "" : el("em", { text: "empty" })),
      ),
      el("div", { class: "meta" }, el("time", { datetime: message.date_created }, shortTime(message.date_created)), mine ? webhookMark(message) : null),
    );
    bubbles.set(message.sid, made);
    return made;
  }

  /** The attachments of a message: pictures are shown, other files are listed for download. */
  function pictures(message) {
    const place = el("span", { class: "media" });
    get(at("messages", message.sid, "media")).then(({ media }) => {
      place.replaceChildren(...media.map((each) => {
        const address = `/_fake/v1/media/${encodeURIComponent(each.sid)}`;
        if (SHOWN_TYPES.has(each.content_type)) return el("img", { src: address, alt: `picture (${each.content_type})`, onload: () => low() && down() });
        return el("a", { href: address, download: each.sid }, `▣ ${each.content_type}, ${each.bytes} bytes`);
      }));
      if (!media.length) place.textContent = `▣ ${message.num_media} without content`;
    }, () => {});
    return place;
  }

  /** Shows whether the Twilio number's webhook was called for a person's message, and its response. */
  function webhookMark(message) {
    const call = store.webhookOf.get(message.sid);
    if (!call) {
      const set = twilioNumbers().find((each) => each.phone_number === message.to)?.sms_url;
      return set
        ? el("span", { class: "ticks", title: "arrived at Twilio" }, "✓")
        : button("✓ no webhook set", () => editWebhook(message.to), { class: "ticks link", title: "arrived at Twilio, which has no webhook to call" });
    }
    const opened = () => show("webhook", call.number);
    const alert = store.alertOf.get(message.sid);
    if (alert && call.status && call.status < 300) return button(`✕ ${alert.code} ${alert.text}`, opened, { class: "ticks bad link" });
    if (call.status && call.status < 300) return button("✓✓", opened, { class: "ticks good link", "aria-label": "webhook answered" });
    const why = call.status ? `webhook ${call.status}` : call.error;
    return button(`✕ ${why}`, opened, { class: "ticks bad link" });
  }

  function tick() {
    if (store.clock) time.textContent = shortTime(nowOf(store.clock));
  }

  describe();
  return { element, describe, draw, take, tick, focus: () => (element.scrollIntoView({ inline: "nearest" }), text.focus()) };
}

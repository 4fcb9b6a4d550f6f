// How fast programs send: texts of the last second and the last minute, on the fake's own clock.

import { el } from "./dom.js";
import { hear, nowOf, store } from "./store.js";

const KEPT_MS = 60_000;

export function rate(place) {
  const sent = [];
  const second = el("b", {}, "0");
  const minute = el("b", {}, "0");
  place.append(second, " /s · ", minute, " /min");

  function draw() {
    if (!store.clock) return;
    const now = nowOf(store.clock);
    while (sent.length && now - sent[0] >= KEPT_MS) sent.shift();
    minute.textContent = sent.length;
    // Dates of messages are whole seconds.
    second.textContent = sent.filter((at) => now - at < 2000 && Math.floor(at / 1000) === Math.floor(sent.at(-1) / 1000)).length;
  }

  const seen = new Set();
  function note(message) {
    if (message.direction === "inbound" || seen.has(message.sid)) return;
    seen.add(message.sid);
    sent.push(Date.parse(message.date_created));
  }

  hear("all", () => {
    sent.length = 0;
    seen.clear();
    for (const message of store.messages.values()) note(message);
    sent.sort((one, other) => one - other);
    draw();
  });
  hear("message", note);
  hear("clock", draw);
  setInterval(draw, 1000);
}

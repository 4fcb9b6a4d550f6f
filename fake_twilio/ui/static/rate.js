// The send rate of programs: messages in the last second and minute, by the fake's clock.

import { el } from "./dom.js";
import { hear, nowOf, store } from "./store.js";

const KEPT_MS = 60_000;

export function rate(place) {
  /** Creation times of the last minute's messages, by SID. */
  const sent = new Map();
  const second = el("b", {}, "0");
  const minute = el("b", {}, "0");
  place.append(second, " /s · ", minute, " /min");

  function draw() {
    if (!store.clock) return;
    const now = nowOf(store.clock);
    for (const [sid, at] of sent) if (now - at >= KEPT_MS) sent.delete(sid);
    minute.textContent = sent.size;
    second.textContent = [...sent.values()].filter((at) => now - at < 1000).length;
  }

  function note(message) {
    if (message.direction !== "inbound") sent.set(message.sid, Date.parse(message.date_created));
  }

  hear("all", () => {
    sent.clear();
    for (const message of store.messages.values()) note(message);
    draw();
  });
  hear("message", note);
  hear("clock", draw);
  setInterval(draw, 1000);
}

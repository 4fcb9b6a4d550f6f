// The clock in the page header: the fake's time, and controls to advance a manual clock.

import { post } from "./api.js";
import { button, dateAndZone, el, toast } from "./dom.js";
import { hear, loadClock, nowOf, store } from "./store.js";

const STEPS = [
  ["+5 s", 5],
  ["+1 min", 60],
  ["+15 min", 900],
  ["+1 h", 3600],
];

export function clock(place) {
  const face = el("time", { class: "face-of-clock" });
  const kind = el("small", {});
  const steps = el("span", { class: "steps", hidden: true }, ...STEPS.map(([name, seconds]) => button(name, () => advance(seconds), { "aria-label": `Advance the clock by ${name.slice(1)}` })));
  const own = el("input", { type: "number", min: "0", step: "any", placeholder: "s", "aria-label": "Seconds to advance" });
  steps.append(
    el("form", { onsubmit: (event) => (event.preventDefault(), own.value && advance(Number(own.value)), (own.value = "")) }, own, el("button", { type: "submit" }, "Advance")),
  );
  place.append(el("span", { class: "now" }, face, kind), steps);

  async function advance(seconds) {
    try {
      await post("/clock/advance", { seconds });
      await loadClock();
    } catch (error) {
      toast(error.message);
    }
  }

  function draw() {
    const known = store.clock;
    if (!known) return;
    const now = nowOf(known);
    face.textContent = dateAndZone(now);
    face.title = new Date(now).toISOString();
    face.setAttribute("datetime", new Date(now).toISOString());
    const due = known.next_due ? Math.max(0, Math.round((Date.parse(known.next_due) - now) / 1000)) : null;
    kind.textContent = `${known.kind} clock${due === null ? "" : ` · next step in ${due} s`}`;
    steps.hidden = known.kind !== "manual";
  }

  hear("clock", draw);
  setInterval(() => {
    if (store.clock && store.clock.kind !== "manual") draw();
  }, 1000);
}

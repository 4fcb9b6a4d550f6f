// Bulk messages from a CSV file, chosen or pasted: sender, body, and time on the fake's clock.

import { sendCsv } from "./api.js";
import { el } from "./dom.js";
import { loadClock } from "./store.js";

const COLUMNS = "seconds,from,to,body";

export function textsFile() {
  const pasted = el("textarea", { rows: "4", placeholder: `${COLUMNS}\n5,+12015550101,+12015550100,Hello`, "aria-label": "Messages as CSV", spellcheck: "false", wrap: "off" });
  const file = el("input", { type: "file", accept: ".csv,text/csv", "aria-label": "CSV file of messages", onchange: () => file.files.length && plan(file.files[0]) });
  const outcome = el("p", { class: "outcome", role: "status" });

  async function plan(content) {
    try {
      const { planned } = await sendCsv("/incoming-texts", content);
      outcome.textContent = `${planned} ${planned === 1 ? "message" : "messages"} scheduled`;
      pasted.value = "";
      loadClock().catch(() => {});
    } catch (error) {
      outcome.textContent = error.message;
    }
    file.value = "";
  }

  return el(
    "form",
    { class: "another", onsubmit: (event) => (event.preventDefault(), plan(pasted.value)) },
    el("h2", { text: "Messages from a file" }),
    el("p", {}, "Columns: ", el("code", { text: COLUMNS })),
    file,
    pasted,
    el("button", { type: "submit" }, "Schedule messages"),
    outcome,
  );
}

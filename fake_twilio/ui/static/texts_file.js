// Texts in bulk: a CSV file, chosen or pasted, says who texts what, and when on the fake's clock.

import { sendCsv } from "./api.js";
import { el } from "./dom.js";
import { loadClock } from "./store.js";

const COLUMNS = "seconds,from,to,body";

export function textsFile() {
  const pasted = el("textarea", { rows: "4", placeholder: `${COLUMNS}\n5,+12015550101,+12015550100,Hello`, "aria-label": "Texts as CSV", spellcheck: "false", wrap: "off" });
  const file = el("input", { type: "file", accept: ".csv,text/csv", "aria-label": "CSV file of texts", onchange: () => file.files.length && plan(file.files[0]) });
  const outcome = el("p", { class: "outcome", role: "status" });

  async function plan(content) {
    try {
      const { planned } = await sendCsv("/incoming-texts", content);
      outcome.textContent = `${planned} ${planned === 1 ? "text" : "texts"} planned`;
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
    el("h2", { text: "Texts from a file" }),
    el("p", {}, "Columns: ", el("code", { text: COLUMNS })),
    file,
    pasted,
    el("button", { type: "submit" }, "Plan the texts"),
    outcome,
  );
}

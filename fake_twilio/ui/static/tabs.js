// Tabs with arrow-key navigation, as screen readers expect.

import { el } from "./dom.js";

/** Fill a tablist; `tabs` are [name, title, show]. Return a function that selects a tab by name. */
export function tabs(list, entries, prefix = "tab") {
  const made = entries.map(([name, title, show]) => {
    const tab = el("button", { type: "button", role: "tab", id: `${prefix}-${name}`, "aria-controls": name, onclick: () => choose(name) }, title, el("span", { class: "count", hidden: true }));
    list.append(tab);
    return { name, tab, show };
  });

  function choose(name, focus = false) {
    for (const each of made) {
      const chosen = each.name === name;
      each.tab.setAttribute("aria-selected", String(chosen));
      each.tab.tabIndex = chosen ? 0 : -1;
      if (chosen && focus) each.tab.focus();
      each.show(chosen);
    }
  }

  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const index = made.findIndex((each) => each.tab.getAttribute("aria-selected") === "true");
    choose(made[(index + step + made.length) % made.length].name, true);
  });

  const note = (name, count) => {
    const mark = made.find((each) => each.name === name).tab.querySelector(".count");
    mark.textContent = count || "";
    mark.hidden = !count;
  };
  choose(made[0].name);
  return { choose, note };
}

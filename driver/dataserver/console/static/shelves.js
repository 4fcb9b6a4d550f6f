// Shelved alarms (ISA-18.2): the dialog to shelve alarms, and the list of shelved ones.
import { h, keyed, moment, say } from "./parts.js";

/** Durations in minutes. */
const TIMES = { 10: "10 minutes", 60: "1 hour", 240: "4 hours", 480: "8 hours", 1440: "24 hours" };

export class Shelves {
  constructor(api, model) {
    Object.assign(this, { api, model });
    this.count = h("summary");
    this.list = h("ul", { class: "shelved" });
    this.wrong = h("p", { class: "wrong", role: "alert" });
    this.dialog = h("dialog", { "aria-labelledby": "shelve-title" });
    this.element = h("details", { hidden: true }, this.count, this.list);
    document.body.append(this.dialog);
  }

  draw() {
    const found = [...this.model.assets.values()].flatMap((asset) => asset.shelved.map((shelf) => ({ shelf, asset })));
    this.element.hidden = !found.length;
    say(this.count, `Shelved: ${found.length}`);
    keyed(
      this.list,
      found,
      ({ shelf }) => shelf.alarmId,
      ({ shelf }) => this.entry(shelf),
      (entry, it) => this.fill(entry, it),
    );
  }

  entry({ alarmId }) {
    const text = h("span");
    const back = h("button", { type: "button", class: "quiet", onclick: () => this.takeBack(alarmId, text) }, "Unshelve");
    const entry = h("li", {}, text, back);
    entry.parts = { text, back };
    return entry;
  }

  fill({ parts }, { shelf, asset }) {
    const what = `${shelf.status} of ${asset.caption}`;
    say(parts.text, `${what}, by ${shelf.by} until ${moment(shelf.until)}: ${shelf.comment}`);
    parts.back.ariaLabel = `Unshelve ${what}`;
    parts.back.hidden = !this.api.may("operator");
    parts.back.disabled = !this.model.connected;
  }

  async takeBack(alarmId, text) {
    try {
      await this.api.post("/api/alarms/unshelve", { alarmIds: [alarmId], workstation: "console" });
    } catch (error) {
      say(text, error.problem ? error.message : "The driver did not answer. Trying again is safe.");
    }
  }

  /** Ask for duration and reason; return what was done, or nothing if canceled. */
  ask(alarmIds) {
    return new Promise((decide) => {
      const time = h("select", { id: "shelve-time" }, Object.entries(TIMES).map(([value, name]) => h("option", { value }, name)));
      const reason = h("input", { id: "shelve-reason", required: true, maxLength: 500, autocomplete: "off" });
      const end = (answer) => {
        this.dialog.close();
        decide(answer);
      };
      const shelve = async (event) => {
        event.preventDefault();
        const until = new Date(Date.now() + time.value * 60_000).toISOString();
        try {
          const body = { alarmIds, until, comment: reason.value.trim(), workstation: "console" };
          const { done } = await this.api.post("/api/alarms/shelve", body);
          end(`Shelved: ${done.length} until ${moment(until)}.`);
        } catch (error) {
          say(this.wrong, error.problem ? error.message : "The driver did not answer.");
        }
      };
      say(this.wrong, "");
      this.dialog.oncancel = () => decide("");
      this.dialog.replaceChildren(
        h(
          "form",
          { onsubmit: shelve },
          h("h2", { id: "shelve-title" }, alarmIds.length === 1 ? "Shelve 1 alarm" : `Shelve ${alarmIds.length} alarms`),
          h("p", { class: "small" }, "A shelved alarm leaves the list and returns automatically when the time is up."),
          h("label", { htmlFor: "shelve-time" }, "For"),
          time,
          h("label", { htmlFor: "shelve-reason" }, "Reason"),
          reason,
          this.wrong,
          h(
            "div",
            { class: "buttons" },
            h("button", { type: "submit" }, "Shelve"),
            h("button", { type: "button", class: "quiet", onclick: () => end("") }, "Go back"),
          ),
        ),
      );
      this.dialog.showModal();
    });
  }
}

// The alarm grid, with the platform's columns.
import { beside, duration, h, keyed, moment, Part, say } from "./parts.js";
import { paint } from "./colours.js";

const COLUMNS = ["Age", "Alarm ID", "Alarm Type", "System", "Time", "Map", "State", "Location"];

const STATE = COLUMNS.indexOf("State");

function nameOf(alarm) {
  return `Acknowledge ${alarm.alarmType} of ${alarm.asset.caption}`;
}

function alarmsOf(model, masked) {
  const found = [];
  for (const asset of model.assets.values()) {
    for (const alarm of asset.alarms) if (masked || !alarm.masked) found.push({ ...alarm, asset });
  }
  const late = (alarm) => alarm.state === "Acknowledged";
  return found.sort((a, b) => late(a) - late(b) || (a.time < b.time ? 1 : -1));
}

class Alarms extends Part {
  begin({ api, model }) {
    this.api = api;
    this.model = model;
    this.masked = h("input", { type: "checkbox", id: "show-masked", onchange: () => this.later() });
    this.none = h("p", { class: "empty" }, "No alarms.");
    this.told = h("p", { class: "small", role: "status" });
    this.body = h("tbody");
    this.table = h(
      "table",
      { class: "stacking" },
      h("caption", { class: "hidden" }, "Alarms, unacknowledged first"),
      h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))),
      this.body,
    );
    this.append(
      h("p", { class: "options" }, beside(this.masked, "Show masked assets")),
      this.none,
      this.told,
      h("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": "Alarm grid" }, this.table),
    );
    model.addEventListener("assets", () => this.later());
    model.addEventListener("connection", () => this.later());
    setInterval(() => this.later(), 1000);
    this.later();
  }

  draw() {
    const alarms = alarmsOf(this.model, this.masked.checked);
    say(this.none, this.model.unknown || "No alarms.");
    this.none.hidden = alarms.length > 0 && this.model.connected;
    this.table.hidden = !alarms.length;
    keyed(
      this.body,
      alarms,
      (alarm) => alarm.alarmId,
      () => this.row(),
      (row, alarm) => this.fill(row, alarm),
    );
  }

  row() {
    const row = h("tr", {}, COLUMNS.map((name) => h("td", { "data-name": name }, h("span"))));
    row.button = h("button", { type: "button", class: "quiet", onclick: () => this.acknowledge(row) }, "Acknowledge");
    return row;
  }

  /** Acknowledge this one alarm, whatever else its asset has. */
  async acknowledge(row) {
    const { alarm, button } = row;
    const name = nameOf(alarm);
    button.disabled = true;
    try {
      const commandId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
      const path = `/api/alarms/${encodeURIComponent(alarm.alarmId)}/acknowledge`;
      const answer = await this.api.post(path, { commandId, workstation: "console" });
      say(this.told, `${name}: ${answer.reason ?? "done"}`);
    } catch (trouble) {
      const unknown = "the driver did not answer. It is not known whether it was done.";
      say(this.told, `${name}: ${trouble.told ? trouble.message : unknown}`);
    }
    this.later();
  }

  fill(row, alarm) {
    row.alarm = alarm;
    const cells = [
      alarm.from == null ? "" : duration((Date.now() - alarm.from) / 1000),
      alarm.alarmId,
      alarm.count > 1 ? `${alarm.alarmType} (${alarm.count} times)` : alarm.alarmType,
      this.model.info.systemId || "",
      moment(alarm.time),
      "—",
      alarm.masked ? `${alarm.state}, masked` : alarm.state,
      alarm.location,
    ];
    cells.forEach((text, n) => say(row.children[n].firstElementChild, text));
    row.children[1].title = alarm.reason;
    const acknowledged = alarm.state === "Acknowledged";
    row.classList.toggle("acknowledged", acknowledged);
    row.button.disabled = !this.model.connected;
    row.button.setAttribute("aria-label", nameOf(alarm));
    if (acknowledged) row.button.remove();
    else if (!row.button.isConnected) row.children[STATE].append(row.button);
    const status = acknowledged ? "Acknowledged" : alarm.status;
    paint(row, status, this.model.statusRow({ ...alarm.asset, status }));
  }
}

class AlarmCount extends Part {
  begin({ model }) {
    this.model = model;
    model.addEventListener("assets", () => this.later());
    model.addEventListener("connection", () => this.later());
    this.later();
  }

  draw() {
    const open = alarmsOf(this.model, false).filter((alarm) => alarm.state !== "Acknowledged").length;
    const count = this.model.connected ? String(open || "") : "?";
    this.hidden = !count;
    say(this, count);
    this.title = this.model.unknown || `${open} unacknowledged`;
    document.title = `${count ? `(${count}) ` : ""}${this.model.caption} console`;
  }
}

customElements.define("sms-alarms", Alarms);
customElements.define("sms-alarm-count", AlarmCount);

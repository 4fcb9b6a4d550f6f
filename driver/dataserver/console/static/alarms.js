// The alarm grid, with the platform's columns.
import { beside, duration, h, keyed, moment, Part, say } from "./parts.js";
import { paint } from "./colours.js";

const COLUMNS = ["Age", "Alarm ID", "Alarm Type", "System", "Time", "Map", "State", "Location"];

function alarmsOf(model, masked) {
  const found = [];
  for (const asset of model.assets.values()) {
    for (const alarm of asset.alarms) if (masked || !alarm.masked) found.push({ ...alarm, asset });
  }
  const late = (alarm) => alarm.state === "Acknowledged";
  return found.sort((a, b) => late(a) - late(b) || (a.time < b.time ? 1 : -1));
}

class Alarms extends Part {
  begin({ model }) {
    this.model = model;
    this.masked = h("input", { type: "checkbox", id: "show-masked", onchange: () => this.later() });
    this.none = h("p", { class: "empty" }, "No alarms.");
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
      h("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": "Alarm grid" }, this.table),
    );
    model.addEventListener("assets", () => this.later());
    setInterval(() => this.later(), 1000);
    this.later();
  }

  draw() {
    const alarms = alarmsOf(this.model, this.masked.checked);
    this.none.hidden = alarms.length > 0;
    this.table.hidden = !alarms.length;
    keyed(
      this.body,
      alarms,
      (alarm) => alarm.alarmId,
      () => h("tr", {}, COLUMNS.map((name) => h("td", { "data-name": name }))),
      (row, alarm) => this.fill(row, alarm),
    );
  }

  fill(row, alarm) {
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
    cells.forEach((text, n) => say(row.children[n], text));
    row.children[1].title = alarm.reason;
    row.classList.toggle("acknowledged", alarm.state === "Acknowledged");
    const status = alarm.state === "Acknowledged" ? "Acknowledged" : alarm.status;
    paint(row, status, this.model.statusRow({ ...alarm.asset, status }));
  }
}

class AlarmCount extends Part {
  begin({ model }) {
    this.model = model;
    model.addEventListener("assets", () => this.later());
    this.later();
  }

  draw() {
    const open = alarmsOf(this.model, false).filter((alarm) => alarm.state !== "Acknowledged").length;
    this.hidden = !open;
    say(this, open ? String(open) : "");
    this.title = `${open} unacknowledged`;
    document.title = open ? `(${open}) Twilio SMS console` : "Twilio SMS console";
  }
}

customElements.define("sms-alarms", Alarms);
customElements.define("sms-alarm-count", AlarmCount);

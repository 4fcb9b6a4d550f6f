// Sounds and desktop notifications for events that need attention, if the user allows them.
import { beside, h, moment, onOtherUser, Part, say } from "./parts.js";
import { folded, listed, waiting } from "./alarm_list.js";

/** Interval at which an alarm sounds until it is acknowledged or silenced. */
const AGAIN_S = 10;
const SEVERITIES = { 0: "no alarms", 1: "severity 1", 2: "severity 1 and 2", 3: "severity 1 to 3", 99: "all alarms" };

class Notices extends Part {
  begin({ api, model, preferences, unread }) {
    Object.assign(this, { model, preferences, unread });
    this.known = null;
    this.silenced = new Set();
    this.texts = h("input", { type: "checkbox", id: "sound-texts", onchange: () => this.save() });
    this.desktop = h("input", { type: "checkbox", id: "desktop", onchange: () => this.save() });
    const options = Object.entries(SEVERITIES).map(([value, name]) => h("option", { value }, name));
    this.severity = h("select", { id: "sound-alarms", onchange: () => this.save() }, options);
    this.silence = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.quiet() }, "Silence");
    this.result = h("p", { class: "small", role: "status" });
    this.append(
      this.silence,
      h(
        "details",
        {},
        h("summary", {}, "Notify"),
        h(
          "div",
          { class: "popup" },
          h("span", { class: "pair" }, h("label", { htmlFor: "sound-alarms" }, "Sound for"), this.severity),
          beside(this.texts, "Sound for messages"),
          beside(this.desktop, "Desktop notifications too"),
          this.result,
        ),
      ),
    );
    model.addEventListener("assets", () => this.alarms());
    model.addEventListener("news", ({ detail }) => this.text(detail));
    model.addEventListener("user", () => this.load());
    onOtherUser(model, api, () => this.silenced.clear());
    setInterval(() => this.sound(), AGAIN_S * 1000);
    this.load();
  }

  load() {
    const { texts = false, desktop = false, severity = 0 } = this.preferences.get("notices", {});
    Object.assign(this, { chosen: { texts, desktop, severity }, known: null });
    [this.texts.checked, this.desktop.checked, this.severity.value] = [texts, desktop, String(severity)];
  }

  async save() {
    const chosen = { texts: this.texts.checked, desktop: this.desktop.checked, severity: Number(this.severity.value) };
    if (chosen.desktop && (await globalThis.Notification?.requestPermission()) !== "granted") {
      chosen.desktop = this.desktop.checked = false;
      say(this.result, "The browser does not allow notifications from this page.");
    }
    this.preferences.set("notices", chosen);
    this.chosen = chosen;
    // Browsers allow sound only after the user has interacted with the page.
    if (chosen.texts || chosen.severity) this.beep(0);
    this.alarms();
  }

  /** The alarms that sound: unacknowledged, urgent enough, and not silenced. */
  get sounding() {
    const waits = folded(listed(this.model, false)).filter((group) => waiting(group).length);
    return waits.map((group) => group.alarm).filter((alarm) => alarm.severity <= this.chosen.severity);
  }

  alarms() {
    if (!this.model.connected) return;
    const sounding = this.sounding;
    const fresh = this.known ? sounding.filter((alarm) => !this.known.has(alarm.alarmId)) : [];
    this.known = new Set(sounding.map((alarm) => alarm.alarmId));
    for (const id of this.silenced) if (!this.known.has(id)) this.silenced.delete(id);
    for (const alarm of fresh.slice(0, 3)) this.show(`${alarm.alarmType}: ${alarm.caption}`, alarm.reason);
    if (fresh.length) this.sound();
    this.silence.hidden = !this.audible;
  }

  get audible() {
    return this.model.connected && this.sounding.some((alarm) => !this.silenced.has(alarm.alarmId));
  }

  sound() {
    if (this.audible) this.beep(880);
  }

  quiet() {
    this.silenced = new Set(this.known);
    this.silence.hidden = true;
  }

  text({ name, itemType, parameters, occurredAt }) {
    if (name !== "Message Received" || itemType !== "System") return;
    if (this.chosen.texts) this.beep(660);
    const from = parameters["Source Phone Number"];
    const phone = [...this.model.assets.values()].find((asset) => asset.externalPhoneNumber === from);
    this.show(`${phone?.caption ?? from}, ${moment(occurredAt)}`, parameters["Message Content"]);
  }

  show(title, body) {
    if (this.chosen.desktop && globalThis.Notification?.permission === "granted") new Notification(title, { body });
  }

  beep(frequency) {
    this.audio ??= new AudioContext();
    if (!frequency) return;
    const [tone, volume] = [this.audio.createOscillator(), this.audio.createGain()];
    tone.frequency.value = frequency;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(this.audio.destination);
    tone.start();
    tone.stop(this.audio.currentTime + 0.35);
  }
}

customElements.define("sms-notices", Notices);

// Shows when the page's data may be out of date and which driver has current data; also the system's name and the time zone.
import { h, moment, Part, say, zone } from "./parts.js";

const HEADINGS = {
  lost: (since) => `No connection to the driver since ${since}.`,
  standby: () => "No data available here.",
  loggedOut: () => "",
};

class Connection extends Part {
  begin({ model }) {
    this.model = model;
    this.text = h("p", { role: "status", "aria-live": "assertive" });
    this.link = h("a", {});
    this.other = h("p", { hidden: true }, h("span"), this.link);
    this.wait = h("p", { "aria-hidden": "true" });
    this.now = h("button", { type: "button", class: "quiet", onclick: () => model.tell("retry") }, "Retry now");
    this.append(h("div", { class: "banner" }, this.text, this.other, this.wait, this.now));
    model.addEventListener("connection", () => this.later());
    setInterval(() => this.later(), 1000);
    this.later();
  }

  draw() {
    const { state, since, reason, retry } = this.model.connection;
    this.firstChild.className = `banner ${state}`;
    const waits = state === "connected" && this.model.info.role === "standby";
    this.firstChild.hidden = (state === "connected" && !waits) || state === "loggedOut";
    document.body.classList.toggle("lost", state !== "connected");
    const heading = HEADINGS[state]?.(moment(since));
    const doubt = this.model.knownAt ? "The information below may be out of date." : "";
    if (state === "connecting") say(this.text, "Connecting to the driver…");
    else if (waits) say(this.text, "This driver is on standby; the active one carries out your commands.");
    else say(this.text, heading ? [heading, reason, doubt].filter(Boolean).join(" ") : "");
    this.showOther(waits ? "standby" : state);
    const left = retry ? Math.max(0, Math.ceil((retry - Date.now()) / 1000)) : null;
    say(this.wait, left === null ? "" : `Retrying in ${left} s.`);
    this.now.hidden = left === null;
  }

  showOther(state) {
    const address = this.model.other;
    this.other.hidden = !address || new URL(address, location.href).origin === location.origin;
    if (this.other.hidden) return;
    say(this.other.firstChild, state === "standby" ? "The active driver: " : "Another driver: ");
    say(this.link, address);
    this.link.href = address;
  }
}

class Caption extends Part {
  begin({ model }) {
    this.model = model;
    model.addEventListener("connection", () => this.later());
    model.addEventListener("assets", () => this.later());
  }

  draw() {
    say(this, this.model.caption);
  }
}

/** The debug tools run on the same machine; they need the engineer role. */
class DebugLink extends Part {
  begin({ api, model }) {
    Object.assign(this, { api, model });
    this.link = h("a", {}, "Debug tools");
    this.append(this.link);
    for (const news of ["connection", "user"]) model.addEventListener(news, () => this.later());
    this.later();
  }

  draw() {
    const { debugPort } = this.model.info;
    this.hidden = !debugPort || !this.api.may("engineer");
    this.link.href = `${location.protocol}//${location.hostname}:${debugPort}/`;
  }
}

class Zone extends Part {
  begin() {
    this.textContent = `Times: ${zone()}`;
  }
}

customElements.define("sms-connection", Connection);
customElements.define("sms-caption", Caption);
customElements.define("sms-debug-link", DebugLink);
customElements.define("sms-zone", Zone);

// Says plainly when what the page shows may not be true any more.
import { h, Part, say } from "./parts.js";

class Connection extends Part {
  begin({ model }) {
    this.model = model;
    this.text = h("p", { role: "status", "aria-live": "assertive" });
    this.retry = h("p", { "aria-hidden": "true" });
    this.append(h("div", { class: "banner" }, this.text, this.retry));
    model.addEventListener("connection", () => this.later());
    setInterval(() => this.later(), 1000);
    this.later();
  }

  draw() {
    const { state, since, reason, retry } = this.model.connection;
    this.firstChild.className = `banner ${state}`;
    this.firstChild.hidden = state === "connected";
    document.body.classList.toggle("lost", state === "lost");
    if (state === "connecting") say(this.text, "Connecting to the driver…");
    if (state === "connected") say(this.text, "");
    if (state === "lost") {
      const at = since.toLocaleTimeString();
      say(this.text, `No connection to the driver since ${at}. ${reason} What is shown below may be out of date.`);
    }
    const wait = retry ? Math.max(0, Math.ceil((retry - Date.now()) / 1000)) : null;
    say(this.retry, state === "lost" && wait !== null ? `Next try in ${wait} s.` : "");
  }
}

customElements.define("sms-connection", Connection);

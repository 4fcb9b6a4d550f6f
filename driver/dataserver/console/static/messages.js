// Messages in and out, and texts that did not go out. What people text is shown as text and nothing else.
import { h, keyed, moment, newer, Part, say } from "./parts.js";

/** What is said of a text that was given up, by its execution's state. */
const GIVEN_UP = {
  terminated: "not sent",
  unknown: "nobody knows whether it was sent; it may have arrived",
};

class Messages extends Part {
  begin({ model }) {
    this.model = model;
    this.list = h("ol", { class: "messages" });
    this.none = h("p", { class: "empty" }, "No messages yet.");
    this.more = h("button", { type: "button", class: "quiet", onclick: () => model.moreMessages() }, "Older messages");
    this.append(this.none, this.list, this.more);
    for (const news of ["messages", "assets", "connection"]) model.addEventListener(news, () => this.later());
    this.later();
  }

  draw() {
    const { messages, dead, nextMessages, nextDead } = this.model;
    const items = [...messages, ...dead].sort((a, b) => newer(a.createdAt, b.createdAt));
    say(this.none, this.model.unknown || "No messages yet.");
    this.none.hidden = items.length > 0 && this.model.connected;
    this.more.hidden = !nextMessages && !nextDead;
    const names = new Map();
    for (const asset of this.model.assets.values()) names.set(asset.externalPhoneNumber, asset.caption);
    keyed(
      this.list,
      items,
      (item) => item.sid ?? item.executionId,
      (item) => this.entry(item),
      (entry, item) => (item.sid ? this.fill(entry, item, names) : this.fillDead(entry, item)),
    );
  }

  entry(item) {
    const parts = { who: h("p", { class: "who" }), body: h("p", { class: "body" }), foot: h("p", { class: "small" }) };
    const entry = h("li", {}, parts.who, parts.body, parts.foot);
    if (!item.sid) {
      parts.again = h("button", { type: "button", class: "quiet", onclick: () => this.sendAgain(entry, item) }, "Send again");
      parts.wrong = h("p", { class: "wrong", role: "alert" });
      entry.append(parts.again, parts.wrong);
    }
    entry.parts = parts;
    return entry;
  }

  fill(entry, message, names) {
    const inbound = message.direction === "inbound";
    const other = inbound ? message.from : message.to;
    const ours = inbound ? message.to : message.from;
    const name = names.get(other);
    const lost = ["undelivered", "failed"].includes(message.status);
    entry.className = `${inbound ? "in" : "out"}${lost ? " bad" : ""}`;
    say(entry.parts.who, `${inbound ? "From" : "To"} ${name ? `${name}, ` : ""}${other}`);
    say(entry.parts.body, message.body);
    const foot = [moment(message.createdAt), message.status];
    if (message.errorCode) foot.push(`Twilio error ${message.errorCode}`);
    if (message.segments > 1) foot.push(`${message.segments} parts`);
    if (message.media.length) foot.push(`${message.media.length} attached`);
    foot.push(`${inbound ? "to" : "from"} ${ours}`);
    say(entry.parts.foot, foot.join(" · "));
  }

  fillDead(entry, execution) {
    const asset = this.model.assets.get(execution.assetId);
    const number = execution.parameters["Destination Number"] ?? asset?.externalPhoneNumber;
    const name = execution.scope === "asset" ? (asset?.caption ?? execution.assetId) : "";
    entry.className = "out bad";
    say(entry.parts.who, `To ${[name, number].filter(Boolean).join(", ")}`);
    say(entry.parts.body, execution.parameters["Message Content"]);
    const tries = `${execution.attempts.length} attempt${execution.attempts.length === 1 ? "" : "s"}`;
    const foot = [moment(execution.createdAt), GIVEN_UP[execution.state] ?? execution.state, tries, execution.reason];
    say(entry.parts.foot, foot.filter(Boolean).join(" · "));
    entry.parts.again.disabled = !this.model.connected;
  }

  async sendAgain(entry, execution) {
    entry.parts.again.disabled = true;
    say(entry.parts.wrong, "");
    try {
      await this.model.sendAgain(execution.executionId);
    } catch (trouble) {
      say(entry.parts.wrong, trouble.told ? trouble.message : "The driver did not answer. Trying again is safe.");
    }
    entry.parts.again.disabled = !this.model.connected;
  }
}

customElements.define("sms-messages", Messages);

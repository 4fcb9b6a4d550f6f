// Messages in and out. What people text is shown as text and nothing else.
import { h, keyed, moment, Part, say } from "./parts.js";

class Messages extends Part {
  begin({ model }) {
    this.model = model;
    this.list = h("ol", { class: "messages" });
    this.none = h("p", { class: "empty" }, "No messages yet.");
    this.more = h("button", { type: "button", class: "quiet", onclick: () => model.moreMessages() }, "Older messages");
    this.append(this.none, this.list, this.more);
    model.addEventListener("messages", () => this.later());
    model.addEventListener("assets", () => this.later());
    this.later();
  }

  draw() {
    const { messages, nextMessages } = this.model;
    this.none.hidden = messages.length > 0;
    this.more.hidden = !nextMessages;
    const names = new Map();
    for (const asset of this.model.assets.values()) names.set(asset.externalPhoneNumber, asset.caption);
    keyed(
      this.list,
      messages,
      (message) => message.sid,
      () => {
        const parts = { who: h("p", { class: "who" }), body: h("p", { class: "body" }), foot: h("p", { class: "small" }) };
        const item = h("li", {}, parts.who, parts.body, parts.foot);
        item.parts = parts;
        return item;
      },
      (item, message) => this.fill(item, message, names),
    );
  }

  fill(item, message, names) {
    const inbound = message.direction === "inbound";
    const other = inbound ? message.from : message.to;
    const ours = inbound ? message.to : message.from;
    const name = names.get(other);
    const lost = ["undelivered", "failed"].includes(message.status);
    item.className = `${inbound ? "in" : "out"}${lost ? " bad" : ""}`;
    say(item.parts.who, `${inbound ? "From" : "To"} ${name ? `${name}, ` : ""}${other}`);
    say(item.parts.body, message.body);
    const parts = [moment(message.createdAt), message.status];
    if (message.errorCode) parts.push(`Twilio error ${message.errorCode}`);
    if (message.segments > 1) parts.push(`${message.segments} parts`);
    if (message.media.length) parts.push(`${message.media.length} attached`);
    parts.push(`${inbound ? "to" : "from"} ${ours}`);
    say(item.parts.foot, parts.join(" · "));
  }
}

customElements.define("sms-messages", Messages);

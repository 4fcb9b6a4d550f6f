// Incoming and outgoing messages, waiting messages and dead letters; of everybody, or with one phone.
// Message bodies are only ever shown as text.
import { h, keyed, moment, newer, onOtherUser, Part, say } from "./parts.js";

/** Texts for dead letters, by the state of the execution. */
const GIVEN_UP = {
  terminated: "not sent",
  unknown: "outcome unknown; it may have been sent",
};
const NO_ANSWER = "The driver did not answer. Trying again is safe.";

class Messages extends Part {
  begin({ api, model, unread }) {
    Object.assign(this, { api, model, unread });
    this.search = h("input", { type: "search", id: "message-search", oninput: () => this.look() });
    this.heading = h("h3");
    this.everybody = h("button", { type: "button", class: "quiet", onclick: () => model.deselect() }, "All messages");
    this.read = h("button", { type: "button", class: "quiet", onclick: () => unread.read() }, "Mark as read");
    this.senders = h("div", { class: "buttons" });
    this.wrong = h("p", { class: "wrong", role: "alert" });
    this.list = h("ol", { class: "messages" });
    this.none = h("p", { class: "empty" });
    this.more = h("button", { type: "button", class: "quiet", onclick: () => model.lists.more() }, "Older messages");
    const find = h("span", { class: "pair" }, h("label", { htmlFor: "message-search" }, "Search"), this.search);
    this.append(
      h("div", { class: "options" }, find, this.read, this.everybody),
      h("div", { role: "status" }, this.heading),
      this.senders,
      this.wrong,
      this.none,
      this.list,
      this.more,
    );
    model.addEventListener("selection", () => this.look());
    onOtherUser(model, api, () => {
      this.search.value = "";
      this.look();
    });
    for (const news of ["messages", "assets", "connection", "unread"]) model.addEventListener(news, () => this.later());
    this.later();
  }

  /** The selected phone, if it is the only one; its conversation is shown. */
  get phone() {
    const [asset, ...others] = this.model.selection;
    return asset?.assetType === "Phone" && !others.length ? asset : null;
  }

  look() {
    clearTimeout(this.typing);
    const find = () => this.model.lists.find(this.phone?.assetId ?? "", this.search.value.trim());
    this.typing = setTimeout(find, 150);
    this.later();
  }

  draw() {
    const { phone, model } = this;
    const { messages, dead, waiting, nextMessages, nextDead } = model.lists;
    this.everybody.hidden = !phone;
    this.read.hidden = !this.unread.count;
    this.heading.hidden = !phone;
    say(this.heading, phone ? `Conversation with ${phone.caption}` : "");
    const text = this.search.value.trim().toLowerCase();
    const fits = (execution) =>
      (!phone || execution.assetId === phone.assetId) &&
      (!text || this.searched(execution).some((each) => each.toLowerCase().includes(text)));
    const ended = [...messages.filter((message) => !this.unread.has(message)), ...dead.filter(fits)];
    const items = [...this.unreadMessages(messages), ...waiting.filter(fits), ...ended.sort(byAge)];
    say(this.none, model.unknown || (text || phone ? "No messages match." : "No messages yet."));
    this.none.hidden = items.length > 0 && model.connected;
    this.more.hidden = !nextMessages && !nextDead;
    this.drawSenders();
    const names = new Map();
    for (const asset of model.assets.values()) names.set(asset.externalPhoneNumber, asset.caption);
    const waits = new Set(waiting.map((execution) => execution.executionId));
    keyed(
      this.list,
      items,
      (item) => item.sid ?? `${item.executionId}${waits.has(item.executionId)}`,
      (item) => this.entry(item, waits.has(item.executionId)),
      (entry, item) => (item.sid ? this.fill(entry, item, names) : this.fillExecution(entry, item)),
    );
  }

  /** Unread messages are shown above outgoing ones, for example during a broadcast. */
  unreadMessages(messages) {
    const { asset, text } = this.model.lists.wanted;
    const shown = asset || text ? messages.filter((message) => this.unread.has(message)) : this.unread.messages;
    return shown.sort(byAge);
  }

  /** Several waiting messages of one sender can be canceled together. */
  drawSenders() {
    const { nextWaiting } = this.model.lists;
    const counts = new Map();
    for (const execution of this.model.lists.waiting) {
      const sender = this.senderOf(execution);
      if (sender) counts.set(sender, (counts.get(sender) ?? 0) + 1);
    }
    keyed(
      this.senders,
      this.api.may("operator") ? [...counts].filter(([, count]) => count > 1 || nextWaiting) : [],
      ([sender]) => sender,
      ([sender]) => h("button", { type: "button", class: "quiet", onclick: () => this.purge(sender) }),
      (button, [sender, count]) => {
        const several = nextWaiting ? `waiting (at least ${count})` : `${count} waiting`;
        say(button, `Cancel all ${several} from ${sender}`);
      },
    );
  }

  /** The searched texts: the body and both numbers, as in the driver's message search. */
  searched(execution) {
    const number = execution.parameters["Destination Number"] ?? this.model.assets.get(execution.assetId)?.externalPhoneNumber;
    return [execution.parameters["Message Content"] ?? "", number ?? "", this.senderOf(execution) ?? ""];
  }

  senderOf(execution) {
    return execution.parameters["Source Phone Number"] ?? this.model.assets.get(execution.assetId)?.twilioPhoneNumber;
  }

  async purge(sender) {
    say(this.wrong, "");
    try {
      const { onTheirWay } = await this.model.lists.purge(sender);
      if (onTheirWay) say(this.wrong, `${onTheirWay} could not be canceled: already on their way to Twilio.`);
    } catch (error) {
      say(this.wrong, error.problem ? error.message : NO_ANSWER);
    }
  }

  entry(item, waits) {
    const parts = {
      who: h("p", { class: "who" }),
      body: h("p", { class: "body", dir: "auto" }),
      foot: h("p", { class: "small" }),
    };
    const entry = h("li", {}, parts.who, parts.body, parts.foot);
    if (!item.sid) {
      const act = () => this.act(entry, () => waits ? this.model.lists.cancel(item.executionId) : this.model.lists.sendAgain(item.executionId));
      parts.action = h("button", { type: "button", class: "quiet", onclick: act }, waits ? "Cancel" : "Send again");
      parts.wrong = h("p", { class: "wrong", role: "alert" });
      parts.waits = waits;
      entry.append(parts.action, parts.wrong);
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
    const fresh = this.unread.has(message);
    entry.className = [inbound ? "in" : "out", lost && "bad", fresh && "unread"].filter(Boolean).join(" ");
    say(entry.parts.who, `${fresh ? "New: " : ""}${inbound ? "From" : "To"} ${name ? `${name}, ` : ""}${other}`);
    say(entry.parts.body, message.body);
    const foot = [moment(message.createdAt), message.status];
    if (message.errorCode) foot.push(`Twilio error ${message.errorCode}`);
    if (message.segments > 1) foot.push(`${message.segments} SMS`);
    if (message.media.length) foot.push(`${message.media.length} attached`);
    foot.push(`${inbound ? "to" : "from"} ${ours}`);
    say(entry.parts.foot, foot.join(" · "));
  }

  fillExecution(entry, execution) {
    const { who, body, foot, action, waits } = entry.parts;
    const asset = this.model.assets.get(execution.assetId);
    const number = execution.parameters["Destination Number"] ?? asset?.externalPhoneNumber;
    const name = execution.scope === "asset" ? (asset?.caption ?? execution.assetId) : "";
    const canceled = execution.result === "canceled";
    entry.className = waits || canceled ? "out" : "out bad";
    say(who, `To ${[name, number].filter(Boolean).join(", ")}`);
    say(body, execution.parameters["Message Content"]);
    const tries = `${execution.attempts.length} attempt${execution.attempts.length === 1 ? "" : "s"}`;
    const fate = waits ? "waiting" : canceled ? "" : (GIVEN_UP[execution.state] ?? execution.state);
    const why = waits ? execution.attempts.at(-1)?.detail : execution.reason;
    say(foot, [moment(execution.createdAt), fate, canceled ? "" : tries, why].filter(Boolean).join(" · "));
    action.disabled = !this.model.connected;
    action.hidden = !this.api.may("operator");
  }

  async act(entry, what) {
    const { action, wrong } = entry.parts;
    action.disabled = true;
    say(wrong, "");
    try {
      await what();
    } catch (error) {
      say(wrong, error.problem ? error.message : NO_ANSWER);
    }
    action.disabled = !this.model.connected;
  }
}

/** Newest first. */
function byAge(a, b) {
  return newer(a.createdAt, b.createdAt);
}

customElements.define("sms-messages", Messages);

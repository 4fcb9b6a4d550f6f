// Which texts of people nobody has read yet at this browser: those that came after the last one that was marked as read.

/** Events that tell of a text which a person sent; the system has one for each. */
const RECEIVED = "Message Received";
const MOST = 200;

export class Unread {
  constructor(model, preferences) {
    Object.assign(this, { model, preferences });
    this.fresh = new Set();
    model.addEventListener("news", ({ detail }) => {
      if (detail.name === RECEIVED && detail.itemType === "System") this.add(detail.eventId.split(":")[0]);
    });
    model.addEventListener("messages", () => this.catchUp());
    model.addEventListener("user", () => this.fresh.clear());
  }

  get count() {
    return this.fresh.size;
  }

  /** When the last text came; empty if none ever did. */
  get newest() {
    return this.model.lists.messages.find((message) => message.direction === "inbound")?.createdAt ?? "";
  }

  has(message) {
    return this.fresh.has(message.sid);
  }

  /** What came while nobody looked: before this page was opened, or while the connection was lost. */
  catchUp() {
    const { asset, text } = this.model.lists.wanted;
    if (asset || text) return;
    const since = this.preferences.get("read", null);
    if (since === null) return this.preferences.set("read", this.newest);
    const before = this.count;
    for (const message of this.model.lists.messages) {
      if (message.direction === "inbound" && message.createdAt > since) this.fresh.add(message.sid);
    }
    if (this.count !== before) this.model.tell("unread");
  }

  add(sid) {
    this.fresh.add(sid);
    if (this.fresh.size > MOST) this.fresh.delete(this.fresh.values().next().value);
    this.model.tell("unread");
  }

  read() {
    if (this.newest) this.preferences.set("read", this.newest);
    this.fresh.clear();
    this.model.tell("unread");
  }
}

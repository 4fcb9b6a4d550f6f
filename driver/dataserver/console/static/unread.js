// Unread incoming messages in this browser: those after the last one that was marked as read.

/** The system's event for each message from a person. */
const RECEIVED = "Message Received";
const MAX_UNREAD = 200;

export class Unread {
  constructor(model, preferences) {
    Object.assign(this, { model, preferences });
    /** By SID, because newer outgoing messages may have pushed them off the list. */
    this.fresh = new Map();
    model.addEventListener("news", ({ detail }) => {
      if (detail.name === RECEIVED && detail.itemType === "System") this.add(messageOf(detail));
    });
    model.addEventListener("messages", () => this.catchUp());
    model.addEventListener("user", () => this.fresh.clear());
    model.addEventListener("connection", () => model.connection.state === "loggedOut" && this.forget());
  }

  forget() {
    this.fresh.clear();
    this.model.tell("unread");
  }

  get count() {
    return this.fresh.size;
  }

  /** The time of the last incoming message; empty if there is none. */
  get newest() {
    return this.model.lists.messages.find((message) => message.direction === "inbound")?.createdAt ?? "";
  }

  has(message) {
    return this.fresh.has(message.sid);
  }

  /** The unread messages. */
  get messages() {
    return [...this.fresh.values()];
  }

  /** Add what arrived before this page was opened or while the connection was lost. */
  catchUp() {
    for (const message of this.model.lists.messages) if (this.has(message)) this.fresh.set(message.sid, message);
    const { asset, text } = this.model.lists.wanted;
    if (asset || text) return;
    const since = this.preferences.get("read", null);
    if (since === null) return this.preferences.set("read", this.newest);
    const before = this.count;
    for (const message of this.model.lists.messages) {
      if (message.direction === "inbound" && message.createdAt > since) this.fresh.set(message.sid, message);
    }
    if (this.count !== before) this.model.tell("unread");
  }

  add(message) {
    if (!this.has(message)) this.fresh.set(message.sid, message);
    if (this.fresh.size > MAX_UNREAD) this.fresh.delete(this.fresh.keys().next().value);
    this.model.tell("unread");
  }

  read() {
    if (this.newest) this.preferences.set("read", this.newest);
    this.forget();
  }
}

/** The message in an event. */
function messageOf({ eventId, parameters }) {
  return {
    sid: eventId.split(":")[0],
    direction: "inbound",
    from: parameters["Source Phone Number"],
    to: parameters["Destination Phone Number"],
    body: parameters["Message Content"],
    status: "received",
    createdAt: parameters["Received Timestamp"],
    segments: 1,
    media: [],
  };
}

// What the page knows: assets, messages, tables, selection, and whether all that is still true.
import { MessageLists } from "./message_lists.js";
import { moment } from "./parts.js";

/** Nobody but a client can say this: the driver itself is gone. */
const DRIVER_GONE = {
  status: "No Communication",
  trueStates: ["No Communication"],
  activeStates: ["No Communication"],
  reason: "The driver cannot be reached",
  awaiting: "the driver",
};

const OTHER = "sms-driver-other";
/** Milliseconds in which events gather before their assets are asked for. */
const SOON_MS = 50;

/** Tells "connection", "assets", "messages", "tables", "selection" and "news" as they change. */
export class Model extends EventTarget {
  constructor(api) {
    super();
    this.api = api;
    this.info = {};
    this.assets = new Map();
    this.lists = new MessageLists(api, () => this.tell("messages"));
    this.tables = { status: [], command: [], asset: new Map() };
    this.selected = new Set();
    this.connection = { state: "connecting", since: new Date(), reason: "", retry: null };
    /** When what is shown was last known to be true; null while nothing ever was. */
    this.knownAt = null;
    this.stale = new Set();
  }

  tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  get connected() {
    return this.connection.state === "connected";
  }

  /** What to say in the place of what is not known; empty while it is known. */
  get unknown() {
    if (this.connected) return "";
    return this.knownAt ? `Not known since ${moment(this.knownAt)}.` : "Not known yet.";
  }

  /** What the system is called. */
  get caption() {
    const system = [...this.assets.values()].find((asset) => asset.assetType === "System");
    return system?.caption || this.info.caption || "Twilio SMS";
  }

  /** Where another driver answered when one was last named; this one cannot say it when it has stopped. */
  get other() {
    return localStorage.getItem(OTHER) ?? "";
  }

  set other(address) {
    localStorage.setItem(OTHER, address);
  }

  /** The driver was heard: what is shown is true. */
  heard() {
    if (this.connected) this.knownAt = new Date();
  }

  /** An asset as it has to be shown now. */
  shown(asset) {
    if (this.connected) return asset;
    return { ...asset, ...DRIVER_GONE, since: this.connection.since.toISOString() };
  }

  snapshot(assets) {
    const fresh = this.connection.state !== "connected";
    this.assets = new Map(assets.map((asset) => [asset.assetId, this.received(asset)]));
    for (const id of this.selected) if (!this.assets.has(id)) this.selected.delete(id);
    if (fresh) this.connection = { state: "connected", since: new Date(), reason: "", retry: null };
    this.heard();
    this.tell("connection");
    this.tell("assets");
    this.tell("selection");
    this.lists.refresh();
    this.refreshTables();
  }

  /** Nothing is known any more: `state` is `lost`, `standby` or `loggedOut`. */
  disconnected(state, reason, retry = null) {
    const since = this.connected || this.connection.state === "connecting" ? new Date() : this.connection.since;
    this.connection = { state, since, reason, retry };
    this.tell("connection");
    this.tell("assets");
  }

  /** Nobody is logged in: what the one before saw is not the next one's to see. */
  forget() {
    this.assets.clear();
    this.selected.clear();
    this.lists.forget();
    this.disconnected("loggedOut", "Nobody is logged in.");
    this.tell("messages");
    this.tell("selection");
  }

  event(event) {
    this.tell("news", event);
    this.stale.add(event.assetId);
    if (event.name === "TablesChanged") {
      this.everything = true;
      this.refreshTables();
    }
    if (event.name.startsWith("Message")) this.lists.refresh();
    this.refreshSoon();
  }

  /** Ask once for what many events say; the next question waits as long again as this one took. */
  refreshSoon(pause = SOON_MS) {
    this.soon ??= setTimeout(async () => {
      const begun = Date.now();
      await this.refreshAssets();
      this.soon = null;
      if (this.stale.size || this.everything) this.refreshSoon(Date.now() - begun + SOON_MS);
    }, pause);
  }

  /** Alarms carry their age at the time of the answer; keep the moment they count from. */
  received(asset) {
    for (const alarm of asset.alarms) {
      alarm.from = alarm.age == null ? null : Date.now() - alarm.age * 1000;
    }
    return asset;
  }

  async refreshAssets() {
    const stale = [...this.stale];
    const all = this.everything || stale.length > 20;
    this.stale.clear();
    this.everything = false;
    try {
      if (all) {
        const assets = await this.everyPage("/api/assets?pageSize=1000");
        this.assets = new Map(assets.map((asset) => [asset.assetId, this.received(asset)]));
        for (const id of this.selected) if (!this.assets.has(id)) this.selected.delete(id);
        this.tell("selection");
      } else {
        const path = (id) => `/api/assets/${encodeURIComponent(id)}`;
        const answers = await Promise.allSettled(stale.map((id) => this.api.get(path(id))));
        answers.forEach((answer, n) => {
          if (answer.status === "fulfilled") this.assets.set(stale[n], this.received(answer.value));
          else if (answer.reason.status === 404) this.assets.delete(stale[n]);
        });
      }
    } catch {
      return; // the connection says so already
    }
    this.tell("assets");
  }

  async everyPage(path) {
    const items = [];
    let cursor = null;
    do {
      const page = await this.api.get(cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor);
    return items;
  }

  async refreshTables() {
    try {
      const [status, command, asset] = await Promise.all(
        ["status", "command", "asset"].map((kind) => this.api.get(`/api/tables/${kind}`)),
      );
      this.tables = {
        status: status.rows,
        command: command.rows,
        asset: new Map(asset.rows.map((row) => [row.AssetId, row])),
      };
      this.tell("tables");
      this.tell("assets");
      this.tell("selection");
    } catch {
      // the connection says so already
    }
  }

  /** The row of the status table that a shown status comes from, if it has one. */
  statusRow(asset) {
    const table = this.tables.asset.get(asset.assetId)?.StatusTableId || "default";
    return this.tables.status.find((row) => row.TableId === table && row["Status.Description"] === asset.status);
  }

  /** The commands of an asset, as its command table has them. */
  commands(asset) {
    const table =
      this.tables.asset.get(asset.assetId)?.CommandTableId || `default-${asset.assetType.toLowerCase()}`;
    return this.tables.command
      .filter((row) => row.TableId === table)
      .sort((a, b) => a["Command.CommandID"] - b["Command.CommandID"]);
  }

  select(id, on) {
    if (on) this.selected.add(id);
    else this.selected.delete(id);
    this.tell("selection");
  }

  /** Select these assets and no others. */
  selectAll(ids) {
    this.selected = new Set(ids);
    this.tell("selection");
  }

  /** Select one asset alone, and have it shown. */
  reveal(id) {
    this.selectAll([id]);
    this.tell("reveal", id);
  }

  deselect(ids = [...this.selected]) {
    for (const id of ids) this.selected.delete(id);
    this.tell("selection");
  }

  get selection() {
    return [...this.selected].map((id) => this.assets.get(id)).filter(Boolean);
  }
}

// The page's data: assets, messages, tables and selection, and whether all of it is current.
import { MessageLists } from "./message_lists.js";
import { moment } from "./parts.js";

/** Only a client can report this, because the driver itself is gone. */
const DRIVER_GONE = {
  status: "No Communication",
  trueStates: ["No Communication"],
  activeStates: ["No Communication"],
  reason: "The driver cannot be reached",
  awaiting: "the driver",
};

const OTHER = "sms-driver-other";
/** Milliseconds in which events are collected before their assets are fetched. */
const SOON_MS = 50;

/** Fires "connection", "assets", "messages", "tables", "selection" and "news" when they change. */
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
    /** When the data was last known to be current; null before it was loaded. */
    this.knownAt = null;
    this.stale = new Set();
  }

  tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  get connected() {
    return this.connection.state === "connected";
  }

  /** The text to show instead of unknown data; empty while the data is current. */
  get unknown() {
    if (this.connected) return "";
    return this.knownAt ? `Unknown since ${moment(this.knownAt)}.` : "Not loaded yet.";
  }

  /** The system's name. */
  get caption() {
    const system = [...this.assets.values()].find((asset) => asset.assetType === "System");
    return system?.caption || this.info.caption || "Twilio SMS";
  }

  /** The last known address of another driver, because a stopped driver cannot report it. */
  get other() {
    return localStorage.getItem(OTHER) ?? "";
  }

  set other(address) {
    localStorage.setItem(OTHER, address);
  }

  /** Record that the driver has responded, so the data is current. */
  heard() {
    if (this.connected) this.knownAt = new Date();
  }

  /** An asset as it is shown now. */
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

  /** Mark the data as unknown: `state` is `lost`, `standby` or `loggedOut`. */
  disconnected(state, reason, retry = null) {
    const since = this.connected || this.connection.state === "connecting" ? new Date() : this.connection.since;
    this.connection = { state, since, reason, retry };
    this.tell("connection");
    this.tell("assets");
  }

  /** Clear the data on logout, so that the next user does not see it. */
  forget() {
    this.assets.clear();
    this.selected.clear();
    this.lists.forget();
    this.disconnected("loggedOut", "Not logged in.");
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

  /** Fetch once for many events; the next request waits for as long as this one took. */
  refreshSoon(pause = SOON_MS) {
    this.soon ??= setTimeout(async () => {
      const begun = Date.now();
      await this.refreshAssets();
      this.soon = null;
      if (this.stale.size || this.everything) this.refreshSoon(Date.now() - begun + SOON_MS);
    }, pause);
  }

  /** Convert the alarms' ages in the response to start times. */
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
      return; // already shown by the connection banner
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
      // already shown by the connection banner
    }
  }

  /** The status table row of the shown status, if any. */
  statusRow(asset) {
    const table = this.tables.asset.get(asset.assetId)?.StatusTableId || "default";
    return this.tables.status.find((row) => row.TableId === table && row["Status.Description"] === asset.status);
  }

  /** The commands in an asset's command table. */
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

  /** Select only these assets. */
  selectAll(ids) {
    this.selected = new Set(ids);
    this.tell("selection");
  }

  /** Select only one asset, and scroll to it. */
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

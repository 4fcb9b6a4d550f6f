// Keeps the model up to date through the event stream, and explains when it cannot.

const PAUSES = [1, 2, 4, 8, 15];
const GOODBYES = {
  shutdown: "The driver is shutting down.",
  standby: "Another driver has taken over.",
  takeover: "Another driver has taken over.",
  "store unavailable": "The database cannot be read.",
  access: "This login no longer has access.",
  expired: "The login has expired.",
  logout: "You have logged out.",
};

export class Live {
  constructor(api, model) {
    this.api = api;
    this.model = model;
    this.attempt = 0;
    this.running = false;
  }

  /** Check access, then connect; without access, the session element shows the login dialog. */
  async start() {
    this.stop();
    this.running = true;
    try {
      this.model.info = await this.api.get("/api/info");
      if (!this.running) return;
      const { role, capabilities, activeServerAddress } = this.model.info;
      if (role === "standby") this.model.other = activeServerAddress ?? "";
      if (capabilities.includes("events")) this.connect();
      else this.again("This driver is on standby.", "standby");
    } catch (error) {
      if (error.status === 401) return;
      if (error.status === 403) this.model.disconnected("lost", error.message);
      else this.again();
    }
  }

  stop() {
    this.running = false;
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  connect() {
    const socket = (this.socket = this.api.stream());
    let silence = 60;
    const heard = () => {
      clearTimeout(this.watch);
      this.watch = setTimeout(() => socket.close(), silence * 1000);
    };
    heard();
    socket.onmessage = (message) => {
      heard();
      this.model.heard();
      const frame = JSON.parse(message.data);
      if (frame.type === "hello") silence = frame.heartbeatS * 2.5;
      if (frame.type === "goodbye") {
        this.goodbye = frame.reason;
        if (frame.activeServerAddress) this.model.other = frame.activeServerAddress;
      }
      if (frame.type === "snapshot") {
        this.attempt = 0;
        this.goodbye = "";
        this.model.snapshot(frame.assets);
      }
      if (frame.type === "event") this.model.event(frame.event);
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      clearTimeout(this.watch);
      this.socket = null;
      if (this.running) this.again();
    };
  }

  again(why = GOODBYES[this.goodbye] || "The driver does not answer.", state = "lost") {
    const wait = PAUSES[Math.min(this.attempt++, PAUSES.length - 1)];
    this.model.disconnected(state, why, new Date(Date.now() + wait * 1000));
    this.timer = setTimeout(() => this.start(), wait * 1000);
  }
}

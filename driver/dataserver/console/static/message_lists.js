// Messages, waiting messages and dead letters: all, or those with one phone, or search results.

/** Seconds between polls of waiting messages, for which there are no events. */
const QUEUE_S = 5;

export class MessageLists {
  constructor(api, changed) {
    Object.assign(this, { api, changed, wanted: { asset: "", text: "" } });
    this.empty();
  }

  empty() {
    Object.assign(this, { messages: [], nextMessages: null, dead: [], nextDead: null, waiting: [], nextWaiting: null });
  }

  forget() {
    this.empty();
    clearTimeout(this.watching);
    this.changed();
  }

  /** Show only the messages with one phone, or search results; without arguments, show all. */
  find(asset, text) {
    if (asset === this.wanted.asset && text === this.wanted.text) return;
    this.wanted = { asset, text };
    this.refresh();
  }

  get path() {
    const query = new URLSearchParams({ pageSize: 50 });
    if (this.wanted.asset) query.set("asset", this.wanted.asset);
    if (this.wanted.text) query.set("q", this.wanted.text);
    return `/api/messages?${query}`;
  }

  async refresh() {
    if (this.fetching) {
      this.again = true;
      return;
    }
    this.fetching = true;
    try {
      const paths = [this.path, "/api/deadletters?pageSize=50", "/api/queue?pageSize=50"];
      const [messages, dead, waiting] = await Promise.all(paths.map((path) => this.api.get(path)));
      [this.waiting, this.nextWaiting] = [waiting.items, waiting.next];
      clearTimeout(this.watching);
      if (this.waiting.length) this.watching = setTimeout(() => this.refresh(), QUEUE_S * 1000);
      [this.messages, this.nextMessages] = [messages.items, messages.next];
      [this.dead, this.nextDead] = [dead.items, dead.next];
      this.changed();
    } catch {
      // already shown by the connection banner
    }
    this.fetching = false;
    if (this.again) {
      this.again = false;
      this.refresh();
    }
  }

  async more() {
    const older = async (path, cursor) =>
      cursor ? this.api.get(`${path}&cursor=${encodeURIComponent(cursor)}`) : { items: [], next: null };
    const [messages, dead] = await Promise.all([
      older(this.path, this.nextMessages),
      older("/api/deadletters?pageSize=50", this.nextDead),
    ]);
    this.messages = [...this.messages, ...messages.items];
    this.dead = [...this.dead, ...dead.items];
    [this.nextMessages, this.nextDead] = [messages.next, dead.next];
    this.changed();
  }

  /** Send a terminated or unknown message again. Repeating this sends it only once. */
  async sendAgain(executionId) {
    await this.api.post(`/api/deadletters/${encodeURIComponent(executionId)}/requeue`);
    await this.refresh();
  }

  /** Cancel a waiting message. */
  async cancel(executionId) {
    await this.api.post(`/api/executions/${encodeURIComponent(executionId)}/cancel`, { workstation: "console" });
    await this.refresh();
  }

  /** Cancel all waiting messages of a sender; return the result. */
  async purge(sender) {
    const answer = await this.api.post("/api/queue/purge", { from: sender, workstation: "console" });
    await this.refresh();
    return answer;
  }
}

// Alarm and audit history from the store, for shift handovers and later questions.
import { cell, h, moment, Part, say } from "./parts.js";
import { Figures } from "./figures.js";

const HOUR = 3_600_000;
const EVENTS = ["raised", "repeated", "acknowledged", "cleared", "reset", "masked", "shelved", "unshelved"];
const COLUMNS = {
  alarms: {
    Time: (line) => moment(line.at),
    What: (line) => line.event,
    Asset: (line) => line.caption,
    Alarm: (line) => line.alarmType,
    User: (line) => line.user,
    Comment: (line) => line.comment,
    Reason: (line) => line.reason,
  },
  audit: {
    Time: (line) => moment(line["Record Date"]),
    What: (line) => line["Command/Status"],
    Asset: (line) => line.Location,
    Action: (line) => line.Action,
    User: (line) => line["User Name"],
    Computer: (line) => line.Computer,
  },
};

class History extends Part {
  begin({ api, model, preferences }) {
    Object.assign(this, { api, model, preferences });
    this.from = h("input", { type: "datetime-local", id: "history-from", step: 1 });
    this.to = h("input", { type: "datetime-local", id: "history-to", step: 1 });
    this.kind = h(
      "select",
      { id: "history-kind", onchange: () => this.look() },
      h("option", { value: "alarms" }, "Alarms"),
      h("option", { value: "audit" }, "Audit"),
    );
    this.what = h("select", { id: "history-what" }, h("option", { value: "" }, "All"), EVENTS.map((name) => h("option", {}, name)));
    this.asset = h("input", { type: "search", id: "history-asset" });
    this.user = h("input", { type: "search", id: "history-user" });
    this.since = h("button", { type: "button", class: "quiet", onclick: () => this.sinceLogin() }, "Since my last login");
    this.heading = h("p", { class: "chosen" });
    this.result = h("p", { class: "small", role: "status" });
    this.figures = new Figures();
    this.table = h("table", { class: "stacking past" });
    this.more = h("button", { type: "button", class: "quiet", onclick: () => this.next() }, "Show more");
    const field = (name, input) => h("span", { class: "pair" }, h("label", { htmlFor: input.id }, name), input);
    const button = (name, onclick) => h("button", { type: "button", class: "quiet", onclick }, name);
    this.whatField = field("What", this.what);
    this.userField = field("User", this.user);
    this.append(
      h(
        "form",
        { class: "options unprinted", onsubmit: (event) => (event.preventDefault(), this.look()) },
        field("Records", this.kind),
        field("From", this.from),
        field("To", this.to),
        field("Asset", this.asset),
        this.whatField,
        this.userField,
        h("button", { type: "submit" }, "Show"),
        this.since,
        button("CSV", () => this.save()),
        button("Print", () => print()),
      ),
      this.heading,
      this.figures.element,
      this.result,
      h("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": "History entries" }, this.table),
      this.more,
    );
    this.to.value = "";
    this.from.value = local(new Date(Date.now() - 24 * HOUR));
    addEventListener("hashchange", () => this.open());
    model.addEventListener("connection", () => this.open());
    this.open();
  }

  /** Show the history instead of everything else while the URL says so. */
  open() {
    const shown = location.hash === "#history";
    const changed = document.body.classList.toggle("past", shown) && !this.shown;
    this.shown = shown && this.model.connected;
    if (this.model.connection.state === "loggedOut") this.forget();
    this.since.disabled = !this.preferences.get("logins", {}).before;
    if (changed && this.shown) this.look();
  }

  /** Clear the page, so that the next user does not see it. */
  forget() {
    this.body = null;
    this.table.replaceChildren();
    this.figures.element.hidden = this.more.hidden = true;
    for (const line of [this.heading, this.result]) say(line, "");
    this.asset.value = this.user.value = "";
  }

  sinceLogin() {
    this.from.value = local(new Date(this.preferences.get("logins").before));
    this.to.value = "";
    this.look();
  }

  get time() {
    const times = {};
    if (this.from.value) times.from = new Date(this.from.value).toISOString();
    if (this.to.value) times.to = new Date(this.to.value).toISOString();
    return times;
  }

  get path() {
    const alarms = this.kind.value === "alarms";
    const query = { ...this.time, [alarms ? "asset" : "location"]: this.asset.value.trim() };
    if (alarms) query.event = this.what.value;
    else query.user = this.user.value.trim();
    return `/api/${alarms ? "alarms/history" : "audit"}?${new URLSearchParams(query)}`;
  }

  async look() {
    const alarms = this.kind.value === "alarms";
    this.whatField.hidden = !alarms;
    this.userField.hidden = alarms;
    const until = this.to.value ? moment(this.to.value) : `now, ${moment(new Date())}`;
    say(this.heading, `${this.model.caption}, ${this.kind.selectedOptions[0].text}: ${moment(this.from.value)} to ${until}`);
    const names = Object.keys(COLUMNS[this.kind.value]);
    this.body = h("tbody");
    this.table.replaceChildren(h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))), this.body);
    this.cursor = "";
    this.lines = 0;
    await this.next();
    this.figures.element.hidden = !alarms;
    if (alarms) await this.attempt(async () => this.figures.show(await this.api.get(`/api/alarms/statistics?${new URLSearchParams(this.time)}`)));
  }

  /** Add the next page; a page of search results may be short or empty although more follow. */
  async next() {
    const { body } = this;
    const columns = Object.entries(COLUMNS[this.kind.value]);
    await this.attempt(async () => {
      const page = await this.api.get(`${this.path}&pageSize=200${this.cursor && `&cursor=${encodeURIComponent(this.cursor)}`}`);
      if (body !== this.body) return;
      this.lines += page.items.length;
      this.cursor = page.next ?? "";
      body.append(...page.items.map((line) => h("tr", {}, columns.map(([name, text]) => cell(name, text(line) || "")))));
      const lines = this.lines === 1 ? "1 line" : `${this.lines.toLocaleString("en")} lines`;
      say(this.result, this.lines || this.cursor ? lines : "No entries in this period.");
      this.more.hidden = !this.cursor;
    });
  }

  async save() {
    await this.attempt(async () => {
      const address = URL.createObjectURL(await this.api.csv(`${this.path}&pageSize=1000`));
      h("a", { href: address, download: `${this.kind.value}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    });
  }

  async attempt(what) {
    try {
      await what();
    } catch (error) {
      say(this.result, error.problem ? error.message : `The driver did not answer. ${this.model.unknown}`);
    }
  }
}

/** A time in the format of a form input. */
function local(date) {
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

customElements.define("sms-history", History);

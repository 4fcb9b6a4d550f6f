// The alarm list: alarms grouped by cause, to be acknowledged or shelved individually or together.
import { beside, cell, h, keyed, onOtherUser, Part, say, steady } from "./parts.js";
import { age, COLUMNS, filtered, folded, listed, open, shortId, sorted, waiting } from "./alarm_list.js";
import { paint } from "./colors.js";
import { Shelves } from "./shelves.js";

/** Rows that are drawn initially. */
const AT_FIRST = 200;
/** The key that acknowledges the ticked alarms, the focused one, or else the first one. */
const KEY = "F8";
const NO_ANSWER = "the driver did not answer. The outcome is unknown.";

class Alarms extends Part {
  begin({ api, model, preferences }) {
    Object.assign(this, { api, model, preferences });
    this.ticked = new Set();
    this.unfolded = new Set();
    this.most = AT_FIRST;
    this.masked = h("input", { type: "checkbox", id: "show-masked", onchange: () => this.later() });
    this.comment = h("input", { id: "alarm-comment", maxLength: 500, autocomplete: "off" });
    this.several = h("button", { type: "button", class: "quiet", onclick: () => this.acknowledgeTicked() });
    this.aside = h("button", { type: "button", class: "quiet", onclick: () => this.shelveTicked() }, "Shelve ticked…");
    this.none = h("p", { class: "empty" });
    this.result = h("p", { class: "small", role: "status" });
    this.all = h("input", { type: "checkbox", "aria-label": "Tick all shown", onchange: () => this.tickAll() });
    this.heads = COLUMNS.map((column) => this.head(column.name));
    this.body = h("tbody");
    this.table = h(
      "table",
      { class: "stacking alarms" },
      h("caption", { class: "hidden" }, "Alarms"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, this.all), this.heads.map((head) => head.cell))),
      this.body,
    );
    this.more = h("button", { type: "button", class: "quiet", onclick: () => this.showMore() }, "Show more");
    this.shelves = new Shelves(api, model);
    this.actions = h(
      "p",
      { class: "options" },
      h("span", { class: "pair" }, h("label", { htmlFor: "alarm-comment" }, "Comment"), this.comment),
      this.several,
      this.aside,
      h("span", { class: "small" }, `${KEY} acknowledges the ticked alarms, or else the first one.`),
    );
    this.grid = h("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": "Alarm list" }, this.table);
    this.append(
      this.actions,
      this.none,
      this.result,
      this.grid,
      this.more,
      h("p", { class: "options" }, beside(this.masked, "Show masked assets")),
      this.shelves.element,
    );
    this.keep = steady(this.body, () => this.later());
    document.addEventListener("keydown", (event) => this.pressed(event));
    for (const news of ["assets", "connection", "user"]) model.addEventListener(news, () => this.later());
    onOtherUser(model, api, () => (this.comment.value = ""));
    setInterval(() => this.grow(), 1000);
    this.later();
  }

  head(name) {
    const sort = h("button", { type: "button", class: "link", onclick: () => this.sortBy(name) }, name);
    const filter = h("input", { type: "search", "aria-label": `Filter ${name}`, oninput: () => this.filterBy(name, filter) });
    return { name, filter, cell: h("th", { scope: "col" }, sort, filter) };
  }

  sortBy(name) {
    const { column, down } = this.preferences.get("alarm-sort", {});
    const next = column !== name ? { column: name } : down ? {} : { column: name, down: true };
    this.preferences.set("alarm-sort", next);
    this.later();
  }

  filterBy(name, input) {
    this.preferences.set("alarm-filters", { ...this.preferences.get("alarm-filters", {}), [name]: input.value.trim() });
    this.later();
  }

  showMore() {
    this.most += AT_FIRST;
    this.later();
  }

  draw() {
    const sort = this.preferences.get("alarm-sort", {});
    const filters = this.preferences.get("alarm-filters", {});
    for (const { name, cell, filter } of this.heads) {
      cell.ariaSort = sort.column !== name ? "none" : sort.down ? "descending" : "ascending";
      if (document.activeElement !== filter) filter.value = filters[name] ?? "";
    }
    const alarms = listed(this.model, this.masked.checked);
    const groups = this.keep(sorted(filtered(folded(alarms), filters), sort), (group) => group.alarm.alarmId);
    this.groups = groups;
    this.rows = groups.flatMap((group) => [
      { alarm: group.alarm, group },
      ...(this.unfolded.has(group.alarm.alarmId) ? group.followers.map((alarm) => ({ alarm, of: group })) : []),
    ]);
    const known = new Set(alarms.map((alarm) => alarm.alarmId));
    for (const id of this.ticked) if (!known.has(id)) this.ticked.delete(id);
    say(this.none, this.model.unknown || (alarms.length ? "No alarms match the filters." : "No alarms."));
    this.none.hidden = groups.length > 0 && this.model.connected;
    this.table.hidden = !alarms.length;
    const shown = this.rows.slice(0, this.most);
    keyed(this.body, shown, ({ alarm }) => alarm.alarmId, () => this.row(), (row, it) => this.fill(row, it));
    this.more.hidden = this.rows.length <= this.most;
    say(this.more, `Show more (${(this.rows.length - this.most).toLocaleString("en")})`);
    this.drawActions(groups);
    this.shelves.draw();
  }

  drawActions(groups) {
    const may = this.api.may("operator");
    const ready = may && this.model.connected && this.ticked.size > 0;
    this.actions.hidden = !may || !groups.length;
    this.several.disabled = this.aside.disabled = !ready;
    say(this.several, this.ticked.size ? `Acknowledge ticked (${this.ticked.size.toLocaleString("en")})` : "Acknowledge ticked");
    this.all.checked = groups.length > 0 && this.ticked.size >= this.shownIds().length;
  }

  /** All listed alarms, including collapsed ones. */
  shownIds() {
    return this.groups.flatMap(({ alarm, followers }) => [alarm, ...followers].map((each) => each.alarmId));
  }

  tickAll() {
    this.ticked = new Set(this.all.checked ? this.shownIds() : []);
    this.later();
  }

  row() {
    const row = h("tr", { onclick: (event) => this.clicked(event, row) });
    const box = h("input", { type: "checkbox", onchange: () => this.tick(row) });
    const caption = h("button", { type: "button", class: "link", onclick: () => this.model.reveal(row.alarm.assetId) });
    const place = h("span", { class: "small place" });
    const fold = h("button", { type: "button", class: "quiet", onclick: () => this.fold(row) });
    const cells = COLUMNS.slice(1).map(({ name }) => cell(name, h("span")));
    row.append(h("td", {}, box), cell("Asset", caption, place, fold), ...cells);
    const acknowledge = h("button", { type: "button", class: "quiet", onclick: () => this.acknowledge(row) });
    row.parts = { box, caption, place, fold, texts: cells.map((each) => each.firstElementChild), acknowledge };
    row.parts.state = cells[COLUMNS.findIndex(({ name }) => name === "State") - 1];
    return row;
  }

  fill(row, { alarm, group, of }) {
    Object.assign(row, { alarm, group });
    const { box, caption, place, fold, texts, acknowledge, state } = row.parts;
    say(caption, alarm.caption);
    say(place, alarm.location === alarm.caption ? "" : alarm.location);
    const followers = group?.followers.length ?? 0;
    fold.hidden = !followers;
    fold.ariaExpanded = String(this.unfolded.has(alarm.alarmId));
    say(fold, `${followers.toLocaleString("en")} consequence${followers === 1 ? "" : "s"}`);
    COLUMNS.slice(1).forEach((column, n) => say(texts[n], column.text(alarm)));
    texts.at(-1).title = alarm.alarmId;
    box.checked = this.ticked.has(alarm.alarmId);
    box.ariaLabel = `Tick ${nameOf(alarm)}`;
    row.classList.toggle("follows", Boolean(of));
    row.classList.toggle("acknowledged", !open(alarm));
    const ids = group ? waiting(group) : open(alarm) ? [alarm.alarmId] : [];
    acknowledge.disabled = !this.model.connected;
    say(acknowledge, ids.length > 1 ? `Acknowledge all ${ids.length.toLocaleString("en")}` : "Acknowledge");
    acknowledge.ariaLabel = `${acknowledge.textContent}: ${nameOf(alarm)}`;
    if (!ids.length || !this.api.may("operator")) acknowledge.remove();
    else if (!acknowledge.isConnected) state.append(acknowledge);
    const status = open(alarm) ? alarm.status : "Acknowledged";
    paint(row, status, this.model.statusRow({ ...alarm.asset, status }));
  }

  /** Update the ages. */
  grow() {
    const at = COLUMNS.findIndex(({ name }) => name === "Age") - 1;
    for (const row of this.body.children) say(row.parts.texts[at], age(row.alarm));
  }

  clicked(event, row) {
    if (!event.target.closest("button, input")) this.model.reveal(row.alarm.assetId);
  }

  tick({ alarm, group, parts }) {
    for (const id of [alarm, ...(group?.followers ?? [])].map((each) => each.alarmId)) {
      if (parts.box.checked) this.ticked.add(id);
      else this.ticked.delete(id);
    }
    this.later();
  }

  fold({ alarm }) {
    if (!this.unfolded.delete(alarm.alarmId)) this.unfolded.add(alarm.alarmId);
    this.later();
  }

  pressed(event) {
    if (event.key !== KEY || !this.api.may("operator") || !this.model.connected) return;
    event.preventDefault();
    // A key that is held down counts once, and alarms behind a dialog must not be acknowledged.
    if (event.repeat || !this.grid.checkVisibility() || document.querySelector("dialog[open]")) return;
    const focused = document.activeElement?.closest("sms-alarms tbody tr");
    const rows = [focused, ...this.body.children].filter((row) => row?.parts.acknowledge.isConnected);
    if (this.ticked.size) this.acknowledgeTicked();
    else if (rows.length) this.acknowledge(rows[0]);
    else say(this.result, "No alarm is waiting for acknowledgement.");
  }

  /** Acknowledge an alarm and its consequences, including those that this page has not received yet. */
  acknowledge(row) {
    const follows = row.group?.followers.length ? " and its consequences" : "";
    return this.send([row.alarm.alarmId], `${nameOf(row.alarm)}${follows}`, { row, consequences: true });
  }

  acknowledgeTicked() {
    const unfolded = [...this.ticked].some((id) => this.unfolded.has(id));
    return this.send([...this.ticked], "ticked alarms", { consequences: !unfolded });
  }

  /** Acknowledge alarms, then focus the next waiting one. */
  async send(alarmIds, name, { row, consequences }) {
    const next = nextOf(row);
    const body = { alarmIds, consequences, comment: this.comment.value.trim(), workstation: "console" };
    this.several.disabled = true;
    say(this.result, `Acknowledge ${name}: …`);
    try {
      const answer = await this.api.post("/api/alarms/acknowledge", body);
      say(this.result, `Acknowledge ${name}: ${summary(answer)}`);
      this.ticked.clear();
      this.comment.value = "";
      if (!next) this.grid.focus();
      else next.parts.acknowledge.focus();
    } catch (error) {
      say(this.result, `Acknowledge ${name}: ${error.problem ? error.message : NO_ANSWER}`);
    }
    this.later();
  }

  async shelveTicked() {
    const answer = await this.shelves.ask([...this.ticked]);
    if (!answer) return;
    say(this.result, answer);
    this.ticked.clear();
    this.later();
  }
}

/** The next waiting row below, or else the first one above. */
function nextOf(row) {
  const rows = row ? [...row.parentElement.children] : [];
  const at = rows.indexOf(row);
  const waits = (each) => each !== row && each.parts.acknowledge.isConnected;
  return rows.slice(at + 1).find(waits) ?? rows.slice(0, Math.max(at, 0)).find(waits);
}

function nameOf(alarm) {
  return `${alarm.alarmType} of ${alarm.caption} (${shortId(alarm.alarmId)})`;
}

function summary({ done, unchanged, gone }) {
  const parts = [`${done.length.toLocaleString("en")} done`];
  if (unchanged.length) parts.push(`${unchanged.length} already acknowledged`);
  if (gone.length) parts.push(`${gone.length} already over`);
  return `${parts.join(", ")}.`;
}

customElements.define("sms-alarms", Alarms);

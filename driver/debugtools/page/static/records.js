// The records on the page: the newest few thousand, newest at the bottom; new ones are held back while paused.

const MAX_RECORDS = 5000;
const OWN = new Set(["id", "at", "level", "logger", "event", "source", "exception"]);

export class Records {
  constructor(body, scroll) {
    this.body = body;
    this.scroll = scroll;
    this.all = [];
    this.waiting = [];
    this.paused = false;
    this.held = 0;
  }

  replace(records) {
    this.all = [];
    this.waiting = [];
    this.held = 0;
    this.body.replaceChildren();
    records.forEach((record) => this.show(record));
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  add(record) {
    if (this.paused) {
      this.waiting.push(record);
      if (this.waiting.length > MAX_RECORDS) this.waiting.shift();
      this.held = this.waiting.length;
      return;
    }
    const atEnd = this.scroll.scrollTop + this.scroll.clientHeight >= this.scroll.scrollHeight - 40;
    this.show(record);
    if (atEnd) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  pause(on) {
    this.paused = on;
    if (on) return;
    this.waiting.splice(0).forEach((record) => this.show(record));
    this.held = 0;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  show(record) {
    const row = document.createElement("tr");
    row.className = String(record.level);
    for (const text of [String(record.at ?? "").replace("T", " "), record.level, record.logger, sentence(record)]) {
      const cell = document.createElement("td");
      cell.textContent = text ?? "";
      row.append(cell);
    }
    this.body.append(row);
    this.all.push(record);
    if (this.all.length > MAX_RECORDS) {
      this.all.shift();
      this.body.firstElementChild.remove();
    }
  }

  ndjson() {
    return this.all.map((record) => `${JSON.stringify(record)}\n`).join("");
  }

  text() {
    const line = (record) => `${record.at} ${String(record.level).padEnd(8)} ${record.logger}: ${sentence(record)}\n`;
    return this.all.map(line).join("");
  }
}

function sentence(record) {
  const more = Object.entries(record)
    .filter(([name, value]) => !OWN.has(name) && value !== null && value !== "")
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
  const exception = record.exception ? `\n${record.exception}` : "";
  return [record.event, ...more].join("  ") + exception;
}

// The numbers of waiting alarms and new messages, in the header and in the window title.
import { Part, say } from "./parts.js";
import { folded, listed, waiting } from "./alarm_list.js";

class AlarmCount extends Part {
  begin({ model, unread }) {
    Object.assign(this, { model, unread });
    for (const news of ["assets", "connection", "unread"]) model.addEventListener(news, () => this.later());
    this.later();
  }

  draw() {
    const count = folded(listed(this.model, false)).filter((group) => waiting(group).length).length;
    const shown = this.model.connected ? String(count || "") : "?";
    this.hidden = !shown;
    say(this, shown);
    this.title = this.model.unknown || `${count} unacknowledged`;
    const news = [shown && `${shown} alarm${shown === "1" ? "" : "s"}`, this.unread.count && `${this.unread.count} new`];
    const parts = news.filter(Boolean).join(", ");
    document.title = `${parts ? `(${parts}) ` : ""}${this.model.caption} console`;
  }
}

class UnreadCount extends Part {
  begin({ model, unread }) {
    Object.assign(this, { unread });
    model.addEventListener("unread", () => this.later());
    this.later();
  }

  draw() {
    const { count } = this.unread;
    this.hidden = !count;
    say(this, count ? `${count} new` : "");
  }
}

customElements.define("sms-alarm-count", AlarmCount);
customElements.define("sms-unread-count", UnreadCount);

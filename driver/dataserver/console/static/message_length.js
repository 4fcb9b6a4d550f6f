// The length of a message while it is written; excess text is shown in red.
import { h, say } from "./parts.js";

/** Maximum number of special characters to list. */
const NAMED = 8;
/** Maximum number of excess characters to show. */
const SHOWN = 200;

export class MessageLength {
  constructor(api, text) {
    Object.assign(this, { api, text, sms: 1, limit: Infinity });
    this.words = h("p", { id: "length", class: "small", role: "status" });
    this.excess = h("mark", { class: "excess" });
    this.element = h("div", {}, this.words, this.excess);
    text.addEventListener("input", () => this.soon());
  }

  /** The number of characters beyond Twilio's limit. */
  get tooMany() {
    return Math.max(0, [...this.text.value].length - this.limit);
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.measure(), 120);
  }

  /** Fetch and show the message's length; `sms` is null while it is unknown. */
  async measure() {
    clearTimeout(this.timer);
    const text = this.text.value;
    if (!text) return this.show("", "");
    let length;
    try {
      // A message that is far too long need not be measured completely.
      length = await this.api.post("/api/segments", { text: [...text].slice(0, 5000).join("") });
    } catch {
      this.sms = null;
      return this.show("Its length is unknown.", "");
    }
    if (text !== this.text.value) return;
    this.limit = length.limit;
    this.sms = length.segments;
    if (this.tooMany) {
      const limit = length.limit.toLocaleString("en");
      const much = [...text].slice(length.limit).join("");
      return this.show(`${this.tooMany.toLocaleString("en")} characters too long; Twilio accepts ${limit}.`, much);
    }
    const left = `${length.remaining} character${length.remaining === 1 ? "" : "s"} left`;
    const special = length.foreign.slice(0, NAMED).join(" ");
    this.show(`${length.segments} SMS, ${left}${special ? `; special characters (${special}) reduce the limit` : ""}.`, "");
  }

  show(words, excess) {
    say(this.words, words);
    this.words.classList.toggle("wrong", excess !== "");
    say(this.excess, excess.length > SHOWN ? `${excess.slice(0, SHOWN)}…` : excess);
  }
}

// How long a message is, in words, while it is written; what is too much of it is shown in red.
import { h, say } from "./parts.js";

/** Characters that cost more are named up to this many. */
const NAMED = 8;
/** Characters of what is too much that are shown. */
const SHOWN = 200;

export class MessageLength {
  constructor(api, text) {
    Object.assign(this, { api, text, sms: 1, limit: Infinity });
    this.words = h("p", { id: "length", class: "small", role: "status" });
    this.excess = h("mark", { class: "excess" });
    this.element = h("div", {}, this.words, this.excess);
    text.addEventListener("input", () => this.soon());
  }

  /** How many characters Twilio would refuse. */
  get tooMany() {
    return Math.max(0, [...this.text.value].length - this.limit);
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.measure(), 120);
  }

  /** Ask how long the message is, and say so; `sms` is null while nobody knows. */
  async measure() {
    clearTimeout(this.timer);
    const text = this.text.value;
    if (!text) return this.show("", "");
    let length;
    try {
      // What is far too long need not be measured as a whole.
      length = await this.api.post("/api/segments", { text: [...text].slice(0, 5000).join("") });
    } catch {
      this.sms = null;
      return this.show("Its length is not known.", "");
    }
    if (text !== this.text.value) return;
    this.limit = length.limit;
    this.sms = length.segments;
    if (this.tooMany) {
      const limit = length.limit.toLocaleString("en");
      const much = [...text].slice(length.limit).join("");
      return this.show(`Too long by ${this.tooMany.toLocaleString("en")} characters; Twilio takes ${limit}.`, much);
    }
    const left = `${length.remaining} character${length.remaining === 1 ? "" : "s"} left`;
    const special = length.foreign.slice(0, NAMED).join(" ");
    this.show(`${length.segments} SMS, ${left}${special ? `; special characters (${special}) shorten it` : ""}.`, "");
  }

  show(words, excess) {
    say(this.words, words);
    this.words.classList.toggle("wrong", excess !== "");
    say(this.excess, excess.length > SHOWN ? `${excess.slice(0, SHOWN)}…` : excess);
  }
}

// Traces on the page: choose topics, see active traces and when they end, and stop them.
import { callDriver } from "/page/logs.js";

/** Show the topics in `box` and active traces in `active`; `asset()` is the asset to trace, or empty for all. */
export class Traces {
  constructor(box, active, minutes, asset) {
    this.box = box;
    this.active = active;
    this.minutes = minutes;
    this.asset = asset;
  }

  async look() {
    this.show(await callDriver("GET", "/api/trace"));
  }

  async begin() {
    const topics = [...this.box.querySelectorAll("input:checked")].map((input) => input.value);
    this.show(await callDriver("PUT", "/api/trace", { topics, asset: this.asset(), minutes: Number(this.minutes.value) }));
  }

  async stop() {
    this.show(await callDriver("DELETE", "/api/trace"));
  }

  show({ topics, active }) {
    if (!this.box.children.length) {
      for (const [topic, words] of Object.entries(topics)) this.box.append(choice(topic, words));
    }
    this.active.textContent = active.map(sentence).join(" ") || "No active traces.";
  }
}

function choice(topic, words) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "checkbox";
  input.value = topic;
  const name = document.createElement("strong");
  name.textContent = topic;
  label.append(input, name, words);
  return label;
}

function sentence({ asset, topics, until }) {
  return `${topics.join(", ")} for ${asset || "all assets"} until ${until.slice(11, 19)}.`;
}

// The assets with the colour of their status, and their true state where that is another.
import { h, keyed, moment, Part, say } from "./parts.js";
import { paint } from "./colours.js";

const AT_FIRST = 200;

class Assets extends Part {
  begin({ model }) {
    this.model = model;
    this.most = AT_FIRST;
    this.search = h("input", { type: "search", id: "asset-search", oninput: () => this.later() });
    this.only = h("select", { id: "asset-status", onchange: () => this.later() }, h("option", { value: "" }, "All"));
    this.list = h("ul", { class: "cards" });
    this.count = h("p", { class: "empty", role: "status" });
    this.more = h("button", { type: "button", class: "quiet", onclick: () => this.showMore() }, "Show more");
    this.append(
      h(
        "p",
        { class: "options" },
        h("span", { class: "pair" }, h("label", { htmlFor: "asset-search" }, "Find"), this.search),
        h("span", { class: "pair" }, h("label", { htmlFor: "asset-status" }, "Status"), this.only),
      ),
      this.list,
      this.count,
      this.more,
    );
    model.addEventListener("assets", () => this.later());
    model.addEventListener("selection", () => this.later());
    model.addEventListener("reveal", ({ detail }) => this.reveal(detail));
    this.later();
  }

  /** Scroll to an asset, whatever was looked for before. */
  reveal(id) {
    this.search.value = this.only.value = "";
    this.most = Math.max(this.most, [...this.model.assets.keys()].indexOf(id) + 1);
    this.draw();
    document.getElementById(`asset-${id}`)?.scrollIntoView({ block: "center" });
  }

  showMore() {
    this.most += AT_FIRST;
    this.later();
  }

  draw() {
    const all = [...this.model.assets.values()].map((asset) => this.model.shown(asset));
    this.drawStatuses(all);
    const text = this.search.value.trim().toLowerCase();
    const found = all.filter(
      (asset) =>
        (!this.only.value || asset.status === this.only.value) &&
        (!text || `${asset.caption} ${asset.assetId} ${asset.externalPhoneNumber ?? ""}`.toLowerCase().includes(text)),
    );
    keyed(
      this.list,
      found.slice(0, this.most),
      (asset) => asset.assetId,
      (asset) => this.card(asset),
      (card, asset) => this.fill(card, asset),
    );
    const hidden = found.length - this.most;
    this.more.hidden = hidden <= 0;
    const none = all.length ? "No asset fits." : this.model.unknown || "No assets.";
    say(this.count, found.length ? (hidden > 0 ? `${hidden} more.` : "") : none);
  }

  drawStatuses(all) {
    const names = [...new Set(all.map((asset) => asset.status)), this.only.value].filter(Boolean);
    const wanted = [...new Set(names)].sort();
    const shown = [...this.only.options].slice(1).map((option) => option.value);
    if (wanted.join() === shown.join()) return;
    const chosen = this.only.value;
    this.only.replaceChildren(
      h("option", { value: "" }, "All"),
      ...wanted.map((name) => h("option", { value: name }, name)),
    );
    this.only.value = chosen;
  }

  card(asset) {
    const id = `asset-${asset.assetId}`;
    const box = h("input", {
      type: "checkbox",
      id,
      "aria-describedby": `${id}-reason`,
      onchange: () => this.model.select(asset.assetId, box.checked),
    });
    const parts = {
      box,
      caption: h("span", { class: "caption" }),
      status: h("span", { class: "status" }),
      true: h("span", { class: "true" }),
      reason: h("p", { class: "reason", id: `${id}-reason` }),
      conditions: h("ul", { class: "conditions" }),
      more: h("p", { class: "small" }),
    };
    const card = h(
      "li",
      { class: "card" },
      h("label", { htmlFor: id }, box, h("span", { class: "names" }, parts.caption, parts.status, parts.true)),
      parts.reason,
      parts.conditions,
      parts.more,
    );
    card.parts = parts;
    return card;
  }

  fill(card, asset) {
    const { box, caption, status, true: truth, reason, conditions, more } = card.parts;
    const row = this.model.statusRow(asset);
    box.checked = this.model.selected.has(asset.assetId);
    card.classList.toggle("selected", box.checked);
    say(caption, asset.caption);
    say(status, asset.status);
    const alarmed = asset.trueStates.filter((state) => state !== "Normal");
    const differs = alarmed.length > 0 && !alarmed.includes(asset.status);
    say(truth, differs ? `true state: ${alarmed.join(", ")}` : "");
    card.classList.toggle("blinking", differs && row?.CaptionBlinksTrueAlarm === true);
    say(reason, asset.awaiting ? `${asset.reason}. Awaiting: ${asset.awaiting}.` : asset.reason);
    keyed(
      conditions,
      asset.facts.conditions,
      (condition) => condition.cause,
      () => h("li"),
      (item, condition) => say(item, `${condition.detail}; ${condition.hint} (since ${moment(condition.since)})`),
    );
    const numbers = asset.externalPhoneNumber ? `${asset.externalPhoneNumber} via ${asset.twilioPhoneNumber}, ` : "";
    say(more, `${numbers}${asset.status} since ${moment(asset.since)}`);
    paint(card, asset.status, row);
  }
}

customElements.define("sms-assets", Assets);

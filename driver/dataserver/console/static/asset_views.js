// The two views of assets: cards or lines, those that need attention first.
import { cell, h, keyed, moment, say } from "./parts.js";
import { paint } from "./colors.js";
import { open } from "./alarm_list.js";

/** An asset's state in one sentence. */
function sentence(asset) {
  return asset.awaiting ? `${asset.reason}. Awaiting: ${asset.awaiting}.` : asset.reason;
}

/** The true state if a different one is shown; otherwise empty. */
function truth(asset) {
  const alarmed = asset.trueStates.filter((state) => state !== "Normal");
  return alarmed.length && !alarmed.includes(asset.status) ? `true state: ${alarmed.join(", ")}` : "";
}

/** Waiting alarms come first, then assets that are not normal. */
function urgency(asset) {
  if (asset.alarms.some((alarm) => open(alarm) && !alarm.masked && !alarm.shelved)) return 0;
  return asset.status === "Normal" ? 2 : 1;
}

function tick(model, asset) {
  const id = `asset-${asset.assetId}`;
  const box = h("input", { type: "checkbox", id, onchange: () => model.select(asset.assetId, box.checked) });
  return box;
}

export class Cards {
  constructor(model) {
    this.model = model;
    this.element = h("ul", { class: "cards" });
    this.place = this.element;
  }

  order(assets) {
    return assets;
  }

  create(asset) {
    const box = tick(this.model, asset);
    const parts = {
      box,
      caption: h("span", { class: "caption" }),
      status: h("span", { class: "status" }),
      true: h("span", { class: "true" }),
      reason: h("p", { class: "reason", id: `${box.id}-reason` }),
      conditions: h("ul", { class: "conditions" }),
      more: h("p", { class: "small" }),
    };
    box.setAttribute("aria-describedby", parts.reason.id);
    const names = h("span", { class: "names" }, parts.caption, parts.status, parts.true);
    const label = h("label", { htmlFor: box.id }, box, names);
    const card = h("li", { class: "card" }, label, parts.reason, parts.conditions, parts.more);
    card.parts = parts;
    return card;
  }

  fill(card, asset) {
    const { box, caption, status, reason, conditions, more } = card.parts;
    const row = this.model.statusRow(asset);
    box.checked = this.model.selected.has(asset.assetId);
    card.classList.toggle("selected", box.checked);
    say(caption, asset.caption);
    say(status, asset.status);
    say(card.parts.true, truth(asset));
    card.classList.toggle("blinking", truth(asset) !== "" && row?.CaptionBlinksTrueAlarm === true);
    say(reason, sentence(asset));
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

export class Lines {
  constructor(model) {
    this.model = model;
    this.place = h("tbody");
    const heads = ["", "Asset", "Status", "Why", "Since"].map((name) => (name ? h("th", { scope: "col" }, name) : h("td")));
    const table = h("table", { class: "lines" }, h("thead", {}, h("tr", {}, heads)), this.place);
    this.element = h("div", { class: "scrolling", tabindex: 0, role: "region", "aria-label": "Asset list" }, table);
  }

  order(assets) {
    return assets.map((asset) => [urgency(asset), asset]).sort(([a], [b]) => a - b).map(([, asset]) => asset);
  }

  create(asset) {
    const box = tick(this.model, asset);
    const caption = h("label", { htmlFor: box.id, class: "caption" });
    const [status, why, since] = [h("span", { class: "status" }), h("span"), h("span")];
    const line = h("tr", {}, h("td", {}, box), cell("Asset", caption), cell("Status", status), cell("Why", why), cell("Since", since));
    line.parts = { box, caption, status, why, since };
    return line;
  }

  fill(line, asset) {
    const { box, caption, status, why, since } = line.parts;
    const row = this.model.statusRow(asset);
    box.checked = this.model.selected.has(asset.assetId);
    line.classList.toggle("selected", box.checked);
    say(caption, asset.caption);
    say(status, asset.status);
    const conditions = asset.facts.conditions.map((condition) => condition.detail);
    say(why, [truth(asset), sentence(asset), ...conditions].filter(Boolean).join("; "));
    why.title = why.textContent;
    say(since, moment(asset.since));
    paint(line, asset.status, row);
  }
}

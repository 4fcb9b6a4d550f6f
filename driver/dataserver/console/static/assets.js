// The assets with their status and its reason: all or search results, as cards or as lines.
import { h, keyed, Part, say, steady } from "./parts.js";
import { Cards, Lines } from "./asset_views.js";

const AT_FIRST = 200;

class Assets extends Part {
  begin({ api, model, preferences }) {
    Object.assign(this, { api, model, preferences });
    this.most = AT_FIRST;
    this.search = h("input", { type: "search", id: "asset-search", oninput: () => this.later() });
    this.only = h("select", { id: "asset-status", onchange: () => this.later() }, h("option", { value: "" }, "All"));
    this.views = { cards: new Cards(model), list: new Lines(model) };
    this.toggle = h("button", { type: "button", class: "quiet", onclick: () => this.choose() });
    this.phones = h("button", { type: "button", class: "quiet", onclick: () => model.selectAll(this.found) });
    this.count = h("p", { class: "empty", role: "status" });
    this.more = h("button", { type: "button", class: "quiet", onclick: () => this.showMore() }, "Show more");
    this.append(
      h(
        "p",
        { class: "options" },
        h("span", { class: "pair" }, h("label", { htmlFor: "asset-search" }, "Find"), this.search),
        h("span", { class: "pair" }, h("label", { htmlFor: "asset-status" }, "Status"), this.only),
        this.toggle,
        this.phones,
      ),
      this.views.cards.element,
      this.views.list.element,
      this.count,
      this.more,
    );
    this.keep = steady(this.views.list.place, () => this.later());
    for (const news of ["assets", "selection", "user"]) model.addEventListener(news, () => this.later());
    model.addEventListener("reveal", ({ detail }) => this.reveal(detail));
    this.later();
  }

  choose() {
    this.preferences.set("assets", this.shownAs === "list" ? "cards" : "list");
    this.later();
  }

  get shownAs() {
    return this.preferences.get("assets", "cards");
  }

  /** Scroll to an asset, and clear any search. */
  reveal(id) {
    this.search.value = this.only.value = "";
    this.draw(id);
    document.getElementById(`asset-${id}`)?.scrollIntoView({ block: "center" });
  }

  showMore() {
    this.most += AT_FIRST;
    this.later();
  }

  draw(wanted) {
    const all = [...this.model.assets.values()].map((asset) => this.model.shown(asset));
    this.drawStatuses(all);
    const text = this.search.value.trim().toLowerCase();
    const found = all.filter(
      (asset) =>
        (!this.only.value || asset.status === this.only.value) &&
        (!text || `${asset.caption} ${asset.assetId} ${asset.externalPhoneNumber ?? ""}`.toLowerCase().includes(text)),
    );
    this.found = found.filter((asset) => asset.assetType === "Phone").map((asset) => asset.assetId);
    this.phones.hidden = !this.api.may("operator") || this.found.length < 2;
    say(this.phones, `Select ${this.found.length.toLocaleString("en")} phones`);
    const view = this.views[this.shownAs];
    for (const each of Object.values(this.views)) {
      each.element.hidden = each !== view;
      if (each !== view) keyed(each.place, [], () => "");
    }
    say(this.toggle, this.shownAs === "list" ? "Show as cards" : "Show as list");
    const ordered = this.keep(view.order(found), (asset) => asset.assetId);
    if (wanted) this.most = Math.max(this.most, ordered.findIndex((asset) => asset.assetId === wanted) + 1);
    keyed(
      view.place,
      ordered.slice(0, this.most),
      (asset) => asset.assetId,
      (asset) => view.create(asset),
      (element, asset) => view.fill(element, asset),
    );
    const hidden = found.length - this.most;
    this.more.hidden = hidden <= 0;
    const none = all.length ? "No assets match." : this.model.unknown || "No assets.";
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
}

customElements.define("sms-assets", Assets);

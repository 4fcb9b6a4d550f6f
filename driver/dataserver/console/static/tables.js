// Tables and assets as files: export, and import with the difference shown before anything happens.
import { beside, h, Part } from "./parts.js";

/** So many changed rows are shown one by one. */
const MOST = 200;
const KINDS = { status: "Status tables", command: "Command tables", asset: "Assets" };

class Tables extends Part {
  begin({ api, model }) {
    this.api = api;
    this.kind = h(
      "select",
      { id: "table-kind", onchange: () => this.forget() },
      Object.entries(KINDS).map(([value, name]) => h("option", { value }, name)),
    );
    this.excel = h("input", { type: "checkbox", id: "for-excel", checked: true });
    this.file = h("input", { type: "file", id: "table-file", accept: ".csv,text/csv", onchange: () => this.preview() });
    this.replace = h("input", { type: "checkbox", id: "replace", onchange: () => this.preview() });
    this.result = h("div", { class: "difference", role: "status" });
    this.apply = h("button", { type: "button", hidden: true, onclick: () => this.import() }, "Import");
    this.importing = h(
      "p",
      { class: "options" },
      h("label", { htmlFor: "table-file" }, "Import from"),
      this.file,
      beside(this.replace, "The file is the whole truth: what it does not name goes"),
    );
    const get = (name, template) =>
      h("button", { type: "button", class: "quiet", onclick: () => this.save(template) }, name);
    this.append(
      h("p", { class: "options" }, h("label", { htmlFor: "table-kind" }, "Kind"), this.kind),
      h(
        "p",
        { class: "options" },
        get("Export", false),
        get("Template", true),
        beside(this.excel, "Keep phone numbers whole in Excel"),
      ),
      this.importing,
      this.result,
      this.apply,
    );
    model.addEventListener("user", () => this.later());
    this.later();
  }

  draw() {
    this.importing.hidden = !this.api.may("engineer");
  }

  forget() {
    this.file.value = "";
    this.result.replaceChildren();
    this.apply.hidden = true;
  }

  async save(template) {
    const query = new URLSearchParams({ forExcel: this.excel.checked, template });
    try {
      const blob = await this.api.call("GET", `/api/tables/${this.kind.value}?${query}`, { accept: "text/csv" });
      const address = URL.createObjectURL(blob);
      const link = h("a", { href: address, download: `${this.kind.value}.csv` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (trouble) {
      this.result.replaceChildren(h("p", { class: "wrong" }, trouble.message));
    }
  }

  get path() {
    const mode = this.replace.checked ? "replace" : "update";
    return [`/api/tables/${this.kind.value}`, `?mode=${mode}`];
  }

  async preview() {
    const file = this.file.files[0];
    this.apply.hidden = true;
    if (!file) return this.result.replaceChildren();
    const [path, query] = this.path;
    try {
      this.data = await file.arrayBuffer();
      const told = await this.api.call("POST", `${path}/preview${query}`, { body: this.data, type: "text/csv" });
      this.version = told.version;
      this.show(told);
      this.apply.hidden = told.changes.length === 0;
    } catch (trouble) {
      this.refused(trouble);
    }
  }

  async import() {
    const [path, query] = this.path;
    this.apply.disabled = true;
    try {
      const headers = { "If-Match": `"${this.version}"`, "X-Workstation": "console" };
      const told = await this.api.call("PUT", path + query, { body: this.data, type: "text/csv", headers });
      this.forget();
      const count = told.changes.length;
      this.result.append(h("p", { class: "good" }, `Imported: ${count} row${count === 1 ? "" : "s"} changed.`));
    } catch (trouble) {
      this.refused(trouble);
    }
    this.apply.disabled = false;
  }

  show(told) {
    const count = told.changes.length;
    const words = count ? `${count} row${count === 1 ? "" : "s"} to change, ` : "Nothing to change, ";
    this.result.replaceChildren(
      ...told.warnings.map((warning) => h("p", { class: "warning" }, `Warning: ${place(warning)}${warning.message}`)),
      h("p", {}, `${words}${told.unchanged} as before.`),
      h("ul", {}, told.changes.slice(0, MOST).map(change), count > MOST && h("li", {}, `and ${count - MOST} more`)),
    );
  }

  refused(trouble) {
    const mistakes = trouble.told?.code === "table_invalid" ? trouble.told.errors : [];
    const heading = mistakes.length ? `Nothing was imported. ${mistakes.length} to mend:` : trouble.message;
    this.apply.hidden = true;
    this.result.replaceChildren(
      h("p", { class: "wrong" }, heading),
      h("ul", {}, mistakes.map((mistake) => h("li", {}, `${place(mistake)}${mistake.message}`))),
    );
  }
}

function place(told) {
  const line = told.line ? `line ${told.line}${told.cell ? ` (${told.cell})` : ""}` : "";
  const where = [line, told.column].filter(Boolean).join(", ");
  const value = told.value ? ` = ${JSON.stringify(told.value)}` : "";
  return where ? `${where}${value}: ` : "";
}

function change(told) {
  const name = [told.tableId, told.row].filter(Boolean).join(" / ");
  const cells = told.change === "changed" ? told.cells : [];
  return h(
    "li",
    { class: told.change },
    `${told.change}: ${name}`,
    cells.length > 0 &&
      h("ul", {}, cells.map((cell) => h("li", {}, `${cell.column}: ${cell.before || "empty"} → ${cell.after || "empty"}`))),
  );
}

customElements.define("sms-tables", Tables);

// Tables and assets as files: export, and import with a preview of the changes.
import { beside, h, Part } from "./parts.js";

/** Maximum number of changed rows to list. */
const MAX_CHANGES = 200;
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
      beside(this.replace, "Delete rows that are not in the file"),
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
        beside(this.excel, "Protect phone numbers from Excel"),
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
    } catch (error) {
      this.result.replaceChildren(h("p", { class: "wrong" }, error.message));
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
      const difference = await this.api.call("POST", `${path}/preview${query}`, { body: this.data, type: "text/csv" });
      this.version = difference.version;
      this.show(difference);
      this.apply.hidden = difference.changes.length === 0;
    } catch (error) {
      this.refused(error);
    }
  }

  async import() {
    const [path, query] = this.path;
    this.apply.disabled = true;
    try {
      const headers = { "If-Match": `"${this.version}"`, "X-Workstation": "console" };
      const difference = await this.api.call("PUT", path + query, { body: this.data, type: "text/csv", headers });
      this.forget();
      const count = difference.changes.length;
      this.result.append(h("p", { class: "good" }, `Imported: ${count} row${count === 1 ? "" : "s"} changed.`));
    } catch (error) {
      this.refused(error);
    }
    this.apply.disabled = false;
  }

  show(difference) {
    const count = difference.changes.length;
    const words = count ? `${count} row${count === 1 ? "" : "s"} to change, ` : "Nothing to change, ";
    this.result.replaceChildren(
      ...difference.warnings.map((warning) => h("p", { class: "warning" }, `Warning: ${place(warning)}${warning.message}`)),
      h("p", {}, `${words}${difference.unchanged} unchanged.`),
      h("ul", {}, difference.changes.slice(0, MAX_CHANGES).map(change), count > MAX_CHANGES && h("li", {}, `and ${count - MAX_CHANGES} more`)),
    );
  }

  refused(error) {
    const mistakes = error.problem?.code === "table_invalid" ? error.problem.errors : [];
    const heading = mistakes.length ? `Nothing was imported. ${mistakes.length} to fix:` : error.message;
    this.apply.hidden = true;
    this.result.replaceChildren(
      h("p", { class: "wrong" }, heading),
      h("ul", {}, mistakes.map((mistake) => h("li", {}, `${place(mistake)}${mistake.message}`))),
    );
  }
}

function place(mistake) {
  const line = mistake.line ? `line ${mistake.line}${mistake.cell ? ` (${mistake.cell})` : ""}` : "";
  const where = [line, mistake.column].filter(Boolean).join(", ");
  const value = mistake.value ? ` = ${JSON.stringify(mistake.value)}` : "";
  return where ? `${where}${value}: ` : "";
}

function change(row) {
  const name = [row.tableId, row.row].filter(Boolean).join(" / ");
  const cells = row.change === "changed" ? row.cells : [];
  return h(
    "li",
    { class: row.change },
    `${row.change}: ${name}`,
    cells.length > 0 &&
      h("ul", {}, cells.map((cell) => h("li", {}, `${cell.column}: ${cell.before || "empty"} → ${cell.after || "empty"}`))),
  );
}

customElements.define("sms-tables", Tables);

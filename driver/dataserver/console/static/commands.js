// The command panel: the buttons of the selected assets' command tables, and the message with its live length.
import { MessageLength } from "./message_length.js";
import { became, cost, isOver, named, showBroadcast } from "./outcomes.js";
import { h, keyed, onOtherUser, Part, say } from "./parts.js";

const SEND = "Send Message";
const MASK = "Mask";
const COMMENTED = ["Acknowledge", MASK, "Reset"];
/** Durations of a mask, in minutes; a forgotten mask hides alarms. */
const MASKS = { 0: "until Reset", 10: "10 minutes", 60: "1 hour", 480: "8 hours" };
/** Log lines that are kept, besides those of operations in progress. */
const LINES = 8;

class Commands extends Part {
  begin({ api, model }) {
    this.api = api;
    this.model = model;
    /** Commands that wait for a response; a repeated one, as from a double click, is ignored. */
    this.given = new Set();
    this.chosen = h("p", { class: "chosen", role: "status" });
    this.buttons = h("div", { class: "buttons", role: "group", "aria-label": "Commands of the selection" });
    this.comment = h("input", { id: "comment", maxLength: 500, autocomplete: "off" });
    this.commentField = h("p", { class: "field" }, h("label", { htmlFor: "comment" }, "Comment (optional)"), this.comment);
    this.lasting = h(
      "select",
      { id: "mask-for" },
      Object.entries(MASKS).map(([value, name]) => h("option", { value }, name)),
    );
    this.lastingField = h("p", { class: "field" }, h("label", { htmlFor: "mask-for" }, "Mask"), this.lasting);
    this.text = h("textarea", {
      id: "message",
      rows: 4,
      dir: "auto",
      "aria-describedby": "length",
    });
    this.length = new MessageLength(api, this.text);
    const label = h("label", { htmlFor: "message" }, "Message");
    this.textField = h("div", { class: "field" }, label, this.text, this.length.element);
    this.log = h("ol");
    this.logBox = h("div", { class: "log", role: "log", "aria-label": "Command log" }, this.log);
    this.ask = h("dialog", { "aria-labelledby": "ask-title" });
    this.jump = h("a", { class: "jump", href: "#commands", hidden: true });
    this.append(this.jump, this.chosen, this.textField, this.commentField, this.lastingField, this.buttons, this.logBox, this.ask);
    model.addEventListener("selection", () => this.later());
    model.addEventListener("connection", () => this.later());
    model.addEventListener("assets", () => this.later());
    model.addEventListener("user", () => this.later());
    onOtherUser(model, api, () => this.forget());
    this.later();
  }

  /** Clear drafts and log, so that the next user neither sees nor sends them. */
  forget() {
    this.ask.close();
    this.text.value = this.comment.value = "";
    this.lasting.value = "0";
    this.length.measure();
    this.log.replaceChildren();
  }

  /** The commands that all selected assets have, with the names in the first one's table. */
  common(selection) {
    const [first, ...others] = selection.map((asset) => this.model.commands(asset));
    return (first ?? []).filter(
      (row) =>
        row["Command.HideInCommandBar"] !== true &&
        others.every((rows) => rows.some((other) => actionOf(other) === actionOf(row))),
    );
  }

  draw() {
    const selection = this.model.selection;
    const names = selection.map((asset) => asset.caption);
    const shown = names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    const may = this.api.may("operator");
    this.logBox.hidden = this.model.connection.state === "loggedOut";
    const none = may ? "Select one or more assets." : "Your role is read-only and cannot give commands.";
    say(this.chosen, names.length && may ? shown : none);
    this.jump.hidden = names.length === 0 || !may;
    say(this.jump, `Commands for ${shown}`);
    const rows = may ? this.common(selection) : [];
    this.textField.hidden = !rows.some((row) => actionOf(row) === SEND);
    this.commentField.hidden = !rows.some((row) => COMMENTED.includes(actionOf(row)));
    this.lastingField.hidden = !rows.some((row) => actionOf(row) === MASK);
    keyed(
      this.buttons,
      rows,
      (row) => `${row.TableId}/${row["Command.CommandID"]}`,
      () => h("button", { type: "button", onclick: (event) => this.pressed(event.currentTarget.row) }),
      (button, row) => {
        button.row = row;
        say(button, row["Command.Name"]);
        button.className = actionOf(row) === SEND ? "" : "quiet";
        button.disabled =
          !this.model.connected || (row["Command.IsDisabledInMultiSelect"] === true && selection.length > 1);
      },
    );
  }

  async pressed(row) {
    const selection = this.model.selection;
    const action = actionOf(row);
    if (action === SEND && !(await this.sendable())) return;
    const many = action === SEND && selection.length > 1;
    if ((many || row["Command.IsConfirmationRequired"] === true) && !(await this.confirmed(row, selection))) return;
    const parameters = {};
    if (action === SEND) parameters["Message Content"] = this.text.value;
    else if (COMMENTED.includes(action) && this.comment.value.trim()) parameters.Comment = this.comment.value.trim();
    const minutes = Number(this.lasting.value);
    const given = JSON.stringify([action, minutes, parameters, selection.map((asset) => asset.assetId)]);
    if (this.given.has(given)) return;
    if (action === MASK && minutes) parameters.Until = new Date(Date.now() + minutes * 60_000).toISOString();
    this.given.add(given);
    const done = many ? await this.broadcast(selection, row) : await this.giveAll(selection, action, row, parameters);
    this.given.delete(given);
    if (!done) return;
    // Text and selection that changed since then belong to the next command.
    if (this.comment.value.trim() === (parameters.Comment ?? "")) this.comment.value = "";
    this.lasting.value = "0";
    if (action === SEND && this.text.value === parameters["Message Content"]) {
      this.text.value = "";
      this.length.measure();
    }
    if (action === "Cancel" || row["Command.RetainCommandUI"] !== true) {
      this.model.deselect(selection.map((asset) => asset.assetId));
    }
  }

  /** Return whether the message is valid for Twilio, and show what is wrong otherwise. */
  async sendable() {
    await this.length.measure();
    const wrong = !this.text.value.trim()
      ? "Write a message first."
      : this.length.tooMany && "The message is too long, so nothing was sent.";
    if (!wrong) return true;
    this.text.focus();
    this.note(wrong, "bad");
    return false;
  }

  /** Give a command to each asset, with one log line each or, for many assets, a single line with counts. */
  async giveAll(selection, command, row, parameters) {
    const name = row["Command.Name"];
    if (selection.length <= LINES) {
      const lines = selection.map((asset) => {
        const line = this.note(`${name}, ${asset.caption}: …`);
        return this.give(asset, command, parameters, (text, kind = "") => {
          say(line, `${name}, ${asset.caption}: ${text}`);
          line.className = kind;
        });
      });
      return (await Promise.all(lines)).every(Boolean);
    }
    const line = this.note(`${name}, ${selection.length.toLocaleString("en")} assets: …`);
    line.lasting = true;
    const bad = [];
    let done = 0;
    const each = selection.map(async (asset) => {
      let said = "";
      if (await this.give(asset, command, parameters, (text) => (said = text))) done++;
      else bad.push(`${asset.caption}: ${said}`);
      const counts = `${done.toLocaleString("en")} done${bad.length ? `, ${bad.length.toLocaleString("en")} not done` : ""}`;
      say(line, `${name}, ${selection.length.toLocaleString("en")} assets: ${[counts, ...named(bad)].join(". ")}`);
    });
    await Promise.all(each);
    line.lasting = false;
    line.className = bad.length ? "bad" : "good";
    return !bad.length;
  }

  /** Give a command to an asset; return false if it was refused or its outcome is unknown. */
  async give(asset, command, parameters, show) {
    const commandId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    try {
      const path = `/api/assets/${encodeURIComponent(asset.assetId)}/commands`;
      const answer = await this.api.post(path, { command, parameters, commandId, workstation: "console" });
      if (answer.state === "rejected") {
        show(`rejected. ${answer.reason ?? ""}`, "bad");
        return false;
      }
      if (command === SEND) {
        this.follow(answer.executionId, show);
        this.model.lists.refresh();
      } else show(answer.reason ? `${answer.result}: ${answer.reason}` : "done", answer.result === "ok" ? "good" : "");
      return true;
    } catch (error) {
      show(error.problem ? error.message : "the driver did not answer. The outcome is unknown.", "bad");
      return false;
    }
  }

  /** Send the message to several phones as one command, and show its progress until the end. */
  async broadcast(selection, row) {
    const title = `${row["Command.Name"]}, ${selection.length.toLocaleString("en")} phones`;
    const line = this.note(`${title}: …`);
    line.lasting = true;
    const words = h("span", {});
    const cancel = h("button", { type: "button", class: "quiet", hidden: true }, "Cancel waiting messages");
    line.replaceChildren(words, " ", cancel);
    const show = (text, kind = "") => {
      say(words, `${title}: ${text}`);
      line.className = kind;
    };
    const assets = selection.map((asset) => asset.assetId);
    try {
      const given = await this.api.post("/api/broadcasts", {
        assets,
        message: this.text.value,
        commandId: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
        workstation: "console",
      });
      const path = `/api/broadcasts/${encodeURIComponent(given.broadcastId)}`;
      cancel.onclick = async () => {
        cancel.disabled = true;
        try {
          showBroadcast(await this.api.post(`${path}/cancel`, { workstation: "console" }), show, cancel);
        } catch (error) {
          show(error.problem ? error.message : "the driver did not answer. It is unknown what was canceled.", "bad");
        }
        cancel.disabled = false;
      };
      showBroadcast(given, show, cancel);
      line.scrollIntoView({ block: "nearest" });
      this.followBroadcast(path, show, cancel).then(() => (line.lasting = false));
      this.model.lists.refresh();
      return true;
    } catch (error) {
      show(error.problem ? error.message : "the driver did not answer. It may or may not have been sent.", "bad");
      line.lasting = false;
      return false;
    }
  }

  /** Poll a broadcast's progress, less often the longer it takes, until it no longer changes. */
  async followBroadcast(path, show, cancel) {
    for (let pause = 300; ; pause = Math.min(pause * 1.5, 5000)) {
      await new Promise((go) => setTimeout(go, pause));
      if (!cancel.isConnected) return;
      if (!this.model.connected) continue;
      try {
        if (showBroadcast(await this.api.get(path), show, cancel)) return;
      } catch (error) {
        if (isOver(error)) {
          cancel.hidden = true;
          return show(error.message, "bad");
        }
      }
    }
  }

  /** Follow a message until its outcome is known, for at most two minutes. */
  async follow(executionId, show) {
    const until = Date.now() + 120_000;
    for (let pause = 300; Date.now() < until; pause = Math.min(pause * 1.5, 3000)) {
      await new Promise((go) => setTimeout(go, pause));
      if (!this.model.connected) continue;
      try {
        const execution = await this.api.get(`/api/executions/${encodeURIComponent(executionId)}`);
        const { words, kind, over } = became(execution);
        show(words, kind);
        if (over) return;
      } catch (error) {
        if (isOver(error)) return show(error.message, "bad");
      }
    }
  }

  confirmed(row, selection) {
    return new Promise((decide) => {
      this.ask.returnValue = "";
      this.ask.onclose = () => decide(this.ask.returnValue === "yes");
      const captions = named(selection.map((asset) => asset.caption)).join(", ");
      const count = selection.length.toLocaleString("en");
      this.ask.replaceChildren(
        h("h2", { id: "ask-title" }, `${row["Command.Name"]}?`),
        h("p", {}, `${count} asset${selection.length > 1 ? "s" : ""}: ${captions}`),
        actionOf(row) === SEND && h("p", {}, cost(selection.length, this.length.sms)),
        h(
          "div",
          { class: "buttons" },
          h("button", { type: "button", onclick: () => this.ask.close("yes") }, row["Command.Name"]),
          h("button", { type: "button", class: "quiet", autofocus: true, onclick: () => this.ask.close() }, "Go back"),
        ),
      );
      this.ask.showModal();
    });
  }

  note(text, kind = "") {
    const line = h("li", { class: kind }, text);
    this.log.prepend(line);
    line.scrollIntoView({ block: "nearest" });
    for (const old of [...this.log.children].filter((each) => !each.lasting).slice(LINES)) old.remove();
    return line;
  }
}

function actionOf(row) {
  return row["Command.Action.Description"];
}

customElements.define("sms-commands", Commands);

// The command panel: the buttons of the selected assets' command tables, and the message with its live length.
import { MessageLength } from "./message_length.js";
import { h, keyed, Part, say } from "./parts.js";

const SEND = "Send Message";
const MASK = "Mask";
const COMMENTED = ["Acknowledge", MASK, "Reset"];
/** How long a mask may last, in minutes; a forgotten mask hides alarms. */
const MASKS = { 0: "until Reset", 10: "10 minutes", 60: "1 hour", 480: "8 hours" };

class Commands extends Part {
  begin({ api, model }) {
    this.api = api;
    this.model = model;
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
    const log = h("div", { class: "log", role: "log", "aria-label": "What became of commands" }, this.log);
    this.ask = h("dialog", { "aria-labelledby": "ask-title" });
    this.jump = h("a", { class: "jump", href: "#commands", hidden: true });
    this.append(this.jump, this.chosen, this.textField, this.commentField, this.lastingField, this.buttons, log, this.ask);
    model.addEventListener("selection", () => this.later());
    model.addEventListener("connection", () => this.later());
    model.addEventListener("assets", () => this.later());
    model.addEventListener("user", () => this.later());
    this.later();
  }

  /** The commands that every selected asset has, under the names of the first one's table. */
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
    const none = may ? "Select one or more assets." : "Your role only watches: it gives no commands.";
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
    if (action === SEND && !this.text.value.trim()) {
      this.text.focus();
      this.note("Write a message first.", "bad");
      return;
    }
    if (action === SEND && this.length.tooMany) {
      this.text.focus();
      this.note("The message is too long, so nothing was sent.", "bad");
      return;
    }
    const many = action === SEND && selection.length > 1;
    if ((many || row["Command.IsConfirmationRequired"] === true) && !(await this.confirmed(row, selection))) return;
    const parameters = {};
    if (action === SEND) parameters["Message Content"] = this.text.value;
    else if (COMMENTED.includes(action) && this.comment.value.trim()) parameters.Comment = this.comment.value.trim();
    const minutes = Number(this.lasting.value);
    if (action === MASK && minutes) parameters.Until = new Date(Date.now() + minutes * 60_000).toISOString();
    const done = many
      ? await this.broadcast(selection, row)
      : (await Promise.all(selection.map((asset) => this.give(asset, action, row, parameters)))).every(Boolean);
    if (!done) return;
    this.comment.value = "";
    this.lasting.value = "0";
    if (action === SEND) {
      this.text.value = "";
      this.length.measure();
    }
    if (action === "Cancel" || row["Command.RetainCommandUI"] !== true) this.model.deselect();
  }

  async give(asset, command, row, parameters) {
    const commandId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const line = this.note(`${row["Command.Name"]}, ${asset.caption}: …`);
    const told = (text, kind) => {
      say(line, `${row["Command.Name"]}, ${asset.caption}: ${text}`);
      line.className = kind ?? "";
    };
    try {
      const path = `/api/assets/${encodeURIComponent(asset.assetId)}/commands`;
      const answer = await this.api.post(path, { command, parameters, commandId, workstation: "console" });
      if (answer.state === "rejected") {
        told(`rejected. ${answer.reason ?? ""}`, "bad");
        return false;
      }
      if (command === SEND) {
        this.follow(answer.executionId, told);
        this.model.lists.refresh();
      }
      else told(answer.reason ? `${answer.result}: ${answer.reason}` : "done", answer.result === "ok" ? "good" : "");
      return true;
    } catch (trouble) {
      told(trouble.told ? trouble.message : "the driver did not answer. It is not known whether it was done.", "bad");
      return false;
    }
  }

  /** Send the text to several phones as one command, and show its progress until all of it has ended. */
  async broadcast(selection, row) {
    const title = `${row["Command.Name"]}, ${selection.length} phones`;
    const line = this.note(`${title}: …`);
    const words = h("span", {});
    const cancel = h("button", { type: "button", class: "quiet", hidden: true }, "Cancel what waits");
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
          show(error.told ? error.message : "the driver did not answer. It is not known what was canceled.", "bad");
        }
        cancel.disabled = false;
      };
      showBroadcast(given, show, cancel);
      this.followBroadcast(path, show, cancel);
      this.model.lists.refresh();
      return true;
    } catch (error) {
      show(error.told ? error.message : "the driver did not answer. It is not known whether it was sent.", "bad");
      return false;
    }
  }

  /** Ask for a broadcast's progress, less often the longer it takes, until nothing of it changes by itself. */
  async followBroadcast(path, show, cancel) {
    for (let pause = 300; ; pause = Math.min(pause * 1.5, 5000)) {
      await new Promise((go) => setTimeout(go, pause));
      if (!cancel.isConnected) return;
      try {
        if (showBroadcast(await this.api.get(path), show, cancel)) return;
      } catch (error) {
        if (error.told) return show(error.message, "bad");
      }
    }
  }

  /** Follow a text until its end is known, or for two minutes. */
  async follow(executionId, told) {
    const until = Date.now() + 120_000;
    let pause = 300;
    while (Date.now() < until) {
      try {
        const execution = await this.api.get(`/api/executions/${encodeURIComponent(executionId)}`);
        const { words, kind, over } = became(execution);
        told(words, kind);
        if (over) return;
      } catch (trouble) {
        if (trouble.told) return told(trouble.message, "bad");
      }
      await new Promise((go) => setTimeout(go, pause));
      pause = Math.min(pause * 1.5, 3000);
    }
  }

  confirmed(row, selection) {
    return new Promise((decide) => {
      const end = (yes) => {
        this.ask.close();
        decide(yes);
      };
      this.ask.oncancel = () => decide(false);
      this.ask.replaceChildren(
        h("h2", { id: "ask-title" }, `${row["Command.Name"]}?`),
        h("p", {}, `${selection.length} asset${selection.length > 1 ? "s" : ""}: ${selection.map((a) => a.caption).join(", ")}`),
        actionOf(row) === SEND && h("p", {}, cost(selection.length, this.length.sms)),
        h(
          "div",
          { class: "buttons" },
          h("button", { type: "button", onclick: () => end(true) }, row["Command.Name"]),
          h("button", { type: "button", class: "quiet", autofocus: true, onclick: () => end(false) }, "Do nothing"),
        ),
      );
      this.ask.showModal();
    });
  }

  note(text, kind = "") {
    const line = h("li", { class: kind }, text);
    this.log.prepend(line);
    while (this.log.children.length > 8) this.log.lastElementChild.remove();
    return line;
  }
}

function actionOf(row) {
  return row["Command.Action.Description"];
}

/** Say how far a broadcast is; true if nothing of it changes by itself any more. */
function showBroadcast(broadcast, show, cancel) {
  const steps = ["waiting", "accepted", "sent", "delivered", "failed", "canceled", "unknown"];
  const parts = steps.filter((step) => broadcast[step]).map((step) => `${broadcast[step]} ${step}`);
  const troubles = broadcast.troubles.slice(0, 3).map((each) => `${each.assetId}: ${each.reason ?? each.progress}`);
  cancel.hidden = broadcast.waiting === 0;
  const bad = broadcast.failed + broadcast.unknown > 0;
  const done = broadcast.waiting + broadcast.accepted + broadcast.sent === 0;
  show([parts.join(", "), ...troubles].join(". "), bad ? "bad" : done ? "good" : "");
  return done;
}

/** What a text to several phones comes to. */
function cost(phones, sms) {
  return `${phones} phone${phones === 1 ? "" : "s"} × ${sms} SMS`;
}

/** What became of a text, in words. */
function became(execution) {
  const tries = execution.attempts.length;
  const attempt = tries > 1 ? `, attempt ${tries}` : "";
  const last = execution.attempts.at(-1);
  const code = execution.errorCode ?? last?.code;
  const error = code ? ` (Twilio error ${code})` : "";
  switch (execution.state) {
    case "succeeded": {
      const delivery = execution.delivery ?? "accepted";
      if (["delivered", "read"].includes(delivery)) return { words: `delivered${attempt}`, kind: "good", over: true };
      if (["undelivered", "failed", "canceled"].includes(delivery)) {
        return { words: `${delivery}${error}`, kind: "bad", over: true };
      }
      return { words: `accepted by Twilio${attempt}, ${delivery}`, kind: "", over: false };
    }
    case "accepted":
    case "executing":
      return { words: last?.detail ? `${last.detail}; trying again` : `sending${attempt}…`, kind: "", over: false };
    case "unknown":
      return { words: `it is not known whether it was sent. ${execution.reason ?? ""}`, kind: "bad", over: true };
    default:
      return { words: `${execution.state}. ${execution.reason ?? ""}${error}`, kind: "bad", over: true };
  }
}

customElements.define("sms-commands", Commands);

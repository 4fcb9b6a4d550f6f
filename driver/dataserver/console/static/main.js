// Starts the console: one model, one connection, and the elements of the page that show them.
import { Api } from "./api.js";
import { Live } from "./live.js";
import { Model } from "./model.js";
import { provide } from "./parts.js";
import { Preferences } from "./preferences.js";
import { Unread } from "./unread.js";
import "./session.js";
import "./connection.js";
import "./alarms.js";
import "./assets.js";
import "./commands.js";
import "./messages.js";
import "./counts.js";
import "./notices.js";
import "./history.js";
import "./tables.js";

const api = new Api();
const model = new Model(api);
const live = new Live(api, model);

const preferences = new Preferences(api);

provide({ api, model, preferences, unread: new Unread(model, preferences) });
api.addEventListener("admitted", () => {
  const { now } = preferences.get("logins", {});
  preferences.set("logins", { now: new Date().toISOString(), before: now });
  model.tell("user");
  live.start();
});
api.addEventListener("refused", () => {
  live.stop();
  model.forget();
});
model.addEventListener("retry", () => live.start());
live.start();

// Assembles the page.

import { accounts } from "./accounts.js";
import { post } from "./api.js";
import { clock } from "./clock.js";
import { connect } from "./connect.js";
import { toast } from "./dom.js";
import { faults } from "./faults.js";
import { phones } from "./phones.js";
import { rate } from "./rate.js";
import { hear, start, store } from "./store.js";
import { tabs } from "./tabs.js";
import { timeline } from "./timeline.js";

const byId = (id) => document.getElementById(id);

const panels = tabs(
  byId("panels"),
  [
    ["timeline", "Timeline"],
    ["faults", "Faults"],
    ["accounts", "Accounts"],
    ["connect", "Connect"],
  ].map(([name, title]) => [name, title, (chosen) => (byId(name).hidden = !chosen)]),
);
// A narrow window shows either the phones or one of the panels.
const places = tabs(
  byId("places"),
  [
    ["phones", "Phones"],
    ["timeline", "Timeline"],
    ["faults", "Faults"],
    ["accounts", "Accounts"],
    ["connect", "Connect"],
  ].map(([name, title]) => [
    name,
    title,
    (chosen) => {
      if (!chosen) return;
      document.body.dataset.place = name === "phones" ? "phones" : "side";
      if (name !== "phones") panels.choose(name);
    },
  ]),
  "place",
);

const go = (name) => {
  panels.choose(name);
  if (getComputedStyle(byId("places")).display !== "none") places.choose(name);
};

const shown = timeline(byId("timeline"), { editWebhook: (number) => (go("accounts"), listed.editWebhook(number)) });
const listed = accounts(byId("accounts"));
faults(byId("faults"));
clock(byId("clock"));
connect(byId("connect"), byId("upstream"));
rate(byId("rate"));
phones(byId("phones"), {
  show: (kind, number) => (go("timeline"), shown.open(kind, number)),
  editWebhook: (number) => (go("accounts"), listed.editWebhook(number)),
});

hear("faults", () => {
  const active = store.faults.filter((fault) => fault.times === null || fault.applied < fault.times).length;
  panels.note("faults", active);
  places.note("faults", active);
});
hear("live", () => {
  byId("live").textContent = store.live ? "live" : "not connected";
  byId("live").classList.toggle("on", store.live);
});

const widen = byId("widen");
const wide = (on) => {
  document.body.classList.toggle("wide", on);
  widen.setAttribute("aria-pressed", String(on));
  widen.textContent = on ? "⇥ Narrower" : "⇤ Wider";
  localStorage.setItem("wide", on ? "yes" : "");
};
widen.addEventListener("click", () => wide(!document.body.classList.contains("wide")));
wide(Boolean(localStorage.getItem("wide")));

byId("reset").addEventListener("click", () => byId("sure").showModal());
byId("sure-no").addEventListener("click", () => byId("sure").close());
byId("sure-yes").addEventListener("click", async () => {
  byId("sure").close();
  try {
    await post("/reset");
  } catch (error) {
    toast(error.message);
  }
});

start();

// How a program reaches this fake: addresses and credentials to copy, and the upstream that answers instead.

import { get } from "./api.js";
import { button, calmed, copy, el, toast } from "./dom.js";
import { hear } from "./store.js";

const quoted = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;

const WAYS = {
  Environment: (facts) => [
    `export TWILIO_ACCOUNT_SID=${quoted(facts.account_sid)}`,
    `export TWILIO_AUTH_TOKEN=${quoted(facts.auth_token)}`,
    `export TWILIO_PHONE_NUMBER=${quoted(facts.phone_number)}`,
    `export FAKE_TWILIO_URL=${quoted(facts.base_url)}`,
    ...(facts.proxy_url ? [`eval "$(fake-twilio env --url ${facts.base_url})"  # also leads https://api.twilio.com here`] : []),
  ],
  curl: (facts) => [
    `curl ${facts.base_url}/2010-04-01/Accounts/${facts.account_sid}/Messages.json \\`,
    `  -u ${quoted(`${facts.account_sid}:${facts.auth_token}`)} \\`,
    `  --data-urlencode ${quoted(`From=${facts.phone_number}`)} --data-urlencode 'To=+12015550101' --data-urlencode 'Body=Hello'`,
  ],
  Python: (facts) => [
    "from twilio.rest import Client",
    "",
    `client = Client(${JSON.stringify(facts.account_sid)}, ${JSON.stringify(facts.auth_token)})`,
    `client.api.base_url = ${JSON.stringify(facts.base_url)}`,
    `client.messages.create(from_=${JSON.stringify(facts.phone_number)}, to="+12015550101", body="Hello")`,
  ],
  Node: (facts) => [
    `const client = require("twilio")(${JSON.stringify(facts.account_sid)}, ${JSON.stringify(facts.auth_token)});`,
    `client.api.baseUrl = ${JSON.stringify(facts.base_url)};`,
    `client.messages.create({ from: ${JSON.stringify(facts.phone_number)}, to: "+12015550101", body: "Hello" });`,
  ],
};

export function connect(place, mark) {
  const value = (name, text) => el("div", { class: "inline fact" }, el("span", {}, name), el("code", { "data-fact": name }, text || "—"), text ? button("Copy", () => copy(text, name), { class: "quiet", "aria-label": `Copy ${name}` }) : null);

  function draw(facts) {
    mark.hidden = !facts.upstream;
    mark.textContent = `This is not a fake: requests are answered by ${facts.upstream}, and messages reach people and cost money. Account: ${facts.upstream_account_sid || "not known before the first request"}.`;
    document.body.classList.toggle("real", Boolean(facts.upstream));
    place.replaceChildren(
      value("Base URL", facts.base_url),
      value("Account SID", facts.account_sid),
      value("Auth token", facts.auth_token),
      value("Twilio number", facts.phone_number),
      value("Proxy", facts.proxy_url),
      value("Certificate", facts.ca_file),
      ...Object.entries(WAYS).map(([name, lines]) => {
        const text = lines(facts).join("\n");
        return el("section", { class: "exchange" }, el("div", { class: "head" }, el("h3", {}, name), button("Copy", () => copy(text, `Code for ${name}`), { class: "quiet", "aria-label": `Copy the code for ${name}` })), el("pre", { tabindex: "0" }, text));
      }),
    );
    known = facts;
  }

  let known = {};
  const load = () => get("/environment").then(draw, (error) => toast(error.message));
  const soon = calmed(load, 200);
  hear("all", load);
  hear("accounts", soon);
  hear("request", () => known.upstream && !known.upstream_account_sid && soon());
}

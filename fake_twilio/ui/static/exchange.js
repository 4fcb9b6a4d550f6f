// All details of a message, request or webhook: raw, explained, and ready to be repeated.

import { at, post } from "./api.js";
import { requestCurl, webhookCurl } from "./curl.js";
import { button, copy, el, spoken, toast } from "./dom.js";

export function messageFacts(message) {
  const held = message.direction !== "inbound" && ["queued", "sent"].includes(message.status);
  const release = async (status) => {
    try {
      await post(at("held", message.sid, "release"), { status });
    } catch (error) {
      toast(error.message);
    }
  };
  return [
    message.error_code ? el("p", { class: "why" }, `${message.error_code}: ${message.error_message || "no text"}`) : null,
    el("pre", { tabindex: "0" }, message.body),
    table(Object.entries(message).filter(([name, value]) => value !== null && name !== "body")),
    held
      ? el("p", { class: "acts" }, "If it is held, release it as ", ...["delivered", "undelivered", "failed"].map((status) => button(status, () => release(status))))
      : null,
  ].filter(Boolean);
}

export function requestFacts(request) {
  return [
    request.fault ? el("p", { class: "why" }, `Fault ${request.fault} was applied here.`) : null,
    request.why ? el("p", { class: "why" }, request.why) : null,
    part("Request", `${request.method} ${request.target}`, request.headers, request.body),
    part("Response", request.status ? `HTTP ${request.status}` : "none: the connection was closed or never answered", {}, request.response),
    el("p", { class: "acts" }, button("Copy as curl", () => copy(requestCurl(request, location.origin), "Command")), el("small", {}, `took ${(request.seconds * 1000).toFixed(1)} ms · ${request.request_id}`)),
  ].filter(Boolean);
}

export function webhookFacts(webhook, editWebhook) {
  const failed = !webhook.status || webhook.status >= 300;
  const signature = webhook.signature;
  const refused = [401, 403].includes(webhook.status);
  return [
    refused && signature.sent ? el("p", { class: "why", "data-signature": signature.genuine ? "genuine" : "wrong" }, signatureText(webhook)) : null,
    ...(webhook.alerts || []).map((alert) => el("p", { class: failed ? "rest" : "why", "data-alert": alert.code }, `${alert.level} ${alert.code}: ${alert.text}. Twilio's debugger shows the same.`)),
    failed && !(refused && signature.sent) ? el("p", { class: "why" }, explain(webhook)) : null,
    failed && webhook.operation === "inbound_webhook" ? el("p", { class: "acts" }, button(`Change the webhook of ${spoken(webhook.to)}`, () => editWebhook(webhook.to))) : null,
    part(webhook.operation === "callback" ? `Receipt, attempt ${webhook.attempt}` : `Webhook, attempt ${webhook.attempt}`, `${webhook.method} ${webhook.url}`, webhook.headers, webhook.body),
    part("Response", webhook.status ? `HTTP ${webhook.status}` : webhook.error || "none", {}, webhook.response),
    signature.sent
      ? el("details", { class: "signature" },
          el("summary", {}, el("span", { class: `state ${signature.genuine ? "good" : "bad"}` }, signature.genuine ? "signature valid" : "signature invalid")),
          el("p", {}, "X-Twilio-Signature is the HMAC-SHA1, with the account's auth token, of this string:"),
          el("pre", { tabindex: "0" }, signature.base_string))
      : null,
    el("p", { class: "acts" }, button("Copy as curl", () => copy(webhookCurl(webhook), "Command")), el("small", {}, `took ${(webhook.seconds * 1000).toFixed(1)} ms · ${webhook.message_sid}`)),
  ].filter(Boolean);
}

/** The most likely reason for a program's 401 or 403. */
function signatureText(webhook) {
  if (!webhook.signature.genuine) return `The program answered HTTP ${webhook.status}, correctly: a fault corrupted the signature.`;
  return `The program answered HTTP ${webhook.status} although the signature is valid. It was created with this account's auth token for the address ${webhook.url}: compare both with what the program uses. Behind a proxy it often sees another address.`;
}

function explain(webhook) {
  if (webhook.fault && !webhook.status && !Object.keys(webhook.headers).length) return `Fault ${webhook.fault} dropped this request.`;
  if (!webhook.status) return `No answer: ${webhook.error}. Is the program running, and is the address correct?`;
  return `The program answered HTTP ${webhook.status}. Twilio only accepts 2xx; the program's response is below.`;
}

function part(title, line, headers, body) {
  const form = decoded(headers, body);
  return el("section", { class: "exchange" },
    el("h3", {}, title),
    el("code", { class: "line-one" }, line),
    Object.keys(headers).length ? el("details", {}, el("summary", {}, `${Object.keys(headers).length} headers`), table(Object.entries(headers))) : null,
    form ? table(form) : body ? el("pre", { tabindex: "0" }, pretty(body)) : el("p", { class: "empty" }, "no body"),
  );
}

function decoded(headers, body) {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type");
  return body && type && type[1].startsWith("application/x-www-form-urlencoded") ? [...new URLSearchParams(body)] : null;
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function table(pairs) {
  return el("dl", {}, ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}

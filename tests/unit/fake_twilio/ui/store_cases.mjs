// What the page knows while answers and events cross: run by test_store.py, with the page's own store.js beside it.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

const asked = [];
let stream;

globalThis.fetch = (path) => new Promise((resolve) => asked.push({ path, resolve }));
globalThis.EventSource = class extends EventTarget {
  constructor() {
    super();
    stream = this;
  }
};

const { start, store } = await import("./store.js");

const EMPTY = { accounts: [], handsets: [], faults: [], webhooks: [], requests: [], now: "2026-01-31T12:00:00Z", kind: "manual" };
const text = (sid, status) => ({ sid, status, body: "Hello", direction: "outbound-api", from: "+12015550100", to: "+12015550101" });
const event = (name, facts) => stream.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(facts) }));

/** Answer what was asked so far, as of the moment when these messages were there. */
async function answer(...messages) {
  const whole = { ...EMPTY, messages, total: messages.length };
  for (const each of asked.splice(0)) each.resolve({ ok: true, status: 200, json: async () => whole });
  await setImmediate();
}

const known = () => Object.fromEntries([...store.messages.values()].map((message) => [message.sid, message.status]));

const cases = {
  "nothing is asked before the stream is there"() {
    assert.equal(asked.length, 0);
    stream.onopen();
    assert.ok(asked.some(({ path }) => path.startsWith("/_fake/v1/messages")));
  },
  async "an answer does not take back what the stream told meanwhile"() {
    stream.onopen();
    event("message", text("SM1", "delivered"));
    await answer(text("SM1", "queued"));
    assert.deepEqual(known(), { SM1: "delivered" });
  },
  async "an answer that does not know a message yet does not lose it"() {
    stream.onopen();
    event("message", text("SM1", "queued"));
    await answer();
    assert.deepEqual(known(), { SM1: "queued" });
    assert.equal(store.total, 1);
  },
  async "events keep their order"() {
    stream.onopen();
    event("message", text("SM1", "queued"));
    event("message", text("SM1", "sent"));
    await answer();
    event("message", text("SM1", "delivered"));
    assert.deepEqual(known(), { SM1: "delivered" });
  },
  async "WhatsApp and texts are on the same phone"() {
    stream.onopen();
    await answer();
    event("message", { ...text("SM1", "delivered"), from: "whatsapp:+12015550100", to: "whatsapp:+12015550101" });
    event("message", { ...text("SM2", "received"), direction: "inbound", from: "messenger:1", to: "messenger:2" });
    assert.deepEqual([...store.phones.keys()], ["+12015550101"]);
  },
  async "what came before a reset is gone after it"() {
    stream.onopen();
    event("message", text("SM1", "delivered"));
    event("reset", {});
    await answer();
    assert.deepEqual(known(), {});
  },
};

start();
await cases[process.argv[2]]();
process.exit(0);

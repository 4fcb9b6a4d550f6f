// The page's state: messages, phones, accounts and faults, and the listeners for changes.

import { at, follow, get } from "./api.js";
import { calmed, toast } from "./dom.js";

const KEPT = 5000;

export const store = {
  accounts: [],
  phones: new Map(),
  messages: new Map(),
  total: 0,
  webhookOf: new Map(),
  /** Alerts of Twilio's debugger about responses to people's messages, by message. */
  alertOf: new Map(),
  faults: [],
  clock: null,
  live: false,
};

const listeners = new Map();

/** Listen for a kind of change: accounts, phones, message, webhook, request, faults, clock, live, all. */
export function hear(kind, listener) {
  if (!listeners.has(kind)) listeners.set(kind, []);
  listeners.get(kind).push(listener);
}

function tell(kind, detail) {
  for (const listener of listeners.get(kind) || []) listener(detail);
}

/** The Twilio numbers of all accounts, each with its account. */
export function twilioNumbers() {
  return store.accounts.flatMap((account) => account.numbers.map((number) => ({ ...number, account })));
}

/** The addresses that a phone can text: Twilio numbers, short codes and channel senders of all accounts. */
export function addresses() {
  const others = store.accounts.flatMap((account) => account.short_codes.concat(account.channel_senders));
  return twilioNumbers().map((number) => number.phone_number).concat(others);
}

/** The phone of a message's person; WhatsApp and RCS share the phone with SMS. */
export const personOf = (message) => (message.direction === "inbound" ? message.from : message.to)?.replace(/^(whatsapp|rcs):/, "");
export const numberOf = (message) => (message.direction === "inbound" ? message.to : message.from);

function keep(message) {
  const known = store.messages.has(message.sid);
  store.messages.set(message.sid, message);
  if (!known) store.total += 1;
  if (store.messages.size > KEPT) store.messages.delete(store.messages.keys().next().value);
  const person = personOf(message);
  if (person?.startsWith("+") && !addresses().includes(person) && !store.phones.has(person)) {
    store.phones.set(person, { number: person, opted_out_of: [] });
    tell("phones");
  }
}

function noteWebhook(webhook) {
  if (webhook.kind !== "inbound_webhook") return;
  store.webhookOf.set(webhook.message_sid, webhook);
  if (webhook.alerts?.length) store.alertOf.set(webhook.message_sid, webhook.alerts[0]);
}

export async function loadAccounts() {
  store.accounts = (await get("/accounts")).accounts;
  tell("accounts");
}

export async function loadPhones() {
  store.phones = new Map((await get("/handsets")).handsets.map((phone) => [phone.number, phone]));
  tell("phones");
}

export async function loadFaults() {
  store.faults = (await get("/faults")).faults;
  tell("faults");
}

export async function loadClock() {
  store.clock = { ...(await get("/clock")), asked: performance.now() };
  tell("clock");
}

/** Reload everything: at the start, after a reset, or after events were lost. */
export async function loadAll() {
  const [messages, webhooks, requests] = await Promise.all([
    get("/messages?limit=1000"),
    get("/webhooks?limit=200"),
    get("/requests?limit=200"),
    loadAccounts(),
    loadPhones(),
    loadFaults(),
    loadClock(),
  ]);
  store.messages = new Map(messages.messages.map((message) => [message.sid, message]));
  store.total = messages.total;
  store.webhookOf = new Map();
  store.alertOf = new Map();
  const attempts = webhooks.webhooks.map((each) => ({ ...each, kind: each.operation, error: each.error || "" }));
  attempts.forEach(noteWebhook);
  tell("all", { requests: requests.requests, webhooks: attempts });
}

const countsSoon = calmed(() => loadFaults().catch(() => {}), 250);
const clockSoon = calmed(() => loadClock().catch(() => {}), 100);
const phonesSoon = calmed(() => loadPhones().catch(() => {}), 200);

// Events during a reload wait for its responses, which may be older.
const held = [];
let loading = 0;
const inTurn = (handle) => (facts) => (loading ? held.push(() => handle(facts)) : handle(facts));

async function again() {
  held.length = 0;
  loading += 1;
  try {
    await loadAll();
  } catch (error) {
    toast(error.message);
  } finally {
    loading -= 1;
    if (!loading) held.splice(0).forEach((handle) => handle());
  }
}

/** Start following the fake. */
export function start() {
  const refreshCounts = () => {
    if (store.faults.length) countsSoon();
  };
  follow(
    {
      message: inTurn((message) => {
        keep(message);
        tell("message", message);
        if (/^(stop|start|unstop|end|quit|cancel|yes)/i.test(message.body)) phonesSoon();
        refreshCounts();
        clockSoon();
      }),
      webhook: inTurn((webhook) => {
        noteWebhook(webhook);
        tell("webhook", webhook);
        refreshCounts();
      }),
      request: inTurn((request) => {
        tell("request", request);
        refreshCounts();
      }),
      alert: inTurn((alert) => {
        const webhook = store.webhookOf.get(alert.message_sid);
        if (!webhook) return;
        store.alertOf.set(alert.message_sid, alert);
        tell("webhook", { ...webhook, alerts: [alert] });
      }),
      media: inTurn((medium) => {
        const message = store.messages.get(medium.message_sid);
        if (message) tell("media", message);
      }),
      fault: countsSoon,
      fault_removed: countsSoon,
      clock: clockSoon,
      account: () => {
        loadAccounts().catch(() => {});
        phonesSoon();
      },
      validation_call: phonesSoon,
      reset: again,
      lost: again,
    },
    (live) => {
      if (live && !store.live) again();
      store.live = live;
      tell("live");
    },
  );
}

export const phonePath = (number) => at("handsets", number, "messages");

/** The fake's current time: a manual clock stands still; others have advanced since the last request. */
export function nowOf(clock) {
  if (clock.kind === "manual") return Date.parse(clock.now);
  const speed = clock.kind.startsWith("x") ? Number(clock.kind.slice(1)) : 1;
  return Date.parse(clock.now) + (performance.now() - clock.asked) * speed;
}

// What is known of the Node SDK's habits, against the fake; prints what it saw as JSON.
"use strict";
const twilio = require("twilio");

const [baseUrl, accountSid, authToken] = process.argv.slice(2);
const TEXT = { to: "+12015550101", from: "+12015550100", body: "hello" };

function bound(options) {
  const client = twilio(accountSid, authToken, options);
  client.api.baseUrl = client.messaging.baseUrl = baseUrl;
  return client;
}

async function control(method, path, body) {
  const answer = await fetch(`${baseUrl}/_fake/v1${path}`, { method, body: body && JSON.stringify(body) });
  return answer.status === 204 ? null : answer.json();
}

// Plant a fault, do something, and tell how it ended and how many requests it took.
async function withFault(fault, work) {
  const before = (await control("GET", "/requests")).requests.length;
  await control("POST", "/faults", fault);
  const seen = {};
  try {
    seen.sid = (await work()).sid.slice(0, 2);
  } catch (error) {
    seen.error = {
      name: error.constructor.name,
      status: error.status,
      code: error.code,
      message: error.message,
      moreInfo: error.moreInfo,
      detail: error.detail,
    };
  }
  await control("DELETE", "/faults");
  seen.requests = (await control("GET", "/requests")).requests.length - before;
  return seen;
}

function made(sid) {
  try {
    twilio(sid, authToken);
    return "made";
  } catch (error) {
    return error.message;
  }
}

async function main() {
  const limited = { effect: { type: "rate_limit", retry_after: 3600 }, times: 3 };
  const refused = { effect: { type: "http_error", status: 400, code: 21211 } };
  const problem = { effect: { type: "http_error", status: 503, code: 20503, rfc9457: true } };
  const send = (options) => () => bound(options).messages.create(TEXT);
  console.log(
    JSON.stringify({
      refused: await withFault(refused, send()),
      problem: await withFault(problem, () => bound().messaging.v1.services.create({ friendlyName: "Alarms" })),
      limited: await withFault(limited, send()),
      retried: await withFault(limited, send({ autoRetry: true })),
      failing: await withFault({ effect: { type: "html_error", status: 500 } }, send({ autoRetry: true })),
      dropped: await withFault({ effect: { type: "reset_after" } }, send()),
      silent: await withFault({ effect: { type: "hang_after" } }, send({ timeout: 200 })),
      foreignSid: made("SK0123456789abcdef0123456789abcdef"),
    }),
  );
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

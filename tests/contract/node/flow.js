// The official Node SDK through the whole flow, with only the base URL changed; prints what it saw as JSON.
"use strict";
const twilio = require("twilio");

const [baseUrl, accountSid, authToken, hookUrl] = process.argv.slice(2);
const OURS = "+12015550100";
const GUARD = "+12015550101";

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { name: error.constructor.name, status: error.status, code: error.code, message: error.message };
  }
}

async function settled() {
  await fetch(`${baseUrl}/_fake/v1/idle`);
}

async function main() {
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = client.messaging.baseUrl = client.monitor.baseUrl = baseUrl;
  const seen = {};

  const sent = [];
  for (let n = 0; n < 5; n += 1) {
    sent.push(await client.messages.create({ to: GUARD, from: OURS, body: `text ${n}` }));
  }
  seen.first = {
    status: sent[0].status,
    direction: sent[0].direction,
    dateSent: sent[0].dateSent,
    dateUpdatedIsDate: sent[0].dateUpdated instanceof Date,
    numSegments: sent[0].numSegments,
  };
  await settled();
  const fetched = await client.messages(sent[0].sid).fetch();
  seen.fetched = { status: fetched.status, price: fetched.price, errorCode: fetched.errorCode };
  seen.listed = (await client.messages.list({ pageSize: 2 })).map((row) => row.body);
  seen.streamed = [];
  await new Promise((resolve) => {
    client.messages.each({ pageSize: 2, limit: 3, done: resolve }, (row) => seen.streamed.push(row.body));
  });
  seen.redacted = (await client.messages(sent[1].sid).update({ body: "" })).body;
  seen.removed = await client.messages(sent[2].sid).remove();
  seen.gone = await refusal(client.messages(sent[2].sid).fetch());
  seen.invalid = await refusal(client.messages.create({ to: "+15555550100", from: OURS, body: "x" }));
  seen.tooLarge = await refusal(client.messages.list({ pageSize: 5000 }));

  const [offer] = await client.availablePhoneNumbers("US").local.list({ areaCode: 415, limit: 1 });
  const bought = await client.incomingPhoneNumbers.create({ phoneNumber: offer.phoneNumber });
  seen.bought = bought.phoneNumber === offer.phoneNumber;
  const request = await client.validationRequests.create({ phoneNumber: "+12015550102" });
  await fetch(`${baseUrl}/_fake/v1/handsets/+12015550102/validations`, {
    method: "POST",
    body: JSON.stringify({ code: request.validationCode }),
  });
  seen.verified = (await client.outgoingCallerIds.list()).map((row) => row.phoneNumber);
  const service = await client.messaging.v1.services.create({ friendlyName: "Alarms" });
  await client.messaging.v1.services(service.sid).phoneNumbers.create({ phoneNumberSid: bought.sid });
  const pooled = await client.messages.create({ to: GUARD, messagingServiceSid: service.sid, body: "pool" });
  seen.pooled = { status: pooled.status, from: pooled.from };
  seen.pool = (await client.messaging.v1.services(service.sid).phoneNumbers.list({ pageSize: 1 })).map((n) => n.phoneNumber);
  await settled();
  seen.pooledFrom = (await client.messages(pooled.sid).fetch()).from === offer.phoneNumber;
  await client.messages.create({ to: GUARD, from: OURS, body: "x", statusCallback: hookUrl });
  await settled();
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { remind } = require("./remind.js");

const control = `${process.env.FAKE_TWILIO_URL}/_fake/v1`;

test("a reminder arrives", async () => {
  const sid = await remind("+12015550101", "Dentist at nine");
  const answer = await fetch(`${control}/messages/wait?to=%2B12015550101&body=Dentist&status=delivered&timeout=5`);
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).message.sid, sid);
});

test("a refusal is an error with Twilio's code", async () => {
  await fetch(`${control}/faults`, {
    method: "POST",
    body: JSON.stringify({ effect: { type: "http_error", status: 400, code: 21610 } }),
  });
  await assert.rejects(remind("+12015550101", "Dentist at ten"), { code: 21610 });
});

// This code knows nothing of the fake: the SDK takes its credentials from the environment, as in production.
const twilio = require("twilio");

async function remind(to, text) {
  const client = twilio(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
  const message = await client.messages.create({ to, from: process.env.TWILIO_PHONE_NUMBER, body: text });
  return message.sid;
}

module.exports = { remind };

// Whether the official validator accepts a webhook: reads {token, signature, url, form} from the standard input.
"use strict";
const { validateRequest } = require("twilio");

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const { token, signature, url, form } = JSON.parse(text);
  console.log(JSON.stringify(validateRequest(token, signature, url, form)));
});

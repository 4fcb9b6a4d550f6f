// Exchanges as shell commands; secrets are left as variable names.

const quoted = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
const LEFT_OUT = new Set(["host", "content-length", "connection", "user-agent", "accept-encoding", "authorization"]);

const headersOf = (headers) =>
  Object.entries(headers)
    .filter(([name]) => !LEFT_OUT.has(name.toLowerCase()))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);

/** An API request as a command that repeats it. */
export function requestCurl(request, origin) {
  const lines = [`curl -X ${request.method} ${quoted(origin + request.target)}`, '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"', ...headersOf(request.headers)];
  if (request.body) lines.push(`--data-raw ${quoted(request.body)}`);
  return lines.join(" \\\n  ");
}

/** A webhook request, including its signature, as a command that repeats it. */
export function webhookCurl(webhook) {
  const query = webhook.method === "GET" && webhook.body ? (webhook.url.includes("?") ? "&" : "?") + webhook.body : "";
  const lines = [`curl -X ${webhook.method} ${quoted(webhook.url + query)}`, ...headersOf(webhook.headers)];
  if (webhook.body && webhook.method !== "GET") lines.push(`--data-raw ${quoted(webhook.body)}`);
  return lines.join(" \\\n  ");
}

// Calls of the debug tools' listener.

const STORAGE_KEY = "sms-driver-debug-login";
let token = sessionStorage.getItem(STORAGE_KEY) ?? "";

/** The driver wants to know who is asking. */
export class Unknown extends Error {}

async function read(answer) {
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw Object.assign(new Error(), { detail: body.detail ?? `The driver answered ${answer.status}.` });
}

/** One call; what the driver says against it is in `detail` of the error. */
export async function callDriver(method, path, body) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  if (answer.status === 401) {
    token = "";
    sessionStorage.removeItem(STORAGE_KEY);
    throw new Unknown();
  }
  return read(answer);
}

/** The newest records that fit, and the number to go on from. */
export function fetchLogs(wanted) {
  return callDriver("GET", `/api/logs?${new URLSearchParams({ ...wanted, pageSize: "1000" })}`);
}

/** Records as they are written; browsers cannot send headers here, so the token goes in the address. */
export function openStream(wanted, since) {
  const query = new URLSearchParams({ ...wanted, since: String(since) });
  if (token) query.set("access_token", token);
  const address = new URL(`/api/logs/stream?${query}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return new WebSocket(address);
}

export function loggedIn() {
  return token !== "";
}

/** End the login at the driver; here it ends even if the driver does not answer. */
export async function logOut() {
  await callDriver("POST", "/api/Auth/Logout").catch(() => {});
  token = "";
  sessionStorage.removeItem(STORAGE_KEY);
}

export async function logIn(username, password) {
  const answer = await fetch("/api/Auth/Login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  token = (await read(answer)).token;
  sessionStorage.setItem(STORAGE_KEY, token);
}

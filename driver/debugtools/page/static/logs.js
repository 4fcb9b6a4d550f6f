// Requests to the debug tools' listener.

const STORAGE_KEY = "sms-driver-debug-login";
let token = sessionStorage.getItem(STORAGE_KEY) ?? "";

/** The driver requires a login. */
export class Unknown extends Error {}

async function read(answer) {
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw Object.assign(new Error(), { detail: body.detail ?? `The driver answered ${answer.status}.` });
}

/** Make a request; a refusal by the driver is in `detail` of the error. */
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

/** The newest matching records, and the number to continue from. */
export function fetchLogs(wanted) {
  return callDriver("GET", `/api/logs?${new URLSearchParams({ ...wanted, pageSize: "1000" })}`);
}

/** The stream of new records; browsers cannot send headers for it, so the token goes in the URL. */
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

/** Log out at the driver; the local login ends even if the driver does not answer. */
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

// The control API: all requests of the page go through here.

const BASE = "/_fake/v1";

/** A refusal by the control API, with its error message. */
export class Refused extends Error {
  constructor(problem) {
    super((problem.errors || []).join("\n") || problem.detail || problem.title || "the fake refused");
    this.problem = problem;
  }
}

export function call(method, path, body) {
  return send(method, path, body === undefined ? undefined : JSON.stringify(body), "application/json");
}

async function send(method, path, body, type) {
  const request = { method, headers: {} };
  if (body !== undefined) {
    request.body = body;
    request.headers["Content-Type"] = type;
  }
  let answer;
  try {
    answer = await fetch(BASE + path, request);
  } catch {
    throw new Refused({ detail: "the fake does not answer; is it still running?" });
  }
  const document = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Refused(document);
  return document;
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
/** Post a CSV file or its contents. */
export const sendCsv = (path, content) => send("POST", path, content, "text/csv");
export const remove = (path) => call("DELETE", path);
export const at = (...parts) => "/" + parts.map(encodeURIComponent).join("/");

/** Follow every change; `handlers` by event name, `onlive(true|false)` when the connection opens and closes. */
export function follow(handlers, onlive) {
  const source = new EventSource(`${BASE}/events`);
  source.onopen = () => onlive(true);
  source.onerror = () => onlive(false);
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
}

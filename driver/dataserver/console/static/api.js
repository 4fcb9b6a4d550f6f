// Requests to the data server, with a login where one is needed.

const STORAGE_KEY = "sms-driver-login";
const ROLES = ["viewer", "operator", "engineer", "admin"];

/** A request that the driver refused; `problem` is its problem document. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || `The driver answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

/** Fires "admitted" when requests are allowed, and "refused" when a login is needed. */
export class Api extends EventTarget {
  constructor() {
    super();
    this.login = JSON.parse(sessionStorage.getItem(STORAGE_KEY) || "null");
  }

  get user() {
    return this.login?.username || "";
  }

  /** Return whether the user has a role; without authentication everything is allowed. */
  may(role) {
    return !this.login || ROLES.indexOf(this.login.role) >= ROLES.indexOf(role);
  }

  /** Make a request; return the response, or throw the driver's refusal. */
  async send(method, path, { body, type, accept, headers = {} } = {}) {
    const sent = { ...headers };
    const { login } = this;
    if (login) sent.Authorization = `Bearer ${login.token}`;
    if (accept) sent.Accept = accept;
    if (body !== undefined) sent["Content-Type"] = type || "application/json";
    const raw = body === undefined || type ? body : JSON.stringify(body);
    const answer = await fetch(path, { method, headers: sent, body: raw, cache: "no-store" });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    // A response to an earlier login says nothing about the current one.
    if (answer.status === 401 && path !== "/api/Auth/Login" && login === this.login) this.forget();
    throw new Refused(answer.status, problem);
  }

  async call(method, path, options = {}) {
    const answer = await this.send(method, path, options);
    if (answer.status === 204) return null;
    return options.accept === "text/csv" ? answer.blob() : answer.json();
  }

  /** Return all pages of a list as one CSV file. */
  async csv(path) {
    const parts = [];
    for (let next = path; next; ) {
      const answer = await this.send("GET", next, { accept: "text/csv" });
      const text = await answer.text();
      parts.push(parts.length ? text.slice(text.indexOf("\n") + 1) : text);
      next = /<([^>]+)>/.exec(answer.headers.get("Link") ?? "")?.[1];
    }
    return new Blob(parts, { type: "text/csv" });
  }

  get(path) {
    return this.call("GET", path);
  }

  post(path, body) {
    return this.call("POST", path, { body });
  }

  async logIn(username, password) {
    const login = await this.post("/api/Auth/Login", { username, password });
    this.login = { username, token: login.token, role: login.role };
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(this.login));
    this.dispatchEvent(new Event("admitted"));
  }

  /** Log out at the driver; the local login ends even if the driver does not answer. */
  async logOut() {
    await this.call("POST", "/api/Auth/Logout").catch(() => {});
    this.forget();
  }

  forget() {
    this.login = null;
    sessionStorage.removeItem(STORAGE_KEY);
    this.dispatchEvent(new Event("refused"));
  }

  /** The event stream; browsers cannot send headers for it, so the token goes in the URL. */
  stream() {
    const address = new URL("/api/events", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (this.login) address.searchParams.set("access_token", this.login.token);
    return new WebSocket(address);
  }
}

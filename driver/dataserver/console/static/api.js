// Calls of the data server, with the login where one is needed.

const STORAGE_KEY = "sms-driver-login";
const ROLES = ["viewer", "operator", "engineer", "admin"];

/** A call the driver refused; `problem` is its problem document. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || `The driver answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

/** Tells "admitted" when it may call, and "refused" when somebody has to log in. */
export class Api extends EventTarget {
  constructor() {
    super();
    this.login = JSON.parse(sessionStorage.getItem(STORAGE_KEY) || "null");
  }

  get user() {
    return this.login?.username || "";
  }

  /** Return whether the user may do what needs a role; who needs no login may do everything. */
  may(role) {
    return !this.login || ROLES.indexOf(this.login.role) >= ROLES.indexOf(role);
  }

  /** Make a call; return the answer, or raise what the driver says against it. */
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
    // An answer to the one before says nothing of who has logged in since.
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

  /** End the login at the driver; here it ends even if the driver does not answer. */
  async logOut() {
    await this.call("POST", "/api/Auth/Logout").catch(() => {});
    this.forget();
  }

  forget() {
    this.login = null;
    sessionStorage.removeItem(STORAGE_KEY);
    this.dispatchEvent(new Event("refused"));
  }

  /** The event stream; browsers cannot send headers with it, so the token goes in the address. */
  stream() {
    const address = new URL("/api/events", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (this.login) address.searchParams.set("access_token", this.login.token);
    return new WebSocket(address);
  }
}

// The current user, and the login dialog.
import { h, Part, say } from "./parts.js";

class Session extends Part {
  begin({ api, model }) {
    this.api = api;
    this.model = model;
    this.name = h("span");
    this.out = h("button", { type: "button", class: "quiet", onclick: () => api.logOut() }, "Log out");
    this.append(this.name, this.out);
    model.addEventListener("connection", () => this.later());
    api.addEventListener("admitted", () => this.later());
    api.addEventListener("refused", () => this.later());
    this.later();
  }

  draw() {
    const open = this.model.info.authentication === "none";
    say(this.name, this.api.user || (open ? "No login (local access only)" : ""));
    this.name.title = open ? "No users are configured. The driver only accepts connections from this machine." : "";
    this.out.hidden = !this.api.user;
  }
}

class Login extends Part {
  begin({ api }) {
    this.username = h("input", { id: "username", autocomplete: "username", required: true });
    this.password = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true });
    this.wrong = h("p", { role: "alert", class: "wrong" });
    this.button = h("button", { type: "submit" }, "Log in");
    this.dialog = h(
      "dialog",
      { "aria-labelledby": "login-title", onclose: () => this.closed(api) },
      h(
        "form",
        { onsubmit: (event) => this.submit(event, api) },
        h("h2", { id: "login-title" }, "Log in"),
        h("label", { htmlFor: "username" }, "User name"),
        this.username,
        h("label", { htmlFor: "password" }, "Password"),
        this.password,
        this.wrong,
        this.button,
      ),
    );
    this.append(this.dialog);
    api.addEventListener("refused", () => this.ask());
    api.addEventListener("admitted", () => this.dialog.close());
  }

  ask() {
    if (!this.dialog.open) this.dialog.showModal();
    this.username.focus();
  }

  /** Reopen the dialog: browsers close it when Escape is pressed twice, but the page needs a login. */
  closed(api) {
    if (!api.user) this.ask();
  }

  async submit(event, api) {
    event.preventDefault();
    this.button.disabled = true;
    say(this.wrong, "");
    try {
      await api.logIn(this.username.value, this.password.value);
      this.password.value = "";
    } catch (error) {
      say(this.wrong, error.message);
      this.password.select();
    }
    this.button.disabled = false;
  }
}

customElements.define("sms-session", Session);
customElements.define("sms-login", Login);

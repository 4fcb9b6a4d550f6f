// Each user's view preferences, stored by this browser under the user's name.

export class Preferences {
  constructor(api) {
    this.api = api;
  }

  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(this.key(name))) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  set(name, value) {
    localStorage.setItem(this.key(name), JSON.stringify(value));
  }

  key(name) {
    return `sms-console:${this.api.user}:${name}`;
  }
}

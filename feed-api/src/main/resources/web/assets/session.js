// Who is signed in on a page: a showcase person, an anonymous viewer, or someone with a token of their own.
import { api, Problem } from './api.js';
import { memory } from './dom.js';

/** Keeps one token in the browser, and renews a refused one in the way it was obtained. */
export class Session {
  /** @param role 'viewer' or 'author': what the demo's token desk is asked for, and the key in storage */
  constructor(role) {
    this.role = role;
    this.person = memory.get(role);
  }

  get token() {
    return this.person?.token;
  }

  async signInAs({ id, name, line, bio, city }) {
    const { token } = await api.demoToken({ [this.role]: id });
    return this.#keep({ how: 'demo', id, name, line, bio, city, token });
  }

  async signInAnonymously() {
    const { token, viewerId } = await api.anonymousViewer();
    return this.#keep({ how: 'anonymous', id: viewerId, token });
  }

  signInWith(token, id = subject(token)) {
    return this.#keep({ how: 'pasted', id, token });
  }

  /**
   * Runs `work(token)`; when the token is refused, for example after the server started anew, gets a new one and
   * runs it once more.
   */
  async use(work) {
    const refused = this.token;
    try {
      return await work(refused);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401 || !this.person || this.person.how === 'pasted') throw error;
      if (this.token === refused) {
        this.renewal ??= (this.person.how === 'demo' ? this.signInAs(this.person) : this.signInAnonymously()).finally(
          () => (this.renewal = null));
        await this.renewal;
      }
      return work(this.token);
    }
  }

  #keep(person) {
    this.person = person;
    memory.set(this.role, person);
    return person;
  }
}

/** The subject of a JWT, read without checking: only the server can check it. */
function subject(token) {
  try {
    return JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).sub ?? null;
  } catch {
    return null;
  }
}

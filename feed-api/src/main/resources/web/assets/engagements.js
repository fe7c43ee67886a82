// What the viewer did, on its way to the server.
import { api, Unreachable } from './api.js';
import { uuid } from './dom.js';

const FLUSH_EVERY = 500;
const BATCH = 50;
const BOUND = 500;
const LONGEST_PAUSE = 10_000;

/**
 * Collects engagements and posts them in batches, in order. A batch that did not arrive is sent again with the same
 * ids, which the server counts once. Holds at most 500; beyond that the oldest are lost.
 */
export class EngagementQueue {
  #waiting = [];
  #timer = null;
  #sending = null;
  #pause = FLUSH_EVERY;

  /** @param refused called with (engagement, reason) for each one that the server did not take */
  constructor(session, refused) {
    this.session = session;
    this.refused = refused;
    addEventListener('pagehide', () => this.flushAndLeave());
    addEventListener('online', () => this.flush());
  }

  /** Adds one and returns its id. */
  add(engagement) {
    const id = uuid();
    this.#waiting.push({ id, at: new Date().toISOString(), ...engagement });
    if (this.#waiting.length > BOUND) this.#waiting.shift();
    this.#schedule();
    return id;
  }

  /** Sends all that waits; true when nothing is left behind. */
  async flush() {
    this.#cancel();
    if (this.#sending) await this.#sending;
    while (this.#waiting.length > 0) {
      this.#sending = this.#send(this.#waiting.slice(0, BATCH));
      const arrived = await this.#sending;
      this.#sending = null;
      if (!arrived) {
        this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
        this.#schedule();
        return false;
      }
      this.#pause = FLUSH_EVERY;
    }
    return true;
  }

  /** The page goes away: what waits is handed to the browser, which sends it after us. */
  flushAndLeave() {
    this.#cancel();
    while (this.#waiting.length > 0 && this.session.token) {
      api.engagements(this.session.token, this.#waiting.splice(0, BATCH), true).catch(() => {});
    }
  }

  async #send(batch) {
    try {
      const answer = await this.session.use((token) => api.engagements(token, batch));
      this.#drop(batch);
      for (const { index, reason } of answer?.rejected ?? []) this.refused(batch[index], reason);
      return true;
    } catch (error) {
      if (error instanceof Unreachable || error.status >= 500 || error.status === 429) return false;
      this.#drop(batch);
      this.refused(batch[0], error.detail || error.message);
      return true;
    }
  }

  #drop(batch) {
    const gone = new Set(batch);
    this.#waiting = this.#waiting.filter((engagement) => !gone.has(engagement));
  }

  #schedule() {
    this.#timer ??= setTimeout(() => this.flush(), this.#pause);
  }

  #cancel() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

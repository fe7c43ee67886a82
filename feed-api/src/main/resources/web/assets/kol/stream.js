// Hears from the server that the reach of today moved: by its stream, or, where there is none to be had, by asking again.
import { api, Problem, Unreachable } from '../api.js';
import { readEvents } from './events.js';

const POLL = 2_000;
/** The server says something at least every 15 s; a line that is silent for longer is dead. */
const SILENCE = 40_000;
const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 5_000;
/** How long to ask by polling before the stream is tried again. */
const STREAM_AGAIN = 30_000;

export class LiveReach {
  #end = null;

  /**
   * @param onMove called with the event, or with null when only time has passed
   * @param onState called with `live`, `polling` or `away`, and for the latter the error, null if the server is there but cannot read
   */
  constructor({ onMove, onState }) {
    this.onMove = onMove;
    this.onState = onState;
  }

  /** Follows an author until `stop`. */
  follow(session, authorId) {
    this.stop();
    const end = new AbortController();
    this.#end = end;
    this.#run(session, authorId, end.signal);
  }

  stop() {
    this.#end?.abort();
    this.#end = null;
  }

  async #run(session, authorId, signal) {
    let pause = SHORTEST_PAUSE;
    while (!signal.aborted) {
      try {
        await this.#listen(session, authorId, signal, () => (pause = SHORTEST_PAUSE));
        await sleep(SHORTEST_PAUSE, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Unreachable || error.status >= 500) {
          this.onState('away', error);
          await sleep(pause, signal);
          pause = Math.min(pause * 2, LONGEST_PAUSE);
        } else if (error instanceof Problem && [401, 403].includes(error.status)) {
          this.onState('away', error);
          return;
        } else {
          await this.#poll(signal);
        }
      }
    }
  }

  async #listen(session, authorId, signal, onOpen) {
    const line = new AbortController();
    const stop = () => line.abort();
    signal.addEventListener('abort', stop);
    let silence = null;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENCE);
    };
    try {
      heard();
      const response = await session.use((token) => api.reachStream(token, authorId, line.signal));
      onOpen();
      this.onState('live');
      this.onMove(null);
      await readEvents(response.body, heard, (name, data) => {
        if (name === 'reach') {
          this.onState('live');
          this.onMove(JSON.parse(data));
        } else if (name === 'degraded') this.onState('away', null);
      });
    } catch (error) {
      throw error instanceof Problem ? error : new Unreachable('the stream', { cause: error });
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
    }
  }

  async #poll(signal) {
    this.onState('polling');
    for (let waited = 0; waited < STREAM_AGAIN && !signal.aborted; waited += POLL) {
      this.onMove(null);
      await sleep(POLL, signal);
    }
  }
}

const sleep = (millis, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });

// Asks again after something moved: at once after a quiet time, then not more often than once a gap, never twice at a time.
const LONGEST_PAUSE = 5_000;

export class Refresher {
  #timer = null;
  #busy = false;
  #wanted = false;
  #last = 0;
  #soon = false;
  #pause;

  /**
   * @param gap least milliseconds between two
   * @param work asks and shows; if it fails, it is tried again, ever more slowly, until it works or `stop`
   */
  constructor(gap, work) {
    this.gap = gap;
    this.work = work;
    this.#pause = gap;
  }

  want() {
    this.#wanted = true;
    if (this.#busy || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, this.#last + this.gap - Date.now()));
  }

  /** At once, whatever was before. */
  now() {
    this.stop();
    this.#soon = true;
    this.#last = 0;
    this.#pause = this.gap;
    this.want();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#wanted = false;
  }

  async #run() {
    this.#timer = null;
    this.#busy = true;
    this.#wanted = false;
    this.#soon = false;
    let worked = false;
    try {
      worked = await this.work();
    } finally {
      this.#busy = false;
      this.#last = this.#soon ? 0 : Date.now();
    }
    if (worked || this.#soon) this.#pause = this.gap;
    else {
      this.#last += this.#pause - this.gap;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
    if (this.#wanted || !worked) this.want();
  }
}

/** The longest real time, in milliseconds, that a video takes on this page. */
const LONGEST_PLAY = 8_000;

/**
 * Plays a video that is not there. The log has durations but no films, so a play runs over `durationMillis` at a
 * speed that ends it within 8 s: one minute passes at 7.5 times the normal speed, a video of 5 s at its own.
 *
 * What is reported is the time *in the video*, not the time on the wall: someone who stays for half of the simulated
 * play has watched half of the film, and `watched` says 30,000 of 60,000 ms. So the numbers that the feed learns
 * from have the scale of the real log.
 */
export class Player {
  #position = 0;
  #frame = null;
  #last = 0;

  constructor(durationMillis, { moved, ended }) {
    this.duration = Math.max(1, durationMillis);
    this.speed = Math.max(1, this.duration / LONGEST_PLAY);
    this.moved = moved;
    this.ended = ended;
  }

  get playing() {
    return this.#frame !== null;
  }

  get finished() {
    return this.#position >= this.duration;
  }

  /** Milliseconds of the film that passed in this play. */
  get watched() {
    return Math.round(this.#position);
  }

  play() {
    if (this.playing) return;
    if (this.finished) this.rewind();
    this.#last = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  pause() {
    cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }

  rewind() {
    this.#position = 0;
    this.moved(0);
  }

  #tick(now) {
    this.#position = Math.min(this.duration, this.#position + Math.max(0, now - this.#last) * this.speed);
    this.#last = now;
    this.moved(this.#position);
    if (this.finished) {
      this.#frame = null;
      this.ended();
    } else {
      this.#frame = requestAnimationFrame((next) => this.#tick(next));
    }
  }
}

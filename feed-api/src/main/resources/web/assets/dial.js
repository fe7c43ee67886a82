// The viewer's dial between things they like and people they know.
import { api } from './api.js';
import { h } from './dom.js';
import { percent, t } from './i18n.js';
import { toastError } from './toast.js';

const NEUTRAL = 0.5;
const SETTLE = 250;

/** Any number of them may be on a page; they agree. */
export class Dial {
  #people = null;
  /** Where the server has it. */
  #known = null;
  #settling = null;
  #sending = Promise.resolve();
  #sliders = new Set();

  /** @param turned called once the server has it */
  constructor(session, turned) {
    this.session = session;
    this.turned = turned;
  }

  /** Where the dial of the viewer stands, among all controls. */
  read(controls) {
    clearTimeout(this.#settling);
    this.#people = this.#known = controls.find(({ kind }) => kind === 'DIAL')?.value ?? null;
    this.draw();
  }

  /** A slider in `place`, until the returned function is called. */
  in(place) {
    const range = h('input', { type: 'range', min: '0', max: '1', step: '0.1', testid: 'dial', on: { change: () => this.#turn(Number(range.value)), input: () => this.#say(range) } });
    const reset = h('button', { type: 'button', class: 'dial-reset', i18n: 'dial.reset', testid: 'dial-reset', on: { click: () => this.#turn(null) } });
    range.dataset.i18nLabel = 'dial.title';
    range.setAttribute('aria-label', t('dial.title'));
    const slider = { range, reset };
    place.replaceChildren(
      h('div', { class: 'dial-ends', 'aria-hidden': 'true' }, h('span', { i18n: 'dial.likes' }), h('span', { i18n: 'dial.people' })),
      range,
      h('div', { class: 'dial-foot' }, h('p', { class: 'quiet-text', i18n: 'dial.note' }), reset));
    this.#sliders.add(slider);
    this.draw();
    return () => this.#sliders.delete(slider);
  }

  draw() {
    for (const { range, reset } of this.#sliders) {
      range.value = this.#people ?? NEUTRAL;
      reset.hidden = this.#people === null;
      this.#say(range);
    }
  }

  #say(range) {
    const people = Number(range.value);
    range.style.setProperty('--at', people);
    const key = people === NEUTRAL ? 'dial.neutral' : people > NEUTRAL ? 'dial.more-people' : 'dial.more-likes';
    range.setAttribute('aria-valuetext', t(key, { share: percent(Math.abs(people - NEUTRAL) * 2) }));
  }

  /** A slider that is dragged on, or stepped by keys, says where it stopped. */
  #turn(people) {
    this.#people = people === NEUTRAL ? null : people;
    this.draw();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => (this.#sending = this.#sending.then(() => this.#send())), SETTLE);
  }

  async #send() {
    const people = this.#people;
    if (people === this.#known) return;
    try {
      await this.session.use((token) => api.dial(token, people));
      this.#known = people;
      this.turned();
    } catch (error) {
      this.#people = this.#known;
      this.draw();
      toastError(error);
    }
  }
}

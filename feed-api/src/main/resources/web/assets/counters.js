// Counters that run to their new value and say by how much they moved.
import { calm, h } from './dom.js';
import { number, t } from './i18n.js';

const RUN = 700;

export class Counter {
  #shown = 0;
  #target = null;
  #frame = null;

  /** @param format value → text */
  constructor(key, { large = false, format = (value) => number(Math.round(value)) } = {}) {
    this.key = key;
    this.format = format;
    this.value = h('span', { class: 'counter-value', testid: `counter-${key}` });
    this.hint = h('dd', { class: 'counter-hint' });
    this.moved = h('span', { class: 'counter-moved', 'aria-hidden': 'true' });
    this.change = h('dd', { class: 'counter-change', testid: `change-${key}` });
    this.node = h('div', { class: `counter${large ? ' is-large' : ''}` }, h('dt', { i18n: `kol.${key}` }), h('dd', { class: 'counter-line' }, this.value, this.moved), this.hint, this.change);
    this.clear();
  }

  clear() {
    cancelAnimationFrame(this.#frame);
    this.#target = null;
    this.value.textContent = '–';
    this.value.dataset.value = '';
    this.hint.textContent = '';
    this.compare(null);
  }

  /** How the value stands to that of the period before; null for nothing to compare with. */
  compare(before) {
    const now = this.#target;
    if (before === null || before === undefined || now === null || (now === 0 && before === 0)) return this.change.replaceChildren();
    const growth = before > 0 ? now / before - 1 : null;
    const trend = now > before ? 'up' : now < before ? 'down' : 'same';
    this.change.className = `counter-change is-${trend}`;
    this.change.replaceChildren(
      h('strong', { text: growth === null ? t('kol.compare.none') : number(growth, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: Math.abs(growth) < 0.1 ? 1 : 0 }) }),
      h('span', { text: t('kol.compare.before', { n: this.format(before) }) }));
  }

  show(value, hint = '') {
    const before = this.#target;
    this.hint.textContent = hint;
    this.value.dataset.value = value;
    this.#target = value;
    if (before === null || calm()) this.#write(value);
    else if (value !== before) {
      this.#run(value);
      if (value > before) this.#flash(value - before);
    } else if (this.#frame === null) this.#write(value);
  }

  #flash(by) {
    this.moved.textContent = `+${this.format(by)}`;
    this.node.classList.remove('is-moving');
    void this.node.offsetWidth;
    this.node.classList.add('is-moving');
  }

  #run(target) {
    cancelAnimationFrame(this.#frame);
    const from = this.#shown;
    const began = performance.now();
    const step = (now) => {
      const done = Math.min(1, Math.max(0, now - began) / RUN);
      this.#write(from + (target - from) * (1 - (1 - done) ** 3));
      this.#frame = done < 1 ? requestAnimationFrame(step) : null;
    };
    this.#frame = requestAnimationFrame(step);
  }

  #write(value) {
    this.#shown = value;
    this.value.textContent = this.format(value);
  }
}

/** Money per currency, in one line. */
export const moneys = (minor, money) =>
  Object.entries(minor ?? {}).filter(([, amount]) => amount !== 0).map(([currency, amount]) => money(amount, currency)).join(' + ');

export const seenShare = (served, seen, percent) => (served > 0 ? t('kol.seen.hint', { share: percent(Math.min(1, seen / served)) }) : '');

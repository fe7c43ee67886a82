// What each rule of the ranking cost or gave this creator, in words.
import { byId, h } from '../dom.js';
import { known, t } from '../i18n.js';
import { estimate } from './words.js';

export class Split {
  #rules = [];
  #asked = true;

  ask() {
    this.#rules = [];
    this.#asked = true;
    this.redraw();
  }

  show(answer) {
    this.#asked = false;
    const sampled = (answer.funnel ?? []).some(({ stage, value }) => stage === 'retrieved' && value > 0);
    this.#rules = sampled ? (answer.split ?? []) : [];
    this.redraw();
  }

  redraw() {
    const most = Math.max(1, ...this.#rules.map(({ value }) => Math.abs(value ?? 0)));
    byId('no-split').hidden = this.#rules.length > 0;
    byId('no-split').textContent = t(this.#asked ? 'kol.loading' : 'kol.split.missing');
    byId('split-rows').replaceChildren(...this.#rules.map((rule) => {
      const effect = effectOf(rule);
      const bar = h('i', { class: 'split-bar', 'aria-hidden': 'true' });
      bar.style.setProperty('--effect', ((rule.value ?? 0) / most).toFixed(4));
      return h('li', { class: `split is-${effect}`, testid: `split-${rule.rule}` },
        h('strong', { text: known(`kol.split.${rule.rule}`) ?? rule.rule }),
        h('p', { class: 'split-effect', text: t(`kol.split.${effect}`, { n: estimate(Math.abs(rule.value ?? 0), rule.error) }) }),
        bar,
        h('p', { class: 'quiet-text', text: known(`kol.split.${rule.rule}.why`) ?? rule.text ?? '' }));
    }));
  }
}

/** Within its error an effect is not told from none. */
function effectOf({ value, error }) {
  if (value === null || value === undefined) return 'unknown';
  if (value === 0 || Math.abs(value) <= (error ?? 0)) return 'none';
  return value > 0 ? 'gave' : 'cost';
}

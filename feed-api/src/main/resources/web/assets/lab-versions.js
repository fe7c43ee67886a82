// The versions of the models: what is served, what could be, and the buttons that change it.
import { byId, h } from './dom.js';
import { ago, known, locale, number, t } from './i18n.js';

const MODELS = ['ranker', 'retrieval'];

export const figure = (value) => (value === undefined ? '' : number(value, { minimumFractionDigits: 4, maximumFractionDigits: 4 }));
export const moment = (iso) => h('time', { datetime: iso, title: new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso)), data: { ago: '' }, text: ago(iso) });

/** The name of what a model is at: without a version the ranker is popularity, and nothing is retrieved by a model. */
export const versionName = (model, version) => (version === 'popularity' ? t(model === 'retrieval' ? 'lab.nothing' : 'lab.popularity') : version);

/** Runs `draw`, and gives the focus back to the button of the same name if one of the box had it. */
export function keepingFocus(box, draw) {
  const key = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  draw();
  if (key) box.querySelector(`[data-key='${CSS.escape(key)}']`)?.focus();
}

export class Versions {
  #models = [];
  #model = MODELS[0];
  #answering = {};
  #marked = null;
  #waiting = false;
  #drawn = '';

  /** @param acts `promote(version)`, `rollBack(serving)`, `look(version)`, `choose(model)` */
  constructor(acts) {
    this.acts = acts;
  }

  /** @param answering which version of each model this server answers with */
  show(models, model, answering) {
    this.#models = models;
    this.#answering = answering;
    const next = JSON.stringify([models, model, answering]);
    if (next !== this.#drawn) this.draw(model);
    this.#drawn = next;
  }

  /** The version of that name, else what is served, else the newest. */
  find(model, version) {
    const { versions = [], serving } = this.#models.find(({ name }) => name === model) ?? {};
    const named = (name) => versions.find((one) => one.version === name);
    return named(version) ?? named(serving?.version) ?? versions[0];
  }

  /** This version is the one whose details are shown. */
  mark(version) {
    this.#marked = version;
    for (const row of byId('version-rows').children) this.#markRow(row);
  }

  #markRow(row) {
    const marked = row.dataset.version === this.#marked;
    row.classList.toggle('is-marked', marked);
    row.querySelector('button.version-name')?.setAttribute('aria-pressed', marked);
  }

  /** While a change is under way no other can be begun. */
  wait(waiting) {
    this.#waiting = waiting;
    for (const button of document.querySelectorAll('[data-changes]')) button.disabled = waiting || button.dataset.changes === 'never';
  }

  draw(model) {
    this.#model = model;
    const board = byId('board');
    keepingFocus(board, () => {
      byId('models').replaceChildren(...MODELS.map((name) => h('button', {
        type: 'button', 'aria-pressed': String(name === model), data: { model: name, key: `model-${name}` }, testid: `model-${name}`,
        i18n: `lab.model.${name}`, on: { click: () => this.acts.choose(name) },
      })));
      const found = this.#models.find(({ name }) => name === model);
      if (!found) return;
      this.#drawServing(found);
      this.#drawTable(found);
      this.wait(this.#waiting);
    });
  }

  #drawServing({ serving, versions, measure }) {
    const version = serving?.version ?? 'popularity';
    const metrics = versions.find((one) => one.version === version)?.metrics ?? {};
    const mine = metrics[`${this.#model}.${measure}`];
    const theirs = metrics[`popularity.${measure}`];
    byId('serving').dataset.version = version;
    byId('serving').replaceChildren(...[
      h('div', { class: 'serving-what' },
        h('p', { class: 'label', i18n: 'lab.serving' }),
        h('p', { class: 'serving-version', testid: 'serving-version', data: { version }, text: versionName(this.#model, version) }),
        h('p', { class: 'quiet-text serving-line' },
          serving ? h('span', {}, `${t('lab.since')} `, moment(serving.since)) : h('span', { i18n: 'lab.never' }),
          serving?.pinned ? chip('pinned') : null,
          this.#server(version))),
      mine === undefined ? null : h('div', { class: 'serving-figure' },
        bar(mine, theirs ?? 0, measure, 'is-mine', t('lab.measure', { measure: measureName(measure) })),
        theirs === undefined ? null : bar(theirs, mine, measure, 'is-theirs', t('lab.popularity')),
        measure === 'gauc' ? h('p', { class: 'bar-from', i18n: 'lab.bar.chance' }) : null),
      serving && serving.rollbackTo !== version ? h('button', {
        type: 'button', class: 'rollback', testid: 'rollback', data: { changes: 'yes', key: 'rollback' }, on: { click: () => this.acts.rollBack(serving) },
      }, h('span', { text: t('lab.rollback') }), h('small', { text: t('lab.rollback.to', { version: versionName(this.#model, serving.rollbackTo) }) })) : null,
    ].filter(Boolean));
  }

  /** Whether the server that answers has followed the registry. */
  #server(version) {
    const answers = this.#answering[this.#model] ?? 'popularity';
    const follows = answers === version;
    return h('span', { class: `follows${follows ? ' is-true' : ''}`, testid: 'follows', data: { follows: String(follows) },
      text: follows ? t('lab.follows') : t('lab.follows.not', { version: versionName(this.#model, answers) }) });
  }

  #drawTable({ versions, measure, serving }) {
    const retrieval = this.#model === 'retrieval';
    const columns = ['version', 'state', 'trained', 'rows', 'measure', 'baseline', 'ahead', 'gate', ...(retrieval ? ['coverage'] : [])];
    byId('version-head').replaceChildren(
      ...columns.map((column) => h('th', { scope: 'col', role: 'columnheader', text: column === 'measure' ? measureName(measure) : t(`lab.column.${column}`) })),
      h('th', { scope: 'col', role: 'columnheader' }, h('span', { class: 'visually-hidden', i18n: 'lab.column.action' })));
    byId('version-rows').replaceChildren(...versions.map((one) => this.#row(one, measure, retrieval)));
    byId('no-versions').hidden = versions.length > 0;
    byId('versions-hint').hidden = versions.length === 0;
    byId('no-versions').textContent = t(`lab.versions.none.${this.#model}`);
    byId('version-head').closest('.scroll').hidden = versions.length === 0;
    if (versions.length > 0) this.mark(this.#marked ?? serving?.version);
  }

  #row(one, measure, retrieval) {
    const mine = one.metrics[`${this.#model}.${measure}`];
    const theirs = one.metrics[`popularity.${measure}`];
    const ahead = mine === undefined || theirs === undefined ? undefined : mine - theirs;
    const cell = (column, kind, ...content) => h('td', { role: 'cell', class: kind, data: { label: column } }, ...content);
    const row = h('tr', { role: 'row', testid: 'version', data: { version: one.version, state: one.state } },
      h('th', { scope: 'row', role: 'rowheader' }, h('button', { type: 'button', class: 'version-name', testid: 'version-name', data: { key: `look-${one.version}` }, text: one.version, on: { click: () => this.acts.look(one.version) } })),
      cell('', 'state', chip(one.state)),
      cell(t('lab.column.trained'), '', moment(one.trainedAt)),
      cell(t('lab.column.rows'), '', one.rows === undefined ? '–' : number(one.rows)),
      cell(measureName(measure), 'strong', figure(mine) || '–'),
      cell(t('lab.column.baseline'), '', figure(theirs) || '–'),
      cell(t('lab.column.ahead'), ahead > 0 ? 'is-good' : ahead < 0 ? 'is-bad' : '', ahead === undefined ? '–' : number(ahead, { signDisplay: 'always', minimumFractionDigits: 4, maximumFractionDigits: 4 })),
      cell(t('lab.column.gate'), '', gate(one.gate)),
      retrieval ? cell(t('lab.column.coverage'), '', one.field ? `${one.field} · ${number(one.coverage, { style: 'percent', maximumFractionDigits: 1 })}` : '–') : null,
      cell('', 'action', this.#action(one)));
    this.#markRow(row);
    return row;
  }

  #action(one) {
    if (one.state === 'serving') return null;
    const id = `why-not-${one.version}`;
    return h('div', { class: 'action-box' },
      h('button', {
        type: 'button', class: 'small', testid: 'promote', data: { changes: one.hindrance ? 'never' : 'yes', key: `promote-${one.version}` }, disabled: Boolean(one.hindrance),
        'aria-describedby': one.hindrance ? id : null, 'aria-label': t(one.state === 'pinned' ? 'lab.unpin.label' : 'lab.promote.label', { version: one.version }),
        text: t(one.state === 'pinned' ? 'lab.unpin' : 'lab.promote'), on: { click: () => this.acts.promote(one.version) },
      }),
      one.hindrance ? h('small', { id, class: 'hindrance', text: reason(one.hindrance) }) : null);
  }
}

/** What hinders a version, without its name. */
export const reason = (hindrance) => hindrance.replace(/^\S+ \S+ is not usable: /, '');

export const measureName = (measure) => known(`lab.measure.${measure}`) ?? measure.replace(/^(ndcg|hr)/, (word) => (word === 'ndcg' ? 'nDCG' : 'HR')).replace(/^recall/, 'Recall');

export const chip = (state) => h('span', { class: `chip is-${state}`, i18n: `lab.state.${state}` });

function gate(verdict) {
  if (!verdict) return h('span', { class: 'quiet-text', i18n: 'lab.gate.unasked' });
  return h('span', { class: verdict.passed ? 'is-good' : 'is-bad', title: verdict.reasons.join('\n'), text: `${verdict.passed ? '✓' : '✗'} ${t(verdict.passed ? 'lab.gate.passed' : 'lab.gate.refused')}` });
}

/** Where a bar begins: a GAUC of a half is what chance gives. */
const BEGINS = { gauc: 0.5 };

function bar(value, other, measure, kind, label) {
  const from = BEGINS[measure] ?? 0;
  const fill = h('i', { 'aria-hidden': 'true' });
  fill.style.setProperty('--share', Math.max(0, (value - from) / (Math.max(value, other, from + 1e-9) - from)).toFixed(3));
  return h('div', { class: `bar ${kind}` }, h('span', { class: 'bar-label', text: label }), h('strong', { text: figure(value) }), fill);
}

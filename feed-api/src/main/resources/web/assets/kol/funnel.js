// From what could have been shown to what was bought: where reach is lost, and by which rule.
import { byId, h } from '../dom.js';
import { t } from '../i18n.js';
import { estimate, named, share } from './words.js';

/** What a stage is a share of. */
const OF = { retrieved: 'eligible', removed: 'retrieved', ranked: 'retrieved', served: 'ranked', seen: 'served', engaged: 'seen', followed: 'seen', bought: 'seen' };
/** What names the parts of a stage. */
const PARTS = { retrieved: 'kol.source', removed: 'rule', ranked: 'rule', served: 'kol.source' };
const SAMPLED = ['retrieved', 'removed', 'ranked'];
const MOST_PARTS = 12;

export class Funnel {
  #stages = [];
  #open = new Set();

  ask() {
    this.#stages = [];
    this.#draw();
  }

  show(answer) {
    this.#stages = known(answer.funnel ?? []);
    this.#draw();
  }

  redraw() {
    this.#draw();
  }

  #draw() {
    const stages = this.#stages;
    const focused = document.activeElement?.closest?.('#funnel [data-stage]')?.dataset.stage;
    const values = new Map(stages.map((stage) => [stage.stage, stage.value]));
    const most = Math.max(1, ...stages.map(({ value }) => value ?? 0));
    const empty = !stages.some(({ value }) => value > 0);
    byId('funnel').hidden = empty;
    byId('no-funnel').hidden = !empty;
    byId('no-funnel').textContent = t(stages.length ? 'kol.none' : 'kol.loading');
    byId('funnel-note').hidden = !stages.some(({ error }) => error > 0);
    byId('funnel-rows').replaceChildren(...stages.flatMap((stage) => {
      const parts = Object.entries(stage.by ?? {}).toSorted(([, a], [, b]) => b.value - a.value);
      const open = this.#open.has(stage.stage);
      const row = h('tr', { role: 'row', class: `stage is-${stage.stage}`, testid: `funnel-${stage.stage}` },
        h('th', { role: 'rowheader', scope: 'row' }, parts.length ? this.#opener(stage.stage, open) : t(`kol.stage.${stage.stage}`)),
        h('td', { role: 'cell', class: 'stage-bar' }, bar(stage, most)),
        h('td', { role: 'cell', class: 'stage-value', title: t(`kol.stage.${stage.stage}.hint`), text: stage.value === null ? t('kol.unknown') : estimate(stage.value, stage.error) }),
        h('td', { role: 'cell', class: 'stage-share', text: shareOf(stage, values) }));
      return open ? [row, ...parts.slice(0, MOST_PARTS).map(([key, part]) => h('tr', { role: 'row', class: `part is-${stage.stage}` },
        h('th', { role: 'rowheader', scope: 'row', text: named(PARTS[stage.stage] ?? 'rule', key) }),
        h('td', { role: 'cell', class: 'stage-bar' }, bar(part, most)),
        h('td', { role: 'cell', class: 'stage-value', text: estimate(part.value, part.error) }),
        h('td', { role: 'cell', class: 'stage-share', text: share(part.value, stage.value) })))] : [row];
    }));
    if (focused) byId('funnel').querySelector(`[data-stage='${focused}']`)?.focus();
  }

  #opener(stage, open) {
    return h('button', { type: 'button', class: 'opener', data: { stage }, 'aria-expanded': String(open), text: t(`kol.stage.${stage}`), on: { click: () => {
      if (open) this.#open.delete(stage);
      else this.#open.add(stage);
      this.#draw();
    } } });
  }
}

/** Without a sampled page what comes before serving is not nothing but not known: of an imported log no candidates are left. */
function known(stages) {
  const value = (name) => stages.find(({ stage }) => stage === name)?.value ?? 0;
  const lost = (stage) => (stage === 'eligible' ? value(stage) < value('served') : SAMPLED.includes(stage) && value('retrieved') === 0 && value('served') > 0);
  return stages.map((stage) => (lost(stage.stage) ? { ...stage, value: null } : stage));
}

/** A part of its whole; where that was only partly recorded there is none to tell. */
function shareOf({ stage, value }, values) {
  const whole = values.get(OF[stage]);
  return OF[stage] && value !== null && whole > 0 && value <= whole ? t('kol.of', { share: share(value, whole), stage: t(`kol.stage.${OF[stage]}`) }) : '';
}

/** Lengths are logarithmic: between what could be shown and what is bought lie five powers of ten. */
function bar({ value, error = 0 }, most) {
  const length = (count) => (count > 0 ? Math.log10(1 + count) / Math.log10(1 + most) : 0);
  const node = h('i', { class: `funnel-bar${error > 0 ? ' is-estimate' : ''}`, 'aria-hidden': 'true' });
  node.style.setProperty('--length', length(value).toFixed(4));
  node.style.setProperty('--low', length(Math.max(0, value - error)).toFixed(4));
  node.style.setProperty('--high', Math.min(1, length(value + error)).toFixed(4));
  return node;
}

// One version: what the gate found, its figures beside popularity's, its calibration, its card.
import { byId, h } from './dom.js';
import { known, number, span, t } from './i18n.js';
import { calibrationPlot, calibrationTable, headName } from './lab-calibration.js';
import { chip, figure, measureName, moment, reason } from './lab-versions.js';

export class Details {
  #version = null;

  show(version) {
    this.#version = version;
    this.draw();
  }

  clear() {
    this.#version = null;
    byId('details').hidden = true;
  }

  draw() {
    const version = this.#version;
    if (!version) return;
    byId('details').hidden = false;
    byId('details-title').replaceChildren(h('span', { class: 'mono', text: version.version }), ' ', chip(version.state));
    const opened = byId('details-body').querySelector('details.card')?.open;
    byId('details-body').replaceChildren(...[facts(version), calibration(version), gateReport(version), figures(version), heads(version), card(version, opened)].filter(Boolean));
  }
}

function facts({ trainedAt, rows, judgedRows, metrics, hindrance }) {
  const fact = (key, value) => h('div', {}, h('dt', { i18n: key }), h('dd', {}, value));
  return h('div', { class: 'wide' },
    h('dl', { class: 'facts' },
      fact('lab.column.trained', moment(trainedAt)),
      rows === undefined ? null : fact('lab.rows.trained', number(rows)),
      judgedRows === undefined ? null : fact('lab.rows.judged', number(judgedRows)),
      metrics.train_seconds === undefined ? null : fact('lab.took', span(metrics.train_seconds * 1000))),
    hindrance ? h('p', { class: 'note', text: reason(hindrance) }) : null);
}

function box(title, hint, kind, ...content) {
  return h('section', { class: `card-box ${kind}` }, h('div', { class: 'box-head' }, h('h3', { i18n: title }), hint ? h('p', { class: 'quiet-text', i18n: hint }) : null), ...content);
}

const scroll = (label, node) => h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t(label) }, node);

function table(columns, rows) {
  return h('table', {}, h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col', text: column })))), h('tbody', {}, ...rows));
}

function calibration({ name, calibration: byHead, metrics }) {
  const heads = Object.entries(byHead).filter(([, bins]) => bins.length > 0);
  if (heads.length === 0) return name === 'ranker' ? box('lab.calibration', null, 'wide', h('p', { class: 'empty', i18n: 'lab.calibration.none' })) : null;
  return box('lab.calibration', 'lab.calibration.hint', 'wide',
    h('div', { class: 'plots', testid: 'calibration' }, ...heads.map(([head, bins]) => calibrationPlot(head, bins, metrics[`${name}.${head.toLowerCase()}.calibration`]))),
    h('details', { class: 'more' }, h('summary', { i18n: 'kol.chart.table' }), scroll('lab.calibration', calibrationTable(heads))));
}

function ruleName(rule) {
  const [name, head] = rule.split('.');
  const words = known(`lab.rule.${name}`) ?? name;
  return head ? `${words}: ${headName(head)}` : words;
}

/** The rows of a Markdown table, without its head. */
const markdownRows = (text) => text.split('\n').filter((line) => line.startsWith('|')).slice(2)
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('**', '')));

function gateReport({ gateReport: report, gate }) {
  if (!report) return gate ? box('lab.gate', null, 'wide', h('p', { class: gate.passed ? 'is-good' : 'is-bad', i18n: gate.passed ? 'lab.gate.passed' : 'lab.gate.refused' }), ...gate.reasons.map((reason) => h('p', { text: reason }))) : null;
  return box('lab.gate', 'lab.gate.hint', 'wide', scroll('lab.gate', h('table', { class: 'gate', testid: 'gate' },
    h('thead', {}, h('tr', {}, ...['lab.gate.rule', 'lab.gate.kept', 'lab.gate.found'].map((key) => h('th', { scope: 'col', i18n: key })))),
    h('tbody', {}, ...markdownRows(report).map(([rule, kept, found]) => h('tr', {},
      h('th', { scope: 'row', text: ruleName(rule), title: rule }),
      h('td', { class: kept === 'yes' ? 'is-good' : 'is-bad', text: `${kept === 'yes' ? '✓' : '✗'} ${t(kept === 'yes' ? 'lab.yes' : 'lab.no')}` }),
      h('td', { class: 'words', text: found })))))));
}

/** `prefix.measure` of the figures, by measure and prefix. */
function byMeasure(metrics) {
  const measures = new Map();
  for (const [key, value] of Object.entries(metrics)) {
    const [prefix, ...rest] = key.split('.');
    if (rest.length !== 1) continue;
    if (!measures.has(rest[0])) measures.set(rest[0], {});
    measures.get(rest[0])[prefix] = value;
  }
  return measures;
}

function figures({ name, metrics }) {
  const measures = byMeasure(metrics);
  if (measures.size === 0) return null;
  const prefixes = [...new Set([name, 'popularity', ...[...measures.values()].flatMap(Object.keys)])].filter((prefix) => [...measures.values()].some((values) => prefix in values));
  return box('lab.figures', 'lab.figures.hint', name === 'ranker' ? '' : 'wide', scroll('lab.figures', table(
    [t('lab.figure'), ...prefixes.map((prefix) => known(`lab.by.${prefix}`) ?? prefix)],
    [...measures].map(([measure, values]) => {
      const best = Math.max(...Object.values(values));
      return h('tr', {}, h('th', { scope: 'row', text: measureName(measure) }), ...prefixes.map((prefix) => h('td', { class: values[prefix] === best ? 'strong' : '', text: figure(values[prefix]) || '–' })));
    }))));
}

function heads({ name, metrics }) {
  const found = Object.keys(metrics).map((key) => key.split('.')).filter(([prefix, , measure]) => prefix === name && measure === 'auc').map(([, head]) => head);
  if (found.length === 0) return null;
  const of = (prefix, head, measure) => figure(metrics[`${prefix}.${head}.${measure}`]) || '–';
  return box('lab.heads', 'lab.heads.hint', '', scroll('lab.heads', table(
    [t('lab.head'), 'AUC', t('lab.popularity'), t('lab.log-loss'), t('lab.popularity')],
    found.map((head) => h('tr', {}, h('th', { scope: 'row', text: headName(head.toUpperCase()) }),
      h('td', { class: 'strong', text: of(name, head, 'auc') }), h('td', { text: of('popularity', head, 'auc') }),
      h('td', { class: 'strong', text: of(name, head, 'log_loss') }), h('td', { text: of('popularity', head, 'log_loss') }))))));
}

function card({ card: text }, opened) {
  if (!text) return null;
  const node = h('details', { class: 'card-box wide card more' }, h('summary', { i18n: 'lab.card' }), h('pre', { tabindex: '0', text }));
  node.open = Boolean(opened);
  return node;
}

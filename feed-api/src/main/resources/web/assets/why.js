// Why this, and why not that.
import { api } from './api.js';
import { h } from './dom.js';
import { known, number, t } from './i18n.js';
import { icon } from './icons.js';
import { openSheet } from './sheet.js';
import { topicName } from './topics.js';

/** Opens the reasons of a card, in the server's words, and returns the sheet. */
export function openWhy({ item, content, page }, session) {
  const fact = (key, text) => h('div', {}, h('dt', { i18n: key }), h('dd', { text }));
  const reasons = item.why?.length ? item.why.map((why) => why.text) : [t(page.shared ? 'why.shared' : 'why.none')];
  const data = known(`why.data.${content.provenance}.${content.kind}`) ?? known(`why.data.${content.provenance}`);
  return openSheet({ i18nTitle: 'why.title', testid: 'why-panel', kind: 'why-sheet' },
    h('ul', { class: 'reasons' }, ...reasons.map((reason) => h('li', {}, icon('spark'), h('span', { text: reason })))),
    h('dl', { class: 'facts' },
      item.source && fact('why.source', sourceName(item.source)),
      !page.shared && fact('why.position', number(item.position + 1)),
      fact('why.kind', t(`kind.${content.kind}`)),
      content.topics.length > 0 && fact('why.topics', content.topics.map(topicName).join(', ')),
      data && fact('why.data', data)),
    page.feedId && whyNot(page.feedId, session));
}

function sourceName(source) {
  return known(`source.${source}`) ?? source;
}

/** Asks what became of any other content when this feed was made. */
function whyNot(feedId, session) {
  const field = h('input', { class: 'field', name: 'content', required: true, autocomplete: 'off', spellcheck: 'false', placeholder: 'c7136', testid: 'why-not-field' });
  const answer = h('p', { class: 'why-not-answer', role: 'status', testid: 'why-not-answer' });
  const ask = async (event) => {
    event.preventDefault();
    try {
      answer.textContent = fate(await session.use((token) => api.fate(token, feedId, contentIn(field.value))));
    } catch (error) {
      answer.textContent = error.status === 404 ? t('why-not.unknown') : error.detail || error.message || t('error.network');
    }
  };
  return h('details', { class: 'why-not', testid: 'why-not' },
    h('summary', { i18n: 'why-not.title' }),
    h('form', { on: { submit: ask } },
      h('label', {}, h('span', { i18n: 'why-not.content' }), field),
      h('button', { type: 'submit', class: 'primary', i18n: 'why-not.ask' })),
    answer);
}

/** The id itself, or the one in a link that was shared. */
function contentIn(text) {
  return /[?&]content=([^&#]+)/.exec(text)?.[1] ?? text.trim();
}

function fate({ stage, position, rule }) {
  if (stage === 'SERVED') return t('why-not.SERVED', { n: position + 1 });
  return known(`why-not.${rule}`) ?? t(`why-not.${stage}`, { rule });
}

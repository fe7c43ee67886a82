// A new campaign: its name, its days, its contents and whether their order matters.
import { api } from '../api.js';
import { h, uuid } from '../dom.js';
import { number, t } from '../i18n.js';
import { openSheet } from '../sheet.js';
import { toastError } from '../toast.js';
import { DAY } from './range.js';

const dateOf = (at) => new Date(at).toISOString().slice(0, 10);

/**
 * Opens the form.
 *
 * @param question names the author, and the period that the dates begin with
 * @param onCreated called with the campaign
 */
export function draftCampaign(question, onCreated) {
  /** Chosen once, so that sending again after a lost answer begins nothing twice. */
  const id = uuid();
  const chosen = [];
  const name = h('input', { name: 'name', required: true, maxlength: '200', autocomplete: 'off', testid: 'campaign-name' });
  const first = h('input', { type: 'date', name: 'first', required: true, value: dateOf(question.period.from), testid: 'campaign-first' });
  const last = h('input', { type: 'date', name: 'last', required: true, value: dateOf(Math.max(Date.now(), question.period.end - 1)), testid: 'campaign-last' });
  const ordered = h('input', { type: 'checkbox', name: 'ordered', testid: 'campaign-ordered', on: { change: () => mark() } });
  const list = h('div', { class: 'picks', role: 'group', 'aria-labelledby': 'picks-title' }, h('p', { class: 'quiet-text', text: t('kol.loading') }));
  const wrong = h('p', { class: 'form-error', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'primary', i18n: 'kol.campaign.create', testid: 'campaign-create' });

  const mark = () => {
    for (const pick of list.querySelectorAll('.pick')) {
      const place = chosen.indexOf(pick.dataset.contentId);
      pick.querySelector('.pick-place').textContent = place >= 0 && ordered.checked ? number(place + 1) : '';
    }
  };

  const form = h('form', { class: 'draft', on: { submit: async (event) => {
    event.preventDefault();
    wrong.textContent = chosen.length === 0 ? t('kol.campaign.pick') : first.value > last.value ? t('kol.campaign.turned') : '';
    if (wrong.textContent) return;
    submit.disabled = true;
    try {
      const to = new Date(Date.parse(last.value) + DAY).toISOString();
      const draft = { id, name: name.value.trim(), contentIds: [...chosen], ordered: ordered.checked, from: new Date(first.value).toISOString(), to };
      const campaign = await question.use((token) => api.createCampaign(token, question.authorId, draft));
      dialog.close();
      onCreated({ ...draft, ...campaign });
    } catch (error) {
      if (error.detail) wrong.textContent = error.detail;
      else toastError(error);
    } finally {
      submit.disabled = false;
    }
  } } },
    h('label', { class: 'field' }, h('span', { i18n: 'kol.campaign.name' }), name),
    h('div', { class: 'field-row' },
      h('label', { class: 'field' }, h('span', { i18n: 'kol.range.first' }), first),
      h('label', { class: 'field' }, h('span', { i18n: 'kol.range.last' }), last)),
    h('label', { class: 'check' }, ordered, h('span', {}, h('strong', { i18n: 'kol.campaign.ordered' }), h('small', { i18n: 'kol.campaign.ordered.hint' }))),
    h('h3', { id: 'picks-title', i18n: 'kol.campaign.which' }),
    list, wrong,
    h('div', { class: 'sheet-actions' }, submit));
  const dialog = openSheet({ i18nTitle: 'kol.campaign.new', kind: 'draft-sheet', testid: 'campaign-draft' }, form);
  name.focus();

  const toggle = (contentId, on) => {
    if (on) chosen.push(contentId);
    else chosen.splice(chosen.indexOf(contentId), 1);
    mark();
  };
  const from = new Date(Date.now() - 90 * DAY).toISOString();
  question.use((token) => api.reach(token, question.authorId, { from, granularity: 'day', by: 'content' })).then(
    ({ contents = [] }) => list.replaceChildren(...(contents.length
      ? contents.map((content) => h('label', { class: 'pick', data: { contentId: content.contentId } },
        h('input', { type: 'checkbox', value: content.contentId, testid: 'campaign-pick', on: { change: (event) => toggle(content.contentId, event.target.checked) } }),
        h('span', { class: 'pick-words' }, h('span', { text: content.text || t('kol.untitled') }), h('small', { text: `${content.contentId} · ${t('kol.seen')} ${number(content.seen)}` })),
        h('span', { class: 'pick-place', 'aria-hidden': 'true' })))
      : [h('p', { class: 'quiet-text', text: t('kol.none') })])),
    (error) => list.replaceChildren(h('p', { class: 'quiet-text', text: error.detail || t('error.network') })));
}

// What each content did; a row opens the reach of that content.
import { api } from '../api.js';
import { byId, h } from '../dom.js';
import { moneys } from '../counters.js';
import { money, number, percent, t } from '../i18n.js';
import { csvButton, save } from './download.js';

const ROWS = 50;
export const KIND_ICONS = { SHORT_VIDEO: 'play', POST: 'post', SHOP_ITEM: 'bag' };

const COLUMNS = {
  served: (row) => row.served,
  seen: (row) => row.seen,
  rate: (row) => (row.served > 0 ? row.seen / row.served : 0),
  unique: (row) => row.uniqueViewers ?? 0,
  likes: (row) => row.actions?.LIKE ?? 0,
  purchases: (row) => row.actions?.PURCHASE ?? 0,
};

/** What viewers do on the author's profile is counted like a content's, and is none: there is nothing to open. */
const isContent = (row) => Boolean(row.kind);

export class Contents {
  #question = null;
  #rows = [];
  #order = { column: 'served', down: true };
  #shown = ROWS;
  #loaded = false;

  /** @param onOpen called with the row that was chosen; @param onRows called with all rows whenever they come */
  constructor({ onOpen, onRows }) {
    this.onOpen = onOpen;
    this.onRows = onRows;
    for (const head of document.querySelectorAll('[data-column]')) {
      head.querySelector('button').addEventListener('click', () => {
        this.#order = { column: head.dataset.column, down: head.dataset.column === this.#order.column ? !this.#order.down : true };
        this.redraw();
      });
    }
    byId('more-contents').addEventListener('click', () => {
      this.#shown += ROWS;
      this.redraw();
    });
    byId('contents-csv').append(csvButton('csv-contents', () => {
      const { authorId } = this.#question;
      return save(`${authorId}-contents.csv`, () => this.#question.use((token) => api.reachFile(token, authorId, this.#question.query({ by: 'content' }))));
    }));
  }

  ask(question) {
    this.#question = question;
    this.#rows = [];
    this.#shown = ROWS;
    this.#loaded = false;
    this.redraw();
    this.slow(question);
  }

  async slow(question) {
    if (question.content) return;
    const answer = await question.reach({ by: 'content' }).catch(() => null);
    if (!answer || question !== this.#question) return;
    this.#rows = answer.contents ?? [];
    this.#loaded = true;
    this.redraw();
    this.onRows(this.#rows.filter(isContent), question);
  }

  redraw() {
    const value = COLUMNS[this.#order.column];
    const rows = this.#rows.toSorted((a, b) => (value(b) - value(a)) * (this.#order.down ? 1 : -1));
    const focused = document.activeElement?.closest?.('tr[data-content-id]')?.dataset.contentId;
    byId('no-contents').hidden = rows.length > 0;
    byId('no-contents').textContent = t(this.#loaded ? 'kol.none' : 'kol.loading');
    byId('more-contents').hidden = rows.length <= this.#shown;
    byId('content-rows').replaceChildren(...rows.slice(0, this.#shown).map((row) => this.#row(row)));
    if (focused) byId('content-rows').querySelector(`tr[data-content-id='${CSS.escape(focused)}'] button`)?.focus({ preventScroll: true });
    for (const head of document.querySelectorAll('[data-column]')) {
      const chosen = head.dataset.column === this.#order.column;
      head.setAttribute('aria-sort', chosen ? (this.#order.down ? 'descending' : 'ascending') : 'none');
    }
  }

  #row(row) {
    const share = Math.min(1, COLUMNS.rate(row));
    const bar = h('i', { class: 'rate-bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', share.toFixed(3));
    const sales = moneys(row.salesMinor, money);
    return h('tr', { testid: 'content-row', data: { contentId: row.contentId }, on: isContent(row) ? { click: () => this.onOpen(row) } : {} },
      h('th', { scope: 'row' }, h('div', { class: 'what' },
        h('i', { class: 'kind-mark', 'aria-hidden': 'true', icon: KIND_ICONS[row.kind] ?? 'post' }),
        h('span', {},
          isContent(row)
            ? h('button', { type: 'button', class: 'what-text', text: row.text || t('kol.untitled') })
            : h('span', { class: 'what-text', text: t('kol.profile') }),
          h('small', { text: `${row.kind ? `${t(`kind.${row.kind}`)} · ` : ''}${row.contentId}` })))),
      h('td', { text: number(row.served) }),
      h('td', { text: number(row.seen) }),
      h('td', { class: 'rate' }, h('span', { text: percent(share) }), bar),
      h('td', { text: number(COLUMNS.unique(row)) }),
      h('td', { text: number(COLUMNS.likes(row)) }),
      h('td', {}, number(COLUMNS.purchases(row)), sales ? h('small', { text: sales }) : null));
  }
}

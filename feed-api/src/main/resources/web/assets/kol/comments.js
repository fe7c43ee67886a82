// What people say under the creator's contents, newest first.
import { api } from '../api.js';
import { byId, h } from '../dom.js';
import { ago, t } from '../i18n.js';
import { avatar } from '../people.js';

/** Comments are kept by content: so many of those with the most comments are asked. */
const CONTENTS = 6;
const PAGE = 10;

export class Comments {
  #question = null;
  #sources = [];
  #all = [];
  #state = 'loading';

  constructor({ onOpen }) {
    this.onOpen = onOpen;
    byId('more-comments').addEventListener('click', () => this.#more());
  }

  ask(question) {
    this.#question = question;
    this.#sources = [];
    this.#all = [];
    this.#state = 'loading';
    this.redraw();
    if (question.content) this.#start([question.content], question);
  }

  /** The author's contents came; the first time they say where to look. */
  contents(rows, question) {
    if (question !== this.#question || question.content) return;
    const said = (row) => (row.actions?.COMMENT ?? 0) + (row.actions?.QUESTION ?? 0);
    const chosen = rows.filter((row) => said(row) > 0).toSorted((a, b) => said(b) - said(a)).slice(0, CONTENTS);
    const asked = this.#sources.map(({ content, said: before }) => `${content.contentId} ${before}`).join();
    if (this.#state !== 'loading' && chosen.map((row) => `${row.contentId} ${said(row)}`).join() === asked) return;
    this.#start(chosen, question, said);
  }

  async #start(contents, question, said = () => 0) {
    const sources = contents.map((content) => ({ content, said: said(content), cursor: null, ended: false }));
    const found = await this.#read(sources, question);
    if (question !== this.#question) return;
    this.#sources = sources;
    this.#all = found;
    this.#state = 'read';
    this.redraw();
  }

  async #more() {
    const question = this.#question;
    byId('more-comments').disabled = true;
    const found = await this.#read(this.#sources.filter(({ ended }) => !ended), question);
    byId('more-comments').disabled = false;
    if (question !== this.#question) return;
    this.#all = [...this.#all, ...found];
    this.redraw();
  }

  async #read(sources, question) {
    const pages = await Promise.all(sources.map(async (source) => {
      const page = await question.use((token) => api.comments(token, source.content.contentId, PAGE, source.cursor)).catch(() => ({ comments: [], nextCursor: null }));
      source.cursor = page.nextCursor;
      source.ended = !page.nextCursor;
      return page.comments.map((comment) => ({ ...comment, content: source.content }));
    }));
    return pages.flat();
  }

  redraw() {
    const empty = this.#all.length === 0;
    byId('no-comments').hidden = !empty;
    byId('no-comments').textContent = t(this.#state === 'loading' ? 'kol.loading' : 'kol.comments.none');
    byId('more-comments').hidden = empty || this.#sources.every(({ ended }) => ended);
    byId('comment-rows').replaceChildren(...this.#all.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).map((comment) =>
      h('li', { class: 'comment', testid: 'comment' },
        avatar(comment.viewerId, comment.viewerId.replace(/^v/, '')),
        h('div', {},
          h('p', { class: 'comment-head' }, h('strong', { text: comment.viewerId }), h('time', { datetime: comment.at, text: ago(comment.at) }),
            comment.action === 'QUESTION' ? h('span', { class: 'tag', text: t('kol.question') }) : null),
          h('p', { class: 'comment-text', text: comment.text }),
          this.#question.content ? null : h('button', { type: 'button', class: 'comment-of', text: comment.content.text || t('kol.untitled'), on: { click: () => this.onOpen(comment.content) } })))));
  }
}

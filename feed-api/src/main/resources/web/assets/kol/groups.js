// The total broken down by one key: which one is chosen, when it is asked for, and its bars.
import { byId, h } from '../dom.js';
import { t } from '../i18n.js';
import { toastError } from '../toast.js';
import { barTable } from './bars.js';
import { Choice } from './choice.js';

/** What the reach of one content can be broken down by. */
const OF_CONTENT = ['source', 'surface', 'touchpoint'];

export class Groups {
  #question = null;
  #answers = new Map();

  /**
   * @param id of the section: `ID-title`, `ID-choice`, `ID-bars`, `ID-note` are in it
   * @param bys what to break down by
   * @param table makes `{head, rows}` of `{groups, by}`
   * @param note words below, of the answer
   * @param often whether it is asked for again while the numbers move
   */
  constructor(id, bys, { table, note = () => '', often }) {
    this.id = id;
    this.table = table;
    this.note = note;
    this.often = often;
    this.choice = new Choice(bys.map((by) => [by, `kol.by.${by}`]), { label: 'kol.by', testid: `by`, onChange: () => {
      this.redraw();
      this.#load();
    } });
    byId(`${id}-choice`).append(this.choice.node);
  }

  get by() {
    return this.choice.value;
  }

  ask(question) {
    this.#question = question;
    for (const button of this.choice.buttons) button.hidden = Boolean(question.content) && !OF_CONTENT.includes(button.dataset.option);
    if (question.content && !OF_CONTENT.includes(this.by)) this.choice.choose(OF_CONTENT[0]);
    this.#answers.clear();
    this.redraw();
    this.#load();
  }

  slow() {
    if (this.often) this.#load();
  }

  async #load() {
    const question = this.#question;
    const by = this.by;
    if (!question || (question.content && !this.often)) return;
    try {
      const answer = await question.reach({ by });
      if (question !== this.#question) return;
      this.#answers.set(by, answer);
      if (by === this.by) this.redraw();
    } catch (error) {
      if (question !== this.#question || by !== this.by || this.#answers.has(by)) return;
      byId(`${this.id}-note`).textContent = error.detail || error.message;
      if (error.status && error.status < 500 && ![400, 429].includes(error.status)) toastError(error);
    }
  }

  redraw() {
    const answer = this.#answers.get(this.by);
    const groups = answer?.groups ?? [];
    byId(`${this.id}-bars`).replaceChildren(groups.length
      ? barTable({ labelledBy: `${this.id}-title`, ...this.table(groups, this.by) })
      : h('p', { class: 'empty', text: answer ? t(`kol.${this.id}.none`) : t('kol.loading') }));
    byId(`${this.id}-note`).textContent = answer ? this.note(answer) : '';
  }
}

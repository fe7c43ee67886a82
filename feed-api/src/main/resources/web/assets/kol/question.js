// What is asked on the page: whose reach, perhaps of one content only, and in which period.
import { api } from '../api.js';
import { DAY } from './range.js';

export class Question {
  /**
   * @param session who asks
   * @param content `{contentId, text, kind}`, null for all of the author's
   * @param period as of `periodOf`
   * @param compare whether the total of the period before is wanted
   */
  constructor(session, content, period, compare) {
    this.session = session;
    this.authorId = session.person.id;
    this.content = content;
    this.period = period;
    this.compare = compare;
  }

  /** The same in words of the API. */
  query(more = {}) {
    const { from, to, granularity } = this.period;
    return { from: new Date(from).toISOString(), ...(to && { to: new Date(to).toISOString() }), granularity, ...more };
  }

  reach(more = {}) {
    return this.#read(this.query(more));
  }

  base() {
    return this.reach(this.compare ? { compare: 'previous' } : {});
  }

  /** As many whole days, those before: they do not move any more. */
  before() {
    const { from, days, granularity } = this.period;
    return this.#read({ from: new Date(from - days * DAY).toISOString(), to: new Date(from).toISOString(), granularity });
  }

  use(work) {
    return this.session.use(work);
  }

  #read(query) {
    return this.session.use((token) =>
      this.content ? api.contentReach(token, this.content.contentId, query) : api.reach(token, this.authorId, query));
  }
}

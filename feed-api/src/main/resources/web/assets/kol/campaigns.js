// Campaigns: contents named together for a period, each with a report.
import { api, Problem } from '../api.js';
import { byId, h } from '../dom.js';
import { t } from '../i18n.js';
import { icon } from '../icons.js';
import { toast } from '../toast.js';
import { draftCampaign } from './draft.js';
import { openReport } from './report.js';
import { day } from './words.js';

export class Campaigns {
  #question = null;
  #campaigns = null;
  #error = '';

  constructor() {
    byId('new-campaign').addEventListener('click', () => draftCampaign(this.#question, (campaign) => {
      this.#campaigns = [campaign, ...(this.#campaigns ?? []).filter(({ id }) => id !== campaign.id)];
      this.redraw();
      toast(t('kol.campaign.created', { name: campaign.name }));
    }));
  }

  ask(question) {
    const same = this.#question?.authorId === question.authorId;
    this.#question = question;
    if (question.content || (same && this.#campaigns)) return;
    this.#campaigns = null;
    this.#load(question);
  }

  async #load(question) {
    this.#error = '';
    this.redraw();
    try {
      const { campaigns } = await question.use((token) => api.campaigns(token, question.authorId));
      if (question.authorId !== this.#question.authorId) return;
      this.#campaigns = campaigns;
    } catch (error) {
      if (question.authorId !== this.#question.authorId) return;
      this.#error = error instanceof Problem ? error.detail || error.message : t('error.network');
    }
    this.redraw();
  }

  slow(question) {
    if (!this.#campaigns && !question.content) this.#load(question);
  }

  redraw() {
    const campaigns = this.#campaigns ?? [];
    byId('no-campaigns').hidden = campaigns.length > 0;
    byId('no-campaigns').textContent = this.#error || t(this.#campaigns ? 'kol.campaign.none' : 'kol.loading');
    byId('campaign-rows').replaceChildren(...campaigns.map((campaign) => {
      const state = stateOf(campaign);
      return h('li', {}, h('button', { type: 'button', class: 'campaign', testid: 'campaign', data: { campaignId: campaign.id }, 'aria-haspopup': 'dialog', on: { click: () => this.#open(campaign) } },
        icon('flag'),
        h('span', { class: 'campaign-words' },
          h('strong', { text: campaign.name }),
          h('span', { class: 'quiet-text', text: `${t('kol.campaign.days', { first: day(Date.parse(campaign.from)), last: day(Date.parse(campaign.to) - 1) })} · ${t('kol.campaign.contents', { n: campaign.contentIds.length })}${campaign.ordered ? ` · ${t('kol.campaign.series')}` : ''}` })),
        h('span', { class: `tag is-${state}`, text: t(`kol.campaign.${state}`) })));
    }));
  }

  #open(campaign) {
    openReport(this.#question, campaign, () => {
      this.#campaigns = this.#campaigns.filter(({ id }) => id !== campaign.id);
      this.redraw();
      byId('new-campaign').focus();
    });
  }
}

function stateOf({ from, to }, now = Date.now()) {
  if (now < Date.parse(from)) return 'ahead';
  return now < Date.parse(to) ? 'running' : 'over';
}

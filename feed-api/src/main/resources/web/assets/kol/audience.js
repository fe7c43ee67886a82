// Who the viewers are, as far as nobody can be made out: groups under twenty are not shown, and that is said.
import { number, t } from '../i18n.js';
import { Groups } from './groups.js';
import { day, named, share } from './words.js';

export const audience = () =>
  new Groups('audience', ['city', 'relation', 'viewers'], {
    often: false,
    table: (groups, by) => {
      const seen = groups.reduce((sum, group) => sum + group.seen, 0);
      return {
        head: [t(`kol.by.${by}`), t('kol.seen'), t('kol.share')],
        rows: groups.toSorted((a, b) => b.seen - a.seen).map((group) => ({
          label: by === 'city' ? named('city', group.key, group.key) : named(`kol.${by}`, group.key),
          value: group.seen,
          text: number(group.seen),
          more: [share(group.seen, seen)],
        })),
      };
    },
    note: ({ hidden }) => [
      hidden?.from && hidden.from < hidden.to ? t('kol.audience.days', { first: day(Date.parse(hidden.from)), last: day(Date.parse(hidden.to) - 1) }) : '',
      hidden?.groups > 0 ? t('kol.hidden', { n: hidden.groups, seen: number(hidden.seen ?? 0) }) : '',
    ].filter(Boolean).join(' '),
  });

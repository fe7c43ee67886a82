// Through which door people came: surface, source, touchpoint, kind.
import { number, t } from '../i18n.js';
import { Groups } from './groups.js';
import { named } from './words.js';

const NAMES = { surface: 'surface', source: 'kol.source', touchpoint: 'touchpoint', kind: 'kind' };

export const origins = () =>
  new Groups('origins', ['source', 'surface', 'touchpoint', 'kind'], {
    often: true,
    table: (groups, by) => {
      const served = by !== 'touchpoint';
      return {
        head: [t(`kol.by.${by}`), t('kol.seen'), ...(served ? [t('kol.served')] : []), t('kol.engaged'), ...(by === 'touchpoint' ? [t('kol.purchases')] : [])],
        rows: groups.toSorted((a, b) => (b.seen ?? 0) - (a.seen ?? 0)).map((group) => ({
          label: named(NAMES[by], group.key),
          value: group.seen ?? 0,
          part: group.engaged ?? 0,
          text: number(group.seen ?? 0),
          more: [...(served ? [number(group.served ?? 0)] : []), number(group.engaged ?? 0), ...(by === 'touchpoint' ? [number(group.bought ?? group.actions?.PURCHASE ?? 0)] : [])],
        })),
      };
    },
  });

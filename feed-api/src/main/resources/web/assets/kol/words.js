// Words and numbers as the creator's page writes them.
import { known, locale, number, percent, t } from '../i18n.js';

/** What the server calls whatever has no name, in any family. */
const GENERAL = { '': 'kol.unknown', none: 'kol.unknown', unknown: 'kol.unknown', UNKNOWN: 'kol.unknown', others: 'kol.others' };

/** The name of what the server names by a code, for example a source or a rule; if that is new, the code itself. */
export const named = (family, code, otherwise = code.replaceAll(/[-_]/g, ' ')) =>
  known(`${family}.${family === 'surface' ? code.toUpperCase().replaceAll('-', '_') : code}`) ?? (code in GENERAL ? t(GENERAL[code]) : otherwise);

/** A count with the half-width of its 95 % interval: exact ones stand alone. */
export function estimate(value, error) {
  if (value === null || value === undefined) return '–';
  return error > 0 ? `≈ ${number(rounded(value, error))} ± ${number(rounded(error, error))}` : number(value);
}

/** No more digits than the error leaves any meaning to: two of the error's. */
function rounded(value, error) {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, error))) - 1);
  return Math.round(value / step) * step;
}

export const signed = (value) => number(value, { signDisplay: 'exceptZero' });

/** A share with one digit where it is small. */
export const share = (part, whole) => {
  if (!(whole > 0)) return '–';
  const ratio = part / whole;
  return ratio >= 0.1 || ratio === 0 ? percent(ratio) : number(ratio, { style: 'percent', maximumSignificantDigits: 2 });
};

/** When a step of a series begins: hours in the reader's zone, days in UTC. */
export const when = (at, granularity, long = false) =>
  new Intl.DateTimeFormat(locale(), granularity === 'hour'
    ? { weekday: long ? 'short' : undefined, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    : { day: 'numeric', month: 'short', weekday: long ? 'short' : undefined, timeZone: 'UTC' }).format(at);

export const day = (at) => new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(at);

/** How much more or less than before, as a share; null if before there was nothing. */
export const growth = (now, before) => (before > 0 ? now / before - 1 : null);

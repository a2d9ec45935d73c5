import { type DataOf, EVENTS } from '#contracts';
import { correct, otherData } from '../arbitraries/corrections.js';
import {
  claimOn,
  closePeriod,
  conversion,
  factor,
  moveClaim,
  retire,
} from '../arbitraries/office-desk.js';
import type { StationEvent } from '../arbitraries/site-stream.js';
import type { Command } from './commands.js';
import { type Speech, target } from './named-lots.js';
import type { SiteUnderTest } from './site-under-test.js';

/** What offices ask for, sensible or not, and what they correct. */

export const OFFICE: Speech = {
  factors: (site, { a }) =>
    conversion(site.station('office'), [factor(1 + (a % 3), 3)], site.next('factors')),
  claim: (site, { a, b, massMg }) => {
    const lot = a % 2 === 0 ? null : site.lot(b);
    const method = b % 5 === 0 ? 'rolling-average' : 'credit';
    const asked = 1 + (massMg % 100);
    return claimOn(site.station('office'), site.fresh('claim'), lot, asked, method);
  },
  moveClaim: (site, { a, b }) =>
    moveClaim(site.station('office'), claimAt(site, a), b % 2 === 0 ? null : site.lot(b)),
  retire: (site, { a }) => retire(site.station('office'), claimAt(site, a)),
  period: (site, { a }) => {
    const open = site.set.site.policy.period;
    return closePeriod(site.station('office'), a % 4 === 0 ? open + 1 : open);
  },
  acknowledge: (site, { a }) => {
    const office = site.station('office');
    const exceptionId = exceptionAt(site, a);
    return office.say('exceptionAcknowledged', office.source, { exceptionId });
  },
  dismiss: (site, { a }) => {
    const office = site.station('office');
    const closed = { exceptionId: exceptionAt(site, a), reason: 'seen' };
    return office.say('exceptionClosedByOffice', office.source, closed);
  },
  correct: (site, drawn) => correction(site, drawn),
};

const claimAt = (site: SiteUnderTest, pick: number): string => {
  const claims = [...site.set.office.claims.values()].filter((claim) => claim !== null);
  return claims[pick % Math.max(1, claims.length)]?.claimId ?? site.name('claim-1');
};

const exceptionAt = (site: SiteUnderTest, pick: number): string => {
  const notes = [...site.set.office.exceptions.values()].filter((note) => note !== null);
  return notes[pick % Math.max(1, notes.length)]?.exceptionId ?? site.name('exception-1');
};

/** Types of which a mass can be corrected; of any other the request is refused. */
const CORRECTABLE: ReadonlySet<string> = new Set([
  EVENTS.deliveryCompleted.type,
  EVENTS.runStarted.type,
  EVENTS.runClosed.type,
  EVENTS.containerWeighed.type,
  EVENTS.feedMetered.type,
  EVENTS.piecesClassified.type,
  EVENTS.shipmentDispatched.type,
]);

/** Above the limit, so that a second person must approve. */
const HUGE_MG = 2_000_000_000;

/** What an event might have been meant to say; null: nothing, it did not occur. */
function other(site: SiteUnderTest, event: StationEvent, { b, massMg }: Command): object | null {
  if (event.attributes.type !== EVENTS.runStarted.type) {
    return otherData(event, b % 11 === 0 ? HUGE_MG : massMg);
  }
  const data = JSON.parse(event.value.toString()) as DataOf<'runStarted'>;
  const [first, ...rest] = data.outlets;
  return { ...data, outlets: [{ ...first!, lotId: target(site, 'right', b) }, ...rest] };
}

function correction(site: SiteUnderTest, drawn: Command): StationEvent | null {
  const { a, b } = drawn;
  const { names } = site.ledger.log;
  const standing = names.flatMap((name, index) => (name === null ? [] : [{ name, index }]));
  const isAny = b % 9 === 0;
  const found = standing.filter(({ name }) => {
    const said = site.said.get(name.replace(/ marked$/, ''))!;
    const { source, type } = said.attributes;
    // No office can name what the ledger of another site said.
    return CORRECTABLE.has(type) || (isAny && !source.includes('/'));
  });
  // The same few again and again, so that corrections are corrected.
  const place = found[a % Math.max(1, a % 2 === 0 ? Math.min(4, found.length) : found.length)];
  if (place === undefined) return null;
  const event = site.said.get(place.name.replace(/ marked$/, ''))!;
  const data = JSON.parse(event.value.toString()) as object;
  const says = b % 4 === 0 ? null : b % 4 === 1 ? data : other(site, event, drawn);
  const logIndex = b % 13 === 0 ? Math.max(0, place.index - 1) : place.index;
  const approvedBy = ['operator-1', 'operator-2', undefined][a % 3];
  return correct(site.station('office'), event, logIndex, says, approvedBy);
}

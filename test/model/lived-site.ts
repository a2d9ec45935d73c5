import type { FoldResult } from '#custody';
import { correct } from '../arbitraries/corrections.js';
import { claimOn, conversion, factor } from '../arbitraries/office-desk.js';
import {
  container,
  delivery,
  dispatch,
  feed,
  frame,
  runEnd,
  runStart,
} from '../arbitraries/site-day.js';
import type { StationEvent } from '../arbitraries/site-stream.js';
import { nameOf } from './deeds.js';
import { SiteUnderTest } from './site-under-test.js';

export const id = (name: string): string => `north.${name}`;
export const RUN = id('run-1');

/** A site after a day on which all went well. */
export function lived(): SiteUnderTest {
  const site = new SiteUnderTest('north', 'south');
  const [gate, office] = [site.station('gate'), site.station('office')];
  const day = [
    conversion(office, [factor(1, 1)]),
    delivered(site, 'visit-1', 1_000),
    site.station('line').say('runStarted', RUN, runStart(RUN, id('out-0'), id('out-1'))),
    site.station('belt').say('feedMetered', RUN, feed(RUN, id('lot-1'), 500)),
    site.station('floor').say('containerWeighed', RUN, container(RUN, 0, 480)),
    site.station('sorter').say('piecesClassified', RUN, frame(RUN, [[0, 480]])),
    claimOn(office, 'north.claim-1', null, 100),
    gate.say('shipmentDispatched', id('s-1'), dispatch(id('s-1'), id('out-0'), 300, false)),
  ];
  for (const event of day) site.consume(say(site, event), 10);
  return site;
}

export const say = (site: SiteUnderTest, event: StationEvent): StationEvent => {
  site.said.set(nameOf(event.attributes), event);
  return event;
};

export const delivered = (site: SiteUnderTest, visit: string, massMg: number): StationEvent => {
  const lot = visit.replace('visit', 'lot');
  return site
    .station('gate')
    .say('deliveryCompleted', id(visit), delivery(id(visit), { [id(lot)]: massMg }));
};

export const weighed = (site: SiteUnderTest, massMg: number): StationEvent =>
  say(site, site.station('floor').say('containerWeighed', RUN, container(RUN, 0, massMg)));

/** All stations have spoken, so its balance is struck at once. */
export function closeRun(site: SiteUnderTest, forged?: (result: FoldResult) => FoldResult): void {
  const marks = (['belt', 'sorter', 'floor'] as const).map((name) => site.station(name));
  const event = site.station('line').say('runClosed', RUN, runEnd(RUN, ...marks));
  site.consume(say(site, event), 10, forged);
}

/** The container of the day is corrected to another mass and back. */
export function correctTwice(
  site: SiteUnderTest,
  forged: (result: FoldResult) => FoldResult,
): void {
  const names = site.ledger.log.names;
  const index = names.findIndex((name) => name?.startsWith(id('floor ')) === true);
  const event = site.said.get(names[index]!)!;
  for (const [massMg, last] of [
    [450, false],
    [480, true],
  ] as const) {
    const said = correct(site.station('office'), event, index, container(RUN, 0, massMg));
    site.consume(say(site, said), 10, last ? forged : undefined);
  }
}

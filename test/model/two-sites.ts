import type { StationEvent } from '../arbitraries/site-stream.js';
import type { Command, Kind } from './commands.js';
import { markName, nameOf } from './deeds.js';
import { type Arrival, SiteUnderTest } from './site-under-test.js';
import { REBOOTED, speak } from './speech.js';
import type { Tally } from './tally.js';

const FIGURES = { site: 0, a: 0, b: 0, massMg: 5_000, all: false, afterMs: 10 } as const;

/** Something was delivered and processed while a factor was in force, so that there are credits. */
function open(site: SiteUnderTest): void {
  for (const kind of ['factors', 'deliver', 'feed'] as const) {
    const event = speak(site, { ...FIGURES, kind }, site);
    if (event !== null) site.say(event);
    site.arrive(0, FIGURES.afterMs);
  }
}

/**
 * Two sites that send each other shipments. What the ledger of the one has to tell the other is
 * under way like any record: it comes in any order, late, twice, or never.
 */
export class TwoSites {
  readonly sites: readonly [SiteUnderTest, SiteUnderTest] = [
    new SiteUnderTest('north', 'south'),
    new SiteUnderTest('south', 'north'),
  ];
  /** What each event was said for. */
  private readonly kinds = new Map<string, Kind>();

  constructor(private readonly tally: Tally) {
    for (const site of this.sites) open(site);
  }

  run(drawn: Command): void {
    const { kind } = drawn;
    this.tally.drawn(kind);
    const site = this.sites[drawn.site];
    const other = this.sites[1 - drawn.site]!;
    if (kind === 'arrive' || kind === 'takeOver') this.arrive(site, other, drawn);
    else if (kind === 'again') this.took(site, other, kind, site.again(drawn.a, drawn.afterMs));
    else if (kind === 'contradict') this.contradict(site, other, drawn);
    else if (kind === 'lose') this.lose(site, drawn);
    else if (kind === 'reject' || kind === 'voided') this.refuse(site, other, drawn);
    else if (kind === 'replay') this.replay(site, other, drawn);
    else if (kind === 'reboot') {
      const name = REBOOTED[drawn.a % REBOOTED.length]!;
      this.note(site, site.reboot(name, drawn.b % 2 === 0), kind);
    } else {
      const event = speak(site, drawn, other);
      if (event !== null) this.note(site, site.say(event), kind);
    }
  }

  /** One of the records under way is refused; half of the marks overtake what is under way. */
  private refuse(site: SiteUnderTest, other: SiteUnderTest, drawn: Command): void {
    const { kind } = drawn;
    const mark = site.refuse(drawn.a, kind === 'voided' ? 'voided' : 'rejected');
    if (mark === null) return;
    this.noteAs(site, markName(nameOf(mark.attributes)), kind);
    this.overtake(site, other, mark, drawn);
  }

  /** What was refused is said again, half of it what was refused last and at once. */
  private replay(site: SiteUnderTest, other: SiteUnderTest, drawn: Command): void {
    const { refused } = site;
    const pick = drawn.b % 2 === 0 ? refused.length - 1 : drawn.a % Math.max(1, refused.length);
    const event = refused[pick];
    if (event === undefined) return;
    this.note(site, site.say(event), drawn.kind);
    this.overtake(site, other, event, drawn);
  }

  private overtake(
    site: SiteUnderTest,
    other: SiteUnderTest,
    event: StationEvent,
    { kind, b, afterMs }: Command,
  ): void {
    if (b % 2 !== 0) return;
    const arrival = site.arrive(site.underWay.lastIndexOf(event), afterMs);
    if (arrival !== null) this.took(site, other, kind, arrival);
  }

  /** One of the records under way never comes. */
  private lose({ underWay }: SiteUnderTest, { kind, a }: Command): void {
    const lost = underWay.splice(a % Math.max(1, underWay.length), 1);
    if (lost.length > 0) this.tally.accepted(kind);
  }

  /** The oldest of the records under way comes, or any of them. */
  private arrive(site: SiteUnderTest, other: SiteUnderTest, { kind, a, afterMs }: Command): void {
    const pick = a % 3 === 0 ? a : 0;
    const arrival = kind === 'takeOver' ? site.takeOver(pick, afterMs) : site.arrive(pick, afterMs);
    if (arrival !== null) this.took(site, other, kind, arrival);
  }

  /** A station says of a seq something else than it did before. */
  private contradict(
    site: SiteUnderTest,
    other: SiteUnderTest,
    { kind, a, b, afterMs }: Command,
  ): void {
    const said = [...site.said.values()];
    const { attributes, value } = said[1 + (a % Math.max(1, said.length - 1))] ?? said[0]!;
    const time = `2026-11-24T07:58:0${b % 3}.000Z`;
    const arrival = site.consume({ attributes: { ...attributes, time }, value }, afterMs);
    this.took(site, other, kind, arrival);
  }

  private note(site: SiteUnderTest, { attributes }: StationEvent, kind: Kind): void {
    this.noteAs(site, nameOf(attributes), kind);
  }

  private noteAs({ siteId }: SiteUnderTest, name: string, kind: Kind): void {
    this.kinds.set(`${siteId} ${name}`, kind);
  }

  private took(site: SiteUnderTest, other: SiteUnderTest, kind: Kind, arrival: Arrival): void {
    const { result, entered, refused } = arrival;
    for (const notice of result.notices) other.hear(notice);
    const { duplicates, equivocations } = result.counts;
    if ((kind === 'arrive' || kind === 'takeOver') && entered.length > 0) this.tally.accepted(kind);
    if (kind === 'again' && duplicates > 0) this.tally.accepted(kind);
    if (kind === 'contradict' && equivocations > 0) this.tally.accepted(kind);
    for (const name of entered) {
      const saidFor = this.kinds.get(`${site.siteId} ${name}`);
      if (saidFor !== undefined && !refused.has(name)) this.tally.accepted(saidFor);
    }
  }
}

import { Buffer } from 'node:buffer';
import { EVENTS, type SiteRegistry, digestsOf, encodeRegistry, registryDigest } from '#contracts';
import type { FoldResult, Notice, WorkingSet } from '#custody';
import {
  BOOT,
  START_MS,
  Station,
  type StationEvent,
  adoption,
  at,
  emptySite,
  loadAndFold,
  registryOf,
} from '../arbitraries/site-stream.js';
import { nameOf } from './deeds.js';
import { MODEL_RULES } from './estimates-check.js';
import { Ledger, type Step } from './ledger.js';
import { SecondOwner, expectSame } from './second-owner.js';
import { SiteModel } from './site-model.js';

const STATIONS = ['gate', 'line', 'belt', 'sorter', 'floor', 'yard', 'lab', 'office'] as const;
export type StationName = (typeof STATIONS)[number];

/** A site whose stations speak, whose records go astray, and the model of what must become of it. */
export class SiteUnderTest {
  readonly ledger: Ledger;
  readonly model: SiteModel;
  readonly set: WorkingSet;
  readonly registry: SiteRegistry;
  readonly digest: string;
  /** What was said by the name of the event, whether it came or not. */
  readonly said = new Map<string, StationEvent>();
  readonly underWay: StationEvent[] = [];
  readonly sent: StationEvent[] = [];
  /** In whose place a mark is under way; somebody may say them again. */
  readonly refused: StationEvent[] = [];
  /** Ids that an event may name: known to the ledger or not. */
  readonly lots: string[] = [];
  readonly dispatched: string[] = [];
  private readonly stations = new Map<StationName, Station>();
  private readonly numbers = new Map<string, number>();

  constructor(
    readonly siteId: string,
    readonly peer: string,
  ) {
    this.registry = registryOf(siteId, peer);
    this.digest = registryDigest(encodeRegistry(this.registry));
    this.set = emptySite(MODEL_RULES, siteId);
    this.ledger = new Ledger(this.set);
    this.model = new SiteModel(siteId, START_MS);
    for (const name of STATIONS) this.stations.set(name, this.speaker(name));
    this.say(adoption(this.speaker('registrar'), this.digest));
    this.arrive(0, 0);
  }

  station(name: StationName): Station {
    return this.stations.get(name)!;
  }

  name(name: string): string {
    return `${this.siteId}.${name}`;
  }

  /** `<site>.<kind>-<n>`, the next one. */
  fresh(kind: string): string {
    return this.name(`${kind}-${this.next(kind)}`);
  }

  /** 1, 2, 3 … of each kind. */
  next(kind: string): number {
    const number = (this.numbers.get(kind) ?? 0) + 1;
    this.numbers.set(kind, number);
    return number;
  }

  /** A lot that was named before; one that nobody ever named where there is none. */
  lot(pick: number): string {
    return this.lots[pick % Math.max(1, this.lots.length)] ?? this.name('lot-0');
  }

  say(event: StationEvent): StationEvent {
    this.said.set(nameOf(event.attributes), event);
    this.underWay.push(event);
    return event;
  }

  /** The station's spool is made anew; what it said before may still come. */
  reboot(name: StationName, isKnown: boolean): StationEvent {
    const old = this.station(name);
    const fresh = this.speaker(name, old.boot + 500);
    this.stations.set(name, fresh);
    return this.say(
      fresh.say('stationBooted', fresh.source, {
        previousBoot: old.boot,
        previousLastSeq: isKnown ? old.lastSeq : 'unknown',
        software: { name: 'edge', version: '1' },
      }),
    );
  }

  /** One of the records under way comes, in whatever order. */
  arrive(pick: number, afterMs: number): Arrival | null {
    const [event] = this.underWay.splice(pick % Math.max(1, this.underWay.length), 1);
    return event === undefined ? null : this.consume(event, afterMs);
  }

  /** The same, but an owner makes something of it first that dies before its commit. */
  takeOver(pick: number, afterMs: number): Arrival | null {
    const [event] = this.underWay.splice(pick % Math.max(1, this.underWay.length), 1);
    if (event === undefined) return null;
    const { set, ledger, model, registry } = this;
    const owner = new SecondOwner(set, ledger.log.entries, registry);
    const lost = owner.fold(at(event, model.nowMs + afterMs));
    const arrival = this.consume(event, afterMs);
    expectSame(lost, arrival.result);
    return arrival;
  }

  /** The ledger of the other site says what this one's shipment came to. */
  hear({ attributes, data }: Notice): void {
    this.say({ attributes, value: data });
  }

  /** One of the records under way is refused: a mark takes its place. Null: it is no event. */
  refuse(pick: number, mark: 'rejected' | 'voided'): StationEvent | null {
    const at = pick % Math.max(1, this.underWay.length);
    const event = this.underWay[at];
    if (event === undefined || !isRefusable(event)) return null;
    this.refused.push(event);
    this.underWay[at] = markOf(event, mark);
    return this.underWay[at];
  }

  /** A record that came before comes again. */
  again(pick: number, afterMs: number): Arrival {
    return this.consume(this.sent[pick % this.sent.length]!, afterMs);
  }

  /** `forged` tells the checks something else than what was done: they MUST find it. */
  consume(
    event: StationEvent,
    afterMs: number,
    forged: (result: FoldResult) => FoldResult = (result) => result,
  ): Arrival {
    const { names } = this.ledger.log;
    const step = this.model.consume(event, afterMs, (index) => names[index] ?? null);
    this.sent.push(event);
    const record = at(event, this.model.nowMs);
    const result = forged(loadAndFold(this.set, [record], this.registry));
    return { event, result, ...this.ledger.take(result, this.model, step) };
  }

  private speaker(name: string, boot = BOOT): Station {
    return new Station(name, boot, this.name(name), this.siteId);
  }
}

const NEVER: ReadonlySet<string> = new Set([
  EVENTS.piecesClassified.type,
  EVENTS.recordRejected.type,
  EVENTS.eventVoided.type,
  EVENTS.transferNotified.type,
]);
const isRefusable = ({ attributes }: StationEvent): boolean => !NEVER.has(attributes.type);

/** What fills the slot of a record that was refused: the gateway's word, or the station's own. */
function markOf({ attributes, value }: StationEvent, mark: 'rejected' | 'voided'): StationEvent {
  const digests = digestsOf(attributes, value);
  const [attributesSha256, sha256] = [digests.attributes, digests.data].map((digest) =>
    digest.toString('hex'),
  );
  const { type } = mark === 'voided' ? EVENTS.eventVoided : EVENTS.recordRejected;
  const place = { topic: 'urbanmine.station-events.v1', partition: 0, offset: '7' };
  const reason = 'data-invalid';
  const data =
    mark === 'voided'
      ? { attributesSha256, dataSha256: sha256, reason }
      : { ...place, rawSha256: sha256, reason, attributesSha256 };
  const said = { ...attributes, type, subject: attributes.source };
  return { attributes: said, value: Buffer.from(JSON.stringify(data)) };
}

export interface Arrival extends Step {
  readonly event: StationEvent;
  readonly result: FoldResult;
}

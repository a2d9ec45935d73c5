import { type KeyObject, sign } from 'node:crypto';
import {
  EVENTS,
  type EventAttributes,
  SEAL_CHAIN_START,
  type SiteRegistry,
  extendSealChain,
  sealText,
} from '#contracts';
import { type StationPosition, structuredLine } from '#edge';

export interface AnnouncementInput {
  readonly registry: SiteRegistry;
  /** SHA-256 of the registry's stored bytes, hex. */
  readonly digest: string;
  readonly registrar: string;
  /** What the ledger knows of the registrar. */
  readonly position: StationPosition;
  readonly nowMs: number;
  /** Null: the announcement is not sealed. */
  readonly key: KeyObject | null;
}

/** The events by which a registrar announces a version, as lines of NDJSON. */
export interface Announcement {
  readonly boot: number;
  readonly lastSeq: number;
  readonly lines: readonly Buffer[];
}

/**
 * Each announcement is a boot of its own, so that a registrar keeps nothing between them. Version 1
 * MUST be the first entry of the site's log, so there `reference.adopted` itself has seq 1; later
 * boots begin with `station.booted`. The seal comes last.
 */
export function announce(input: AnnouncementInput): Announcement {
  const { registry, digest, registrar, position, nowMs, key } = input;
  const newest = position.boots.reduce((max, { boot }) => Math.max(max, boot), 0);
  const boot = Math.max(Math.floor(nowMs / 1_000), newest + 1);
  const chain = new Chain({ registrar, siteId: registry.siteId, boot, nowMs });
  if (registry.version > 1 || newest > 0) {
    const before = position.boots.find((known) => known.boot === newest);
    chain.add(EVENTS.stationBooted.type, {
      previousBoot: before?.boot ?? null,
      // With an open slot nobody here knows whether more was said.
      previousLastSeq: before === undefined ? 0 : lastSeqOf(before),
      software: { name: 'urbanmine station enrol', version: '0.1.0' },
    });
  }
  const { siteId: name, version } = registry;
  chain.add(EVENTS.referenceAdopted.type, { reference: 'sites', name, version, digest });
  if (key !== null) chain.seal(key);
  return { boot, lastSeq: chain.lines.length, lines: chain.lines };
}

const lastSeqOf = ({
  position,
  openSlots,
}: StationPosition['boots'][number]): number | 'unknown' =>
  openSlots.length === 0 ? position : 'unknown';

class Chain {
  readonly lines: Buffer[] = [];
  private digest = SEAL_CHAIN_START;

  constructor(
    private readonly speaker: {
      readonly registrar: string;
      readonly siteId: string;
      readonly boot: number;
      readonly nowMs: number;
    },
  ) {}

  add(type: string, data: object): void {
    const { registrar, siteId, boot, nowMs } = this.speaker;
    const attributes: EventAttributes = {
      source: registrar,
      boot,
      seq: this.lines.length + 1,
      type,
      time: new Date(nowMs).toISOString(),
      subject: registrar,
      siteid: siteId,
    };
    const { line, digests } = structuredLine(attributes, JSON.stringify(data));
    this.digest = extendSealChain(this.digest, digests);
    this.lines.push(line);
  }

  seal(key: KeyObject): void {
    const { registrar: source, boot } = this.speaker;
    const before = SEAL_CHAIN_START.toString('hex');
    const after = this.digest.toString('hex');
    const lastSeq = this.lines.length;
    const text = sealText({ source, boot, firstSeq: 1, lastSeq, before, after });
    const signature = sign(null, text, key).toString('base64');
    this.add(EVENTS.stationSealed.type, { firstSeq: 1, lastSeq, before, after, signature });
  }
}

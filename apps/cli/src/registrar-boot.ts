import { type KeyObject, sign } from 'node:crypto';
import {
  EVENTS,
  type EventAttributes,
  SEAL_CHAIN_START,
  extendSealChain,
  sealText,
} from '#contracts';
import { type StationPosition, structuredLine } from '#edge';
import { CommandError, EXIT } from './command-error.js';
import type { GatewayClient } from './gateway-client.js';

export interface RegistrarInput {
  readonly siteId: string;
  readonly registrar: string;
  /** What the ledger knows of the registrar. */
  readonly position: StationPosition;
  readonly nowMs: number;
  /** Null: what is said is not sealed. */
  readonly key: KeyObject | null;
  /** The command that speaks, as `urbanmine station enrol`. */
  readonly program: string;
  readonly events: readonly { readonly type: string; readonly data: object }[];
  /** The first event MUST be the first entry of the log: no `station.booted` before it. */
  readonly opensLog: boolean;
}

/** What a registrar says in one boot, as lines of NDJSON. */
export interface RegistrarBoot {
  readonly boot: number;
  readonly lastSeq: number;
  readonly lines: readonly Buffer[];
}

/**
 * Each time a registrar speaks is a boot of its own, so that it keeps nothing between them. A boot
 * begins with `station.booted`, except at the very start of a log. The seal comes last.
 */
export function registrarBoot(input: RegistrarInput): RegistrarBoot {
  const { registrar, siteId, position, nowMs, key, program, events, opensLog } = input;
  const newest = position.boots.reduce((max, { boot }) => Math.max(max, boot), 0);
  const boot = Math.max(Math.floor(nowMs / 1_000), newest + 1);
  const chain = new Chain({ registrar, siteId, boot, nowMs });
  if (!opensLog || newest > 0) {
    const before = position.boots.find((known) => known.boot === newest);
    chain.add(EVENTS.stationBooted.type, {
      previousBoot: before?.boot ?? null,
      // With an open slot nobody here knows whether more was said.
      previousLastSeq: before === undefined ? 0 : lastSeqOf(before),
      software: { name: program, version: '0.1.0' },
    });
  }
  for (const { type, data } of events) chain.add(type, data);
  if (key !== null) chain.seal(key);
  return { boot, lastSeq: chain.lines.length, lines: chain.lines };
}

/** Sends it through the gateway; a CommandError that says why when it is refused. */
export async function sayAsRegistrar(
  gateway: GatewayClient,
  token: string,
  { lines }: RegistrarBoot,
): Promise<void> {
  const outcome = await gateway.post(token, lines);
  if (outcome.kind === 'accepted') return;
  const why =
    outcome.kind === 'refused'
      ? outcome.refusals.map(({ reason, detail }) => `  ${reason}: ${detail}`).join('\n')
      : '  the request is too large';
  throw new CommandError(EXIT.refused, `the gateway refused what the registrar says:\n${why}`);
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

import { type EventAttributes, PoisonError } from '#contracts';
import { type BootPosition, fetchPosition, structuredLine } from '#edge';
import type { PeerEntry } from './peers-file.js';

/** What the gateway of another site answered. */
export type PeerAnswer<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'refused' | 'unreachable'; readonly detail: string };

export interface OutgoingNotice {
  readonly seq: number;
  readonly attributes: EventAttributes;
  readonly data: Buffer;
}

/** MUST NOT throw for anything that the other site or the network does. */
export interface PeerPort {
  readonly from: string;
  readonly to: string;
  /** Where its ledger stands with our notices; undefined = it knows of none. */
  position(signal: AbortSignal): Promise<PeerAnswer<BootPosition | undefined>>;
  send(notices: readonly OutgoingNotice[], signal: AbortSignal): Promise<PeerAnswer<null>>;
}

/** Boot of every notice. */
const NOTICE_BOOT = 1;
const TIMEOUT_MS = 10_000;
const DETAIL_MAX = 300;

/** The gateway of another site over HTTP, as any station reaches it. */
export class HttpPeer implements PeerPort {
  constructor(private readonly entry: PeerEntry) {}

  get from(): string {
    return this.entry.from;
  }

  get to(): string {
    return this.entry.to;
  }

  async position(signal: AbortSignal): Promise<PeerAnswer<BootPosition | undefined>> {
    const { gatewayUrl, token, from } = this.entry;
    try {
      const asked = { gatewayUrl, token, source: `${from}/ledger` };
      const { boots } = await fetchPosition(asked, within(signal));
      return { kind: 'answered', value: boots.find(({ boot }) => boot === NOTICE_BOOT) };
    } catch (error) {
      const kind = error instanceof PoisonError ? 'refused' : 'unreachable';
      return { kind, detail: reasonOf(error) };
    }
  }

  async send(notices: readonly OutgoingNotice[], signal: AbortSignal): Promise<PeerAnswer<null>> {
    const lines = notices.map(({ attributes, data }) => structuredLine(attributes, data).line);
    try {
      const response = await fetch(`${this.entry.gatewayUrl}/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.entry.token}`,
          'content-type': 'application/x-ndjson',
        },
        body: new Uint8Array(Buffer.concat(lines.flatMap((line) => [line, LINE_FEED]))),
        redirect: 'error',
        signal: within(signal),
      });
      const detail = `${response.status}: ${(await response.text()).slice(0, DETAIL_MAX)}`;
      if (response.status === 202) return { kind: 'answered', value: null };
      const isBusy = response.status >= 500 || response.status === 429;
      return { kind: isBusy ? 'unreachable' : 'refused', detail };
    } catch (error) {
      return { kind: 'unreachable', detail: reasonOf(error) };
    }
  }
}

const LINE_FEED = Buffer.from('\n');

const within = (signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

import { structuredLine } from '#edge';
import type { Station, StationEvent } from './arbitraries/site-stream.js';
import type { RunningLine } from './running-line.js';

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export const lineOf = ({ attributes, value }: StationEvent): Buffer =>
  structuredLine(attributes, value).line;

/** What a station says first. */
export const booted = (station: Station): StationEvent =>
  station.say('stationBooted', station.source, {
    previousBoot: null,
    previousLastSeq: 0,
    software: { name: 'spec', version: '1' },
  });

/** Speaks to the gateway of a line as stations do, each with its token. */
export class StationClient {
  constructor(
    private readonly line: RunningLine,
    private readonly tokens: Readonly<Record<string, string>>,
  ) {}

  tokenOf({ source }: { readonly source: string }): string {
    const token = this.tokens[source];
    if (token === undefined) throw new Error(`no token of ${source}`);
    return token;
  }

  async post(
    token: string | undefined,
    body: string | Buffer,
    type = 'application/cloudevents+json',
  ): Promise<Answer> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${this.line.url('gateway')}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': type, ...authorization },
      body: new Uint8Array(Buffer.from(body)),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type'),
      body: (await response.json()) as Answer['body'],
    };
  }

  /** One request each, in this order: what one site says is one stream. Throws unless accepted. */
  async send(...events: readonly StationEvent[]): Promise<void> {
    for (const event of events) {
      const { status, body } = await this.post(this.tokenOf(event.attributes), lineOf(event));
      if (status !== 202 || body['accepted'] !== 1) {
        throw new Error(`${status} ${JSON.stringify(body)}`);
      }
    }
  }

  /** Boots of the source with position and open slots, newest first. */
  async position(station: { readonly source: string }): Promise<unknown> {
    const { source } = station;
    const url = `${this.line.url('gateway')}/v1/stations/${source}/position`;
    const headers = { authorization: `Bearer ${this.tokenOf(station)}` };
    return ((await (await fetch(url, { headers })).json()) as { boots: unknown }).boots;
  }
}

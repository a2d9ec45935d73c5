import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type DataOf,
  type DefinitionKey,
  type StructuredEvent,
  type TypedData,
  decodeBody,
  decodeStructured,
} from '#contracts';

/** Takes every event and says so: enough of a gateway to see what a plant says. */
export class Intake {
  readonly events: (StructuredEvent & { typed: TypedData })[] = [];
  readonly #highest = new Map<string, Map<number, number>>();
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const source = /^\/v1\/stations\/([^/]+)\/position$/.exec(request.url ?? '')?.[1];
      if (source === undefined) this.#take(Buffer.concat(chunks).toString());
      response.writeHead(source === undefined ? 202 : 200, { 'content-type': 'application/json' });
      response.end(source === undefined ? '{}' : JSON.stringify(this.#position(source)));
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  of<Key extends DefinitionKey>(key: Key): DataOf<Key>[] {
    return this.events.flatMap(({ typed }) =>
      typed.key === key ? [typed.data as DataOf<Key>] : [],
    );
  }

  #take(body: string): void {
    for (const line of body.trimEnd().split('\n')) {
      const event = decodeStructured(Buffer.from(line));
      const { source, boot, seq, type } = event.attributes;
      const boots = this.#highest.get(source) ?? new Map<number, number>();
      this.#highest.set(source, boots);
      const highest = boots.get(boot) ?? 0;
      if (seq <= highest) continue;
      if (seq > highest + 1) throw new Error(`${source} left out ${boot}.${highest + 1}`);
      boots.set(boot, seq);
      this.events.push({ ...event, typed: decodeBody(type, event.body) });
    }
  }

  #position(source: string): object {
    const boots = [...(this.#highest.get(source) ?? [])].map(([boot, position]) => ({
      boot,
      position,
      openSlots: [],
    }));
    return { source, boots };
  }
}

/** Waits for up to 10 s; resolves with the ms that it took. */
export async function until(condition: () => boolean): Promise<number> {
  const started = Date.now();
  while (!condition()) {
    if (Date.now() - started > 10_000) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - started;
}

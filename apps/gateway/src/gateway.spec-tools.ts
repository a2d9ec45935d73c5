import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import kafkajs, { type Kafka } from 'kafkajs';
import {
  EVENTS,
  type SiteRegistry,
  encodeRegistry,
  registryDigest,
  sha256,
  topicName,
} from '#contracts';
import type { Pool } from '#database';
import { createKafka } from '#kafka';

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

export const BOOT = 1_795_000_000;
export const TOKENS = {
  'north.registrar': 'token-registrar',
  'north.gate-1': 'token-gate',
  'north.gate-2': 'token-gate-2',
  'south.gate-1': 'token-south',
};

/** A site with a registrar and gates, partition 1. */
export function siteOf(siteId: string, version = 1): SiteRegistry {
  const sources = Object.entries(TOKENS).filter(([source]) => source.startsWith(`${siteId}.`));
  return {
    siteId,
    version,
    name: siteId,
    partition: 1,
    lines: [],
    scales: [],
    stations: sources.map(([source, token]) => ({
      source,
      kind: source.endsWith('registrar') ? 'registrar' : 'gate',
      publicKey: Buffer.alloc(32).toString('base64'),
      tokenSha256: sha256(Buffer.from(token)).toString('hex'),
    })),
  };
}

export async function storeRegistry(
  database: Pool,
  registry: SiteRegistry,
  announced: boolean,
): Promise<void> {
  const body = encodeRegistry(registry);
  await database.query(
    `INSERT INTO registry (site_id, version, digest, body, announced_at)
     VALUES ($1, $2, $3, $4, $5)`,
    [registry.siteId, registry.version, registryDigest(body), body, announced ? new Date() : null],
  );
}

/** One `vehicle.arrived` as text, its data written in an unusual but legal way. */
export function arrival(seq: number, source = 'north.gate-1', data?: string): string {
  const visitId = `${source.split('.')[0] ?? ''}.visit-${seq}`;
  const body = data ?? `{ "visitId":"${visitId}",  "direction" : "\\u0069nbound" }`;
  const attributes = {
    specversion: '1.0',
    id: `${BOOT}.${seq}`,
    source,
    type: EVENTS.vehicleArrived.type,
    time: '2026-11-24T08:00:00.000Z',
    subject: visitId,
    siteid: source.split('.')[0],
    boot: BOOT,
    seq,
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${body}}`;
}

export const dataOf = (event: string): string => event.slice(event.indexOf('"data":') + 7, -1);

/** A door to a server that a spec can shut. */
export class Door {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;

  constructor(
    private readonly host: string,
    private readonly targetPort: number,
  ) {}

  async open(): Promise<number> {
    const server = createServer((near) => {
      const far = connect(this.targetPort, this.host);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', silent);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
          this.sockets.delete(socket);
        });
      }
      near.pipe(far).pipe(near);
    });
    this.server = server;
    await new Promise<void>((resolve) => {
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    return this.port;
  }

  async shut(): Promise<void> {
    const { server } = this;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => server?.close(resolve));
  }
}

export interface Written {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** `station-events` of one spec, read with an independent consumer of the client's own. */
export class Topic {
  readonly kafka: Kafka;
  readonly name: string;

  constructor(brokers: readonly string[], prefix: string) {
    this.kafka = createKafka({ brokers, clientId: 'spec', logger: SILENT, retries: 60 });
    this.name = topicName(prefix, 'stationEvents');
  }

  /** Records in the topic at this moment. */
  async count(): Promise<number> {
    const admin = this.kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(this.name);
    await admin.disconnect();
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  }

  async read(): Promise<Written[]> {
    const expected = await this.count();
    const written: Written[] = [];
    const consumer = new kafkajs.Kafka({
      brokers: await this.brokers(),
      logLevel: kafkajs.logLevel.NOTHING,
    }).consumer({ groupId: `${this.name}-${Date.now()}` });
    await consumer.connect();
    await consumer.subscribe({ topic: this.name, fromBeginning: true });
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: ({ partition, message }) => {
          const headers = Object.entries(message.headers ?? {});
          written.push({
            partition,
            key: String(message.key),
            value: String(message.value),
            headers: Object.fromEntries(headers.map(([name, text]) => [name, String(text)])),
          });
          if (written.length === expected) resolve();
          return Promise.resolve();
        },
      });
    });
    await consumer.disconnect();
    return written;
  }

  private async brokers(): Promise<string[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    await admin.disconnect();
    return brokers.map(({ host, port }) => `${host}:${port}`);
  }
}

/** Waits until `check` holds; its last answer is what a failing spec shows. */
export async function until(check: () => Promise<boolean>, seconds = 10): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${check.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

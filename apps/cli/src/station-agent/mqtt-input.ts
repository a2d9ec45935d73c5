import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type IPublishPacket, type MqttClient, connect } from 'mqtt';
import type { Input, Take } from './input.js';

export interface MqttOptions {
  /** As `mqtt://127.0.0.1:1883` or `mqtts://…`. */
  readonly url: string;
  readonly topic: string;
  /** Names the broker's session, which holds what was published while the agent was away. */
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** File of the certificate authority, PEM. */
  readonly caFile: string | undefined;
  /** Marks of all inputs, from the spool. */
  readonly marks: () => ReadonlyMap<string, string>;
  /** Resolves when everything taken is on disk. */
  readonly untilDurable: () => Promise<void>;
  readonly onProblem: (why: string) => void;
}

/** Messages that the broker sends ahead of their acknowledgement. */
const RECEIVE_MAXIMUM = 16;
/** How long the broker keeps the session while the agent is away. */
const SESSION_SECONDS = 7 * 24 * 3_600;

/**
 * A subscription with QoS 1. A message is acknowledged when the spool has it on disk, one after the
 * other; a full spool holds the broker back. What the broker sends again because an acknowledgement
 * was lost is known by packet identifier and digest, which are stored with the event.
 */
export class MqttInput implements Input {
  readonly name: string;
  readonly #options: MqttOptions;

  constructor(options: MqttOptions) {
    this.#options = options;
    this.name = `mqtt:${options.topic}`;
  }

  async run(take: Take, signal: AbortSignal): Promise<void> {
    const { onProblem, url } = this.#options;
    const client = this.#connect();
    let fail: (error: Error) => void;
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    client.handleMessage = (packet, done): void => {
      this.#take(packet, take).then(
        () => {
          done();
        },
        (error: unknown) => {
          // Not acknowledged: the broker sends it again.
          if (!signal.aborted) fail(error as Error);
        },
      );
    };
    client.on('error', (error) => {
      onProblem(`${url}: ${error.message}`);
    });
    client.on('offline', () => {
      onProblem(`${url}: the broker is away`);
    });
    client.on('connect', () => {
      this.#subscribe(client);
    });
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else
        signal.addEventListener(
          'abort',
          () => {
            resolve();
          },
          { once: true },
        );
    });
    try {
      await Promise.race([aborted, failed]);
    } finally {
      await client.endAsync(true);
    }
  }

  #connect(): MqttClient {
    const { url, clientId, username, password, caFile } = this.#options;
    return connect(url, {
      protocolVersion: 5,
      clientId,
      clean: false,
      resubscribe: false,
      reconnectPeriod: 1_000,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      properties: {
        sessionExpiryInterval: SESSION_SECONDS,
        receiveMaximum: RECEIVE_MAXIMUM,
      },
    });
  }

  /** Also when the session is there: the topic of an earlier run may be another. */
  #subscribe(client: MqttClient): void {
    const { topic, onProblem } = this.#options;
    client.subscribe(topic, { qos: 1 }, (error, granted) => {
      const code = granted?.[0]?.qos;
      if (error) onProblem(`the broker refuses the topic ${topic}: ${error.message}`);
      else if (code !== undefined && code !== 1) {
        onProblem(`the broker gives ${topic} with QoS ${code}: messages may be lost`);
      }
    });
  }

  async #take(packet: IPublishPacket, take: Take): Promise<void> {
    const { topic, payload, messageId, dup } = packet;
    const bytes = Buffer.from(payload);
    const place = `mqtt ${topic}`;
    if (messageId === undefined) {
      await take({ bytes, header: null, place, mark: null });
      return;
    }
    const digest = createHash('sha256').update(`${topic}\n`).update(bytes).digest('base64url');
    // One mark an identifier that may be under way; the broker counts them up.
    const input = `${this.name}#${messageId % (4 * RECEIVE_MAXIMUM)}`;
    const value = `${messageId} ${digest}`;
    if (!(dup && this.#options.marks().get(input) === value)) {
      await take({ bytes, header: null, place, mark: { input, value } });
    }
    await this.#options.untilDurable();
  }
}

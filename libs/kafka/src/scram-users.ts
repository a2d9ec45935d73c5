import { pbkdf2, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { Kafka } from 'kafkajs';

/** What is used of kafkajs 2.2.4 that its types do not show. */
interface Encoder {
  writeInt8(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeUVarInt(value: number): Encoder;
  writeUVarIntString(value: string): Encoder;
  writeUVarIntBytes(value: Buffer): Encoder;
}
interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readUVarInt(): number;
  readUVarIntString(): string | null;
}
interface Broker {
  readonly connectionPool: { send(protocol: object): Promise<unknown> };
}
interface Cluster {
  connect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findControllerBroker(): Promise<Broker>;
  disconnect(): Promise<void>;
}

const require = createRequire(import.meta.url);
const EncoderClass = require('kafkajs/src/protocol/encoder.js') as new () => Encoder;
const DecoderClass = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => Decoder;

const ALTER_USER_SCRAM_CREDENTIALS = 51;
const SCRAM_SHA_512 = 2;
const ITERATIONS = 8_192;
/** Of the flexible encoding: no tagged fields follow. */
const NO_TAGS = 0;
/** Compact arrays count from one. */
const compactLength = (length: number): number => length + 1;

/**
 * Makes a principal of the broker, or gives it another password: SCRAM-SHA-512. kafkajs has no
 * request for it, so it is written here (KIP-554, version 0) and sent over a connection of kafkajs,
 * which has authenticated by then. The broker never sees the password itself.
 */
export async function setScramPassword(
  kafka: Kafka,
  user: string,
  password: string,
): Promise<void> {
  const salt = randomBytes(32);
  const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, 64, 'sha512');
  const cluster = clusterOf(kafka);
  await cluster.connect();
  try {
    await cluster.refreshMetadata();
    const { connectionPool } = await cluster.findControllerBroker();
    await connectionPool.send({
      request: {
        apiKey: ALTER_USER_SCRAM_CREDENTIALS,
        apiVersion: 0,
        apiName: 'AlterUserScramCredentials',
        encode: () => Promise.resolve(encodeUpsertion(user, salt, salted)),
      },
      response: {
        decode: (bytes: Buffer) => Promise.resolve(decodeResults(bytes)),
        parse: (results: readonly Result[]) => {
          assertDone(results);
          return Promise.resolve();
        },
      },
    });
  } finally {
    await cluster.disconnect();
  }
}

function clusterOf(kafka: Kafka): Cluster {
  const name = 'private:Kafka:createCluster';
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === name,
  );
  if (symbol === undefined) throw new Error(`kafkajs has no ${name} any more`);
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol]!;
  return create({ metadataMaxAge: 300_000 });
}

function encodeUpsertion(user: string, salt: Buffer, salted: Buffer): Encoder {
  return new EncoderClass()
    .writeUVarInt(NO_TAGS)
    .writeUVarInt(compactLength(0))
    .writeUVarInt(compactLength(1))
    .writeUVarIntString(user)
    .writeInt8(SCRAM_SHA_512)
    .writeInt32(ITERATIONS)
    .writeUVarIntBytes(salt)
    .writeUVarIntBytes(salted)
    .writeUVarInt(NO_TAGS)
    .writeUVarInt(NO_TAGS);
}

interface Result {
  readonly user: string | null;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function decodeResults(bytes: Buffer): Result[] {
  const decoder = new DecoderClass(bytes);
  decoder.readUVarInt();
  decoder.readInt32();
  const results: Result[] = [];
  for (let left = decoder.readUVarInt() - 1; left > 0; left--) {
    const user = decoder.readUVarIntString();
    const errorCode = decoder.readInt16();
    results.push({ user, errorCode, errorMessage: decoder.readUVarIntString() });
    decoder.readUVarInt();
  }
  return results;
}

function assertDone(results: readonly Result[]): void {
  for (const { user, errorCode, errorMessage } of results) {
    if (errorCode === 0) continue;
    throw new Error(`no password for ${user ?? '?'}: ${errorMessage ?? `error ${errorCode}`}`);
  }
}

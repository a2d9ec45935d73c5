import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { openIngress } from '#kafka';
import { CommandError, EXIT } from '../command-error.js';
import { type KafkaTarget, withBroker } from '../kafka-client.js';

export interface StationIngressOptions {
  readonly source: string;
  readonly target: KafkaTarget;
  /** Where the station's credentials are written; undefined: they are in the report only. */
  readonly file: string | undefined;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly timeoutMs: number;
}

/** What a station needs to write its own topic. */
export interface StationIngress {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly mechanism: 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
}

/**
 * Opens Kafka to a station in one step: topic, principal, access by literal name. Run again it gives
 * a new password, which is the way to take an old one back.
 */
export async function openStationIngress(options: StationIngressOptions): Promise<StationIngress> {
  const { source, target, file, timeoutMs, replicationFactor, minInsyncReplicas } = options;
  const password = randomBytes(24).toString('base64url');
  const grant = await withBroker(target, timeoutMs, () =>
    openIngress(target.kafka, target.prefix, source, password, {
      replicationFactor,
      minInsyncReplicas,
    }),
  );
  const ingress: StationIngress = {
    brokers: target.brokers,
    topic: grant.topic,
    mechanism: 'SCRAM-SHA-512',
    username: grant.principal,
    password,
  };
  if (file !== undefined) writeCredentials(file, ingress);
  return ingress;
}

function writeCredentials(file: string, ingress: StationIngress): void {
  try {
    writeFileSync(file, `${JSON.stringify(ingress, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const text = `the station has its topic and a password, but ${file} cannot be written: ${why}`;
    throw new CommandError(EXIT.usage, `${text}; run it again with another --out`, { cause });
  }
}

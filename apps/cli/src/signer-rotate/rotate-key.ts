import { hash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type DataOf, EVENTS, type SiteRegistry } from '#contracts';
import type { Pool } from '#database';
import { decodeBase64, keyPair, parseVkey } from '#tlog';
import { CommandError, EXIT } from '../command-error.js';
import type { GatewayClient } from '../gateway-client.js';
import { readJsonFile } from '../options.js';
import type { Registrar } from '../registrar-access.js';
import { registrarBoot, sayAsRegistrar } from '../registrar-boot.js';
import { type SignedLog, isAdopted, readSignedLogs } from './log-key.store.js';

export interface RotateKeyOptions {
  /** The ledger's key file. */
  readonly file: string;
  readonly database: Pool;
  readonly gateway: GatewayClient;
  /** Who speaks for a site. */
  readonly registrarOf: (registry: SiteRegistry) => Registrar;
  readonly timeoutMs: number;
}

export interface RotatedKey {
  readonly siteId: string;
  readonly before: string;
  readonly after: string;
}

const keyFile = z.object({ log: z.string(), time: z.string() });
const POLL_MS = 100;

/**
 * Makes another key, has every log adopt it by an entry of its own, waits until the key in use has
 * signed those entries, and only then puts the new key in its place. Dies it anywhere, it is run
 * again: the new key is kept beside the old one, and what is adopted is not adopted twice.
 */
export async function rotateKey(options: RotateKeyOptions): Promise<RotatedKey[]> {
  const { file, database, timeoutMs } = options;
  const { time } = readJsonFile(file, keyFile);
  const nextFile = `${file}.next`;
  if (!existsSync(nextFile)) writeKey(nextFile, time);
  const seed = decodeBase64(readJsonFile(nextFile, keyFile).log);
  if (seed?.length !== 32) throw new CommandError(EXIT.usage, `${nextFile} is damaged; remove it`);
  const logs = await readSignedLogs(database);
  if (logs.length === 0) throw new CommandError(EXIT.usage, 'no log was ever signed');
  const rotated = logs.map((log) => {
    const { name } = parseVkey(log.vkey);
    return { log, siteId: log.siteId, before: log.vkey, after: keyPair(name, seed).vkey };
  });
  for (const { log, after } of rotated) await adopt(options, log, hash('sha256', after, 'hex'));
  const deadline = Date.now() + timeoutMs;
  for (const { siteId, after } of rotated) {
    while (!(await isAdopted(database, siteId, hash('sha256', after, 'hex'))).signed) {
      if (Date.now() > deadline) {
        const why = 'no ledger at work has signed it with the key in use';
        throw new CommandError(EXIT.unreachable, `${siteId} has not adopted the key: ${why}`);
      }
      await sleep(POLL_MS);
    }
  }
  renameSync(file, `${file}.before`);
  renameSync(nextFile, file);
  return rotated.map(({ siteId, before, after }) => ({ siteId, before, after }));
}

async function adopt(options: RotateKeyOptions, log: SignedLog, digest: string): Promise<void> {
  const { database, gateway } = options;
  const { siteId, registry, keys } = log;
  if ((await isAdopted(database, siteId, digest)).entered) return;
  const { registrar, token, key } = options.registrarOf(registry);
  const data: DataOf<'referenceAdopted'> = {
    reference: 'log-key',
    name: siteId,
    version: keys + 1,
    digest,
  };
  const boot = registrarBoot({
    siteId,
    registrar,
    key,
    position: await gateway.position(token, registrar),
    nowMs: Date.now(),
    program: 'urbanmine signer rotate',
    events: [{ type: EVENTS.referenceAdopted.type, data }],
    opensLog: false,
  });
  await sayAsRegistrar(gateway, token, boot);
}

function writeKey(path: string, time: string): void {
  const content = { log: randomBytes(32).toString('base64'), time };
  const file = openSync(`${path}.part`, 'w', 0o600);
  writeSync(file, `${JSON.stringify(content)}\n`);
  fsyncSync(file);
  closeSync(file);
  // Whole or not at all: what was adopted must never be overwritten by another key.
  renameSync(`${path}.part`, path);
}

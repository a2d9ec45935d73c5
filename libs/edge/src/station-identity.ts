import {
  type KeyObject,
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StationEntry, StationKind } from '#contracts';

/** What makes a station itself: the entry is public, the token and the key stay with the station. */
export interface StationIdentity {
  /** Its place in the site's registry. */
  readonly entry: StationEntry;
  /** Bearer token for the gateway: 32 random bytes, base64url. */
  readonly token: string;
  /** Ed25519 in PKCS 8, PEM. */
  readonly privateKeyPem: string;
}

/** What of a station is decided before it has a key. */
export interface StationPlan {
  readonly source: string;
  readonly kind: StationKind;
  readonly lineId?: string | undefined;
}

/** PKCS 8 of an Ed25519 key before its 32 bytes (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** SPKI of an Ed25519 key before its 32 bytes (RFC 8410, section 4). */
const SPKI_PREFIX_BYTES = 12;

export const tokenSha256 = (token: string): string =>
  createHash('sha256').update(token).digest('hex');

/** The public key as the registry has it: base64 of the 32 raw bytes. */
export const rawPublicKey = (key: KeyObject): string =>
  createPublicKey(key)
    .export({ format: 'der', type: 'spki' })
    .subarray(SPKI_PREFIX_BYTES)
    .toString('base64');

function entryOf(plan: StationPlan, key: KeyObject, token: string): StationEntry {
  const { source, kind, lineId } = plan;
  return {
    source,
    kind,
    ...(lineId === undefined ? {} : { lineId }),
    publicKey: rawPublicKey(key),
    tokenSha256: tokenSha256(token),
  };
}

/** Makes key and token of a station. `random` gives so many bytes; a fixed one is for examples. */
export function createStationIdentity(
  plan: StationPlan,
  random: (bytes: number) => Buffer = randomBytes,
): StationIdentity {
  const der = Buffer.concat([PKCS8_PREFIX, random(32)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const token = random(32).toString('base64url');
  const privateKeyPem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { entry: entryOf(plan, key, token), token, privateKeyPem };
}

const keyPath = (keysDir: string, source: string): string => join(keysDir, `${source}.pem`);

export const loadPrivateKey = (keysDir: string, source: string): KeyObject =>
  createPrivateKey(readFileSync(keyPath(keysDir, source)));

/** Tokens by source, as in `<data>/tokens.json`; empty when there is no such file. */
export const readTokens = (tokensFile: string): Readonly<Record<string, string>> =>
  existsSync(tokensFile)
    ? (JSON.parse(readFileSync(tokensFile, 'utf8')) as Record<string, string>)
    : {};

/**
 * Keys and tokens of stations, made once and kept: `<keysDir>/<source>.pem` and the tokens file,
 * both readable by their owner only. Returns the registry entries in the order of the plans.
 */
export function keepIdentities(
  plans: readonly StationPlan[],
  files: { readonly keysDir: string; readonly tokensFile: string },
): StationEntry[] {
  mkdirSync(files.keysDir, { recursive: true, mode: 0o700 });
  const tokens: Record<string, string> = { ...readTokens(files.tokensFile) };
  const entries = plans.map((plan) => {
    const { source } = plan;
    const token = tokens[source];
    if (token !== undefined && existsSync(keyPath(files.keysDir, source))) {
      return entryOf(plan, loadPrivateKey(files.keysDir, source), token);
    }
    const made = createStationIdentity(plan);
    writeFileSync(keyPath(files.keysDir, source), made.privateKeyPem, { mode: 0o600 });
    tokens[source] = made.token;
    return made.entry;
  });
  writeFileSync(files.tokensFile, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  return entries;
}

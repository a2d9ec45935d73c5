import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import {
  type Cosigner,
  SIGNATURE_TYPE,
  type Signer,
  appendSignatures,
  cosign,
  decodeBase64,
  ed25519Cosigner,
  ed25519Signer,
  encodeBase64,
  formatCheckpoint,
  keyPair,
  signNote,
} from '#tlog';
import type { TreeHead } from './judge-signing.js';

interface KeyFile {
  /** Seed of the key that signs logs, base64 of 32 bytes. */
  readonly log: string;
  /** Seed of the key that cosigns with a time. */
  readonly time: string;
}

interface SiteKeys {
  readonly vkeys: { readonly log: string; readonly time: string };
  readonly signer: Signer;
  readonly cosigner: Cosigner;
}

/**
 * The ledger's keys: one file with two seeds serves all sites, each under a name of its own. The
 * file is made on the first start, readable by its owner alone.
 */
export class SignerKeys {
  private readonly seeds: { readonly log: Uint8Array; readonly time: Uint8Array };
  private readonly sites = new Map<string, SiteKeys>();

  constructor(
    file: string,
    private readonly logOrigin: string,
    /** What the file would hold, from the environment: then no file is read or made. */
    content: string | null = null,
  ) {
    if (content === null && !existsSync(file)) makeKeyFile(file);
    const place = content === null ? file : 'SIGNER_SEEDS';
    this.seeds = readSeeds(place, content ?? readFileSync(file, 'utf8'));
  }

  origin(siteId: string): string {
    return `${this.logOrigin}/${siteId}`;
  }

  /** Public keys of a site's log, as verifiers are told them. */
  vkeys(siteId: string): SiteKeys['vkeys'] {
    return this.of(siteId).vkeys;
  }

  /** The signed note of a tree head, cosigned with the time. */
  sign(siteId: string, head: TreeHead, unixSeconds: number): string {
    const { signer, cosigner } = this.of(siteId);
    const text = formatCheckpoint({
      origin: this.origin(siteId),
      size: head.size,
      root: head.root,
    });
    const note = signNote(text, [signer]);
    return appendSignatures(note, [cosign(note, cosigner, unixSeconds)]);
  }

  private of(siteId: string): SiteKeys {
    let keys = this.sites.get(siteId);
    if (keys === undefined) {
      const origin = this.origin(siteId);
      const { log, time } = this.seeds;
      keys = {
        vkeys: {
          log: keyPair(origin, log).vkey,
          time: keyPair(`${origin}/time`, time, SIGNATURE_TYPE.cosignature).vkey,
        },
        signer: ed25519Signer(origin, log),
        cosigner: ed25519Cosigner(`${origin}/time`, time),
      };
      this.sites.set(siteId, keys);
    }
    return keys;
  }
}

function makeKeyFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const seed = (): string => encodeBase64(randomBytes(32));
  const content = { log: seed(), time: seed() } satisfies KeyFile;
  // `wx`: two ledgers that start together must not end with one's key in the other's memory.
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, `${JSON.stringify(content)}\n`);
  fsyncSync(file);
  closeSync(file);
}

/** Says where the keys are and what is wrong with them, never what they are. */
function readSeeds(place: string, text: string): { log: Uint8Array; time: Uint8Array } {
  let keys: Partial<KeyFile>;
  try {
    keys = JSON.parse(text) as Partial<KeyFile>;
  } catch {
    throw new Error(`${place} is not JSON`);
  }
  return { log: readSeed(place, 'log', keys.log), time: readSeed(place, 'time', keys.time) };
}

function readSeed(path: string, name: string, text: string | undefined): Uint8Array {
  const seed = text === undefined ? null : decodeBase64(text);
  if (seed?.length !== 32) throw new Error(`${path} has no "${name}" of 32 bytes in base64`);
  return seed;
}

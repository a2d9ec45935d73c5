import { type SiteRegistry, type StationKind, isSignedBy, keyChangeText } from '#contracts';
import type { Findings } from './findings.js';

interface Station {
  readonly kinds: Set<StationKind>;
  /** Ed25519, base64 of 32 bytes: the one in force. */
  publicKey: string;
  /** All that were ever in force: a registry may still name one of before a change. */
  readonly known: Set<string>;
}

/** Who may speak at a site and with which key, as the log itself says it. */
export class StationKeys {
  private readonly stations = new Map<string, Station>();
  private version = 0;

  constructor(private readonly findings: Findings) {}

  get isKnown(): boolean {
    return this.version > 0;
  }

  /** A version of the registry is in force from here on; an older one changes nothing. */
  adopt(registry: SiteRegistry, index: number): void {
    if (registry.version <= this.version) return;
    this.version = registry.version;
    for (const { source, kind, publicKey } of registry.stations) {
      const known = this.stations.get(source);
      if (known === undefined) {
        this.stations.set(source, {
          kinds: new Set([kind]),
          publicKey,
          known: new Set([publicKey]),
        });
        continue;
      }
      known.kinds.add(kind);
      if (known.known.has(publicKey)) continue;
      const what = `${source}: version ${registry.version} has another key, which no key stated`;
      this.findings.add('key-changed-unstated', index, what);
      known.publicKey = publicKey;
      known.known.add(publicKey);
    }
  }

  kindsOf(source: string): ReadonlySet<StationKind> | undefined {
    return this.stations.get(source)?.kinds;
  }

  /** Null: the station has no key, so nothing can be said. */
  verify(source: string, text: Buffer, signature: string): boolean | null {
    const key = this.stations.get(source)?.publicKey;
    if (key === undefined) return null;
    return isSignedBy(key, text, signature);
  }

  /** A station's new key, stated under its old one. */
  change(source: string, stated: { newPublicKey: string; signature: string }): boolean {
    const text = keyChangeText(source, stated.newPublicKey);
    if (this.verify(source, text, stated.signature) !== true) return false;
    const station = this.stations.get(source)!;
    station.publicKey = stated.newPublicKey;
    station.known.add(stated.newPublicKey);
    return true;
  }
}

import type { KeyObject } from 'node:crypto';
import type { EntryMode } from '#contracts';
import { DISK, type SpoolFiles } from './spool-files.js';
import type { StationPosition } from './station-position.js';

export interface SpoolOptions {
  /** Folder of this source alone, made when absent; null keeps the events in memory only. */
  readonly dir: string | null;
  /** `<siteId>.<station>`. */
  readonly source: string;
  readonly siteId: string;
  /** Ed25519 key that signs the seals. */
  readonly privateKey: KeyObject;
  /** Named in `station.booted`. */
  readonly software: { readonly name: string; readonly version: string };
  /** What the gateway said at the start; null = it could not be asked. */
  readonly position?: StationPosition | null;
  /**
   * An event may be sent when it is on disk. Number: fsync at most this often, in ms, and at each
   * seal (default 200). `'os'`: never; it survives a killed process but not a power cut.
   */
  readonly syncEveryMs?: number | 'os';
  /** `'auto'`: within a second of unsealed events and hourly. `'manual'`: the caller seals. */
  readonly sealing?: 'auto' | 'manual';
  /**
   * Most bytes of events that are not safe. Default 256 MiB. The disk holds up to half as much more
   * and two segments, for a segment goes when all of it is safe.
   */
  readonly maxBytes?: number;
  /** Bytes of a segment file. Default 4 MiB. */
  readonly segmentBytes?: number;
  /** Most bytes of lines held in memory beside the disk. Default 8 MiB. */
  readonly cacheBytes?: number;
  /** Unix ms, by the clock of the station, which may jump. */
  readonly now?: () => number;
  /** Ms since anything, by a clock that never jumps. */
  readonly elapsed?: () => number;
  /** The disk; another one is for tests. */
  readonly files?: SpoolFiles;
  /** A sync or seal in the background failed; the station MUST stop. Default: throw. */
  readonly onFailure?: (error: unknown) => void;
}

export interface NewEvent {
  readonly type: string;
  readonly subject: string;
  /** A string or Buffer is sent byte by byte as it is: JSON without line breaks. */
  readonly data: object | string | Buffer;
  /** RFC 3339 UTC with milliseconds. Default: now. */
  readonly time?: string;
  readonly actor?: string;
  readonly entrymode?: EntryMode;
  readonly dataschema?: string;
  /** W3C Trace Context; the gateway drops a malformed one. */
  readonly traceparent?: string;
}

export interface SpoolStats {
  readonly boot: number;
  readonly lastSeq: number;
  /** Events that are not safe, and their bytes. */
  readonly kept: number;
  readonly keptBytes: number;
  /** Never acknowledged. */
  readonly unsent: number;
  readonly maxBytes: number;
}

/** Boot and seq that an event was given. */
export interface EventMark {
  readonly boot: number;
  readonly seq: number;
}

export const SPOOL_DEFAULTS = {
  position: null,
  syncEveryMs: 200,
  sealing: 'auto',
  maxBytes: 268_435_456,
  segmentBytes: 4_194_304,
  cacheBytes: 8_388_608,
  now: Date.now,
  elapsed: (): number => performance.now(),
  files: DISK,
  onFailure: (error: unknown): void => {
    throw error;
  },
} as const;

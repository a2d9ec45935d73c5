import { LogFormatError, TILE_WIDTH, decodeBundle, entriesPath } from '#tlog';
import { UnavailableError } from './findings.js';
import type { LogSource } from './log-source.js';

/** Bundles on their way at once: enough to keep one core busy over a network. */
const AHEAD = 8;

export interface Bundle {
  readonly firstIndex: number;
  readonly entries: readonly Buffer[];
}

/** A bundle that is there but is none. */
export class MalformedBundleError extends Error {
  override readonly name = 'MalformedBundleError';

  constructor(
    message: string,
    readonly firstIndex: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Every entry of the log up to `size`, bundle by bundle, read ahead. */
export async function* readBundles(source: LogSource, size: number): AsyncGenerator<Bundle> {
  const total = Math.ceil(size / TILE_WIDTH);
  const reading: Promise<Bundle>[] = [];
  for (let next = 0, done = 0; done < total; done++) {
    for (; next < total && reading.length < AHEAD; next++) {
      const bundle = readBundle(source, next, size);
      // It is awaited in its turn; until then a failure is not unhandled.
      bundle.catch(() => undefined);
      reading.push(bundle);
    }
    yield await reading.shift()!;
  }
}

/** One bundle of the log, up to `size`. */
export async function readBundle(source: LogSource, index: number, size: number): Promise<Bundle> {
  const firstIndex = index * TILE_WIDTH;
  const width = Math.min(TILE_WIDTH, size - firstIndex);
  const path = entriesPath(index, width);
  const bytes = (await source.read(path)) ?? (await source.read(entriesPath(index)));
  if (bytes === null) throw new UnavailableError(`${source.name} has no ${path}`);
  try {
    const entries = decodeBundle(bytes).map((entry) =>
      Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength),
    );
    if (entries.length === width || entries.length === TILE_WIDTH) {
      return { firstIndex, entries: entries.slice(0, width) };
    }
    const what = `${path} has ${entries.length} entries, not ${width}`;
    throw new MalformedBundleError(what, firstIndex);
  } catch (cause) {
    if (!(cause instanceof LogFormatError)) throw cause;
    throw new MalformedBundleError(`${path}: ${cause.message}`, firstIndex, { cause });
  }
}

import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError, messageOf } from './findings.js';

/**
 * Where a site's log is read from, by the paths of `/log/<site>/`. MUST give the bytes as they are
 * or null when there is nothing under the path; MUST throw an UnavailableError when it cannot tell.
 */
export interface LogSource {
  readonly name: string;
  read(path: string): Promise<Buffer | null>;
}

/** Where a directory keeps the key of the time cosignature: `key` cannot be a folder as well. */
export const TIME_KEY_PATH = 'key/time';
export const TIME_KEY_FILE = 'key.time';

const fileOf = (path: string): string => (path === TIME_KEY_PATH ? TIME_KEY_FILE : path);

/** A directory with the layout of the public paths, from `--save` or from a copy of static files. */
export class DirectorySource implements LogSource {
  constructor(readonly name: string) {}

  async read(path: string): Promise<Buffer | null> {
    const file = join(this.name, fileOf(path));
    try {
      return await readFile(file);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw new UnavailableError(`${file} cannot be read: ${messageOf(cause)}`, { cause });
    }
  }
}

const ATTEMPTS = 5;
const PAUSE_MS = 500;
const REQUEST_TIMEOUT_MS = 30_000;

/** The paths below a URL such as `http://127.0.0.1:7105/log/north`, or a web server's static files. */
export class HttpSource implements LogSource {
  constructor(
    readonly name: string,
    private readonly token?: string,
  ) {}

  async read(path: string): Promise<Buffer | null> {
    const found = await this.get(path);
    return found === null && fileOf(path) !== path ? this.get(fileOf(path)) : found;
  }

  private async get(path: string): Promise<Buffer | null> {
    const url = `${this.name}/${path}`;
    let problem = '';
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        const response = await fetch(url, {
          ...(this.token === undefined
            ? {}
            : { headers: { authorization: `Bearer ${this.token}` } }),
          signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        });
        if (response.ok) return Buffer.from(await response.arrayBuffer());
        await response.body?.cancel();
        if (response.status === 404) return null;
        problem = `it answered ${response.status}`;
        if (response.status < 500 && response.status !== 429) break;
      } catch (error) {
        problem = messageOf(error instanceof Error ? (error.cause ?? error) : error);
      }
      if (attempt < ATTEMPTS) await sleep(PAUSE_MS * attempt);
    }
    throw new UnavailableError(`${url} cannot be read: ${problem}`);
  }
}

/** Writes down what it reads, so that the same audit can be made again offline. */
export class SavingSource implements LogSource {
  constructor(
    private readonly source: LogSource,
    private readonly directory: string,
  ) {}

  get name(): string {
    return this.source.name;
  }

  async read(path: string): Promise<Buffer | null> {
    const bytes = await this.source.read(path);
    if (bytes !== null) await this.save(path, bytes);
    return bytes;
  }

  async save(path: string, bytes: Buffer): Promise<void> {
    // Pages of a list are saved together, see `readHead`.
    if (path.includes('?')) return;
    const file = join(this.directory, fileOf(path));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

export const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;

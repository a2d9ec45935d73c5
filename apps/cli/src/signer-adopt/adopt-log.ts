import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, EXIT } from '../command-error.js';

/** The guard of a running ledger's signer, and the word that it takes from an operator. */
const GUARD_FILE = 'guard.jsonl';
const ADOPT_FILE = 'guard-adopt.json';
const POLL_MS = 100;

/** The ledger's data folder: `dataDir` itself, or `ledger` in that of a local stack. */
export function ledgerFolder(dataDir: string): string {
  const found = [dataDir, join(dataDir, 'ledger')].find((dir) => existsSync(join(dir, GUARD_FILE)));
  if (found !== undefined) return found;
  throw new CommandError(EXIT.usage, `${dataDir} is no data folder of a ledger: no ${GUARD_FILE}`);
}

/**
 * Leaves the word and waits until the ledger has taken it, which it does once a site is refused. A
 * word that nobody takes is withdrawn: it must not lie there until something else is refused.
 */
export async function adoptLog(
  folder: string,
  sites: readonly string[],
  timeoutMs: number,
): Promise<void> {
  const file = join(folder, ADOPT_FILE);
  // Renamed, so that the ledger never reads half of it.
  writeFileSync(`${file}.next`, `${JSON.stringify({ sites })}\n`, { mode: 0o600 });
  renameSync(`${file}.next`, file);
  const deadline = Date.now() + timeoutMs;
  while (existsSync(file)) {
    if (Date.now() > deadline) {
      rmSync(file, { force: true });
      const why = 'no running ledger with this folder refuses to sign a log that has grown';
      throw new CommandError(EXIT.unreachable, `nothing was adopted: ${why}`);
    }
    await sleep(POLL_MS);
  }
}

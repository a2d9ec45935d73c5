import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endLeftover } from './child.js';
import { endLeftovers, ownerOf } from './stack.js';
import { StackError } from './stack-error.js';

const MARKER = '.urbanmine-data';

/**
 * Makes the data folder usable: ends services that a killed run left (they would write to servers that are being
 * restarted), and with `fresh` forgets everything. Errors: StackError when a live process owns the folder, or when
 * `fresh` would delete a folder that is not ours.
 */
export async function openDataDir(dataDir: string, fresh: boolean): Promise<void> {
  const owner = ownerOf(dataDir);
  if (owner) {
    throw new StackError(
      `${dataDir} is in use by process ${owner.pid}. Stop it, or choose another folder (--data DIR) ` +
        'and other ports (--port-base N)',
    );
  }
  await endLeftoverServices(dataDir);
  if (fresh && existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    if (!existsSync(join(dataDir, MARKER))) {
      throw new StackError(`--fresh would delete ${dataDir}, which is no data folder of Urbanmine`);
    }
    await endLeftovers(dataDir);
    rmSync(dataDir, { recursive: true });
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  // Private keys: of the log and of the plant's stations.
  mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  writeFileSync(
    join(dataDir, MARKER),
    'Data of a local Urbanmine. npm start -- --fresh deletes it.\n',
  );
}

const SERVERS = ['owner', 'postgres', 'kafka', 'prometheus'];

async function endLeftoverServices(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'run');
  if (!existsSync(folder)) return;
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .filter((name) => !SERVERS.includes(name));
  await Promise.all(names.map((name) => endLeftover(dataDir, name, 'SIGTERM', 10_000)));
}

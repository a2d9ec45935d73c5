import { spawn } from 'node:child_process';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENTS } from '#contracts';
import { PORTS, allPorts, freePortBase } from '#local';
import { walkLog } from '../log-walk.js';

/**
 * Seconds from `npm start` on an empty data folder, after the install, to the first signed checkpoint
 * with pieces in it, as a stranger reads it: `npm run bench:start`. Prints; gates nothing.
 */
const root = join(import.meta.dirname, '../../..');
const ROUNDS = 3;
const GIVE_UP_MS = 120_000;

async function hasPieces(api: string): Promise<boolean> {
  let pieces = 0;
  try {
    await walkLog(api, 'north', ({ attributes }) => {
      if (attributes.type === EVENTS.piecesClassified.type) pieces++;
    });
  } catch {
    // Nobody answers yet, or there is no checkpoint.
    return false;
  }
  return pieces > 0;
}

async function secondsOfStart(): Promise<number> {
  const base = await freePortBase(allPorts());
  const data = join(tmpdir(), `urbanmine-start-${process.pid}`);
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...[join(root, 'dist/local/src/start.js'), '--fresh'],
      ...['--data', data, '--port-base', String(base)],
    ],
    { cwd: root, stdio: 'ignore' },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const api = `http://127.0.0.1:${base + PORTS.api}`;
  try {
    while (!(await hasPieces(api))) {
      if (performance.now() - started > GIVE_UP_MS) throw new Error('no pieces within two minutes');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return (performance.now() - started) / 1_000;
  } finally {
    child.kill('SIGINT');
    await exited;
  }
}

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`);
for (let round = 1; round <= ROUNDS; round++) {
  console.log(`  first signed pieces after ${(await secondsOfStart()).toFixed(1)} s`);
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLog, writeLog } from '../../apps/cli/src/audit/spec-log.js';
import { FrameMaker } from './classified-frames.js';

/**
 * What an offline audit costs: `npm run bench:audit`. A log of frames with real readings is written to
 * a folder, and the command audits it three times, in a process of its own. CPU time of one core.
 */
const FRAMES = 40;
const PIECES = 3_000_000;
const ROUNDS = 3;

interface Report {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly speed: Readonly<Record<string, number>>;
}

const audit = (directory: string): Report => {
  const cli = join(import.meta.dirname, '../../apps/cli/src/main.js');
  const options = { encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 } as const;
  const printed = execFileSync(process.execPath, [cli, 'audit', directory, '--json'], options);
  return JSON.parse(printed) as Report;
};

for (const pieces of [128, 20]) {
  const directory = mkdtempSync(join(tmpdir(), 'urbanmine-audit-'));
  try {
    const maker = new FrameMaker(pieces, 2);
    const runs = Math.round(PIECES / pieces / FRAMES);
    const frameOf = (runId: string) => {
      const { scan, classification } = maker.next(runId);
      return [scan, classification] as const;
    };
    await writeLog(directory, makeLog({ runs, frames: FRAMES, pieces, frameOf }));
    for (let round = 0; round < ROUNDS; round++) {
      const { verdict, counts, speed } = audit(directory);
      console.log(
        `frames of ${pieces}: ${counts['pieces']!} pieces in ${counts['entries']!} entries, ` +
          `${verdict}; ${speed['piecesPerSecond']!} pieces/s (hash ${speed['hashSeconds']!} s, ` +
          `rules ${speed['rulesSeconds']!} s, wall ${speed['totalSeconds']!} s)`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

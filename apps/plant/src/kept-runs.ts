import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunState } from './run-state.js';
import type { RunKeeper } from './sorting-line.js';

/** Runs that are not closed, a file each, so that a killed plant can end them. */
export class KeptRuns implements RunKeeper {
  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  /** Runs that an earlier start of the plant left open. */
  left(): RunState[] {
    return readdirSync(this.dir)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(this.dir, name), 'utf8')) as RunState);
  }

  save(run: RunState): void {
    const path = this.#path(run);
    writeFileSync(`${path}.new`, JSON.stringify(run));
    renameSync(`${path}.new`, path);
  }

  remove(run: RunState): void {
    rmSync(this.#path(run), { force: true });
  }

  #path(run: RunState): string {
    return join(this.dir, `${run.plan.runId}.json`);
  }
}

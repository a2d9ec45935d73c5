import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const FILE_BYTES_MAX = 16_777_216;
const TEXT_MAX = 4_096;

/** What became no event, with the reason, for a person to mend: two files of bounded size. */
export class RefusedRecords {
  count = 0;

  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  }

  add(place: string, reason: string, bytes: Buffer | null): void {
    this.count++;
    if (existsSync(this.path) && statSync(this.path).size > FILE_BYTES_MAX) {
      renameSync(this.path, `${this.path}.1`);
    }
    const text = bytes === null ? null : bytes.toString('utf8', 0, TEXT_MAX);
    const line = { time: new Date().toISOString(), place, reason, text };
    appendFileSync(this.path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }
}

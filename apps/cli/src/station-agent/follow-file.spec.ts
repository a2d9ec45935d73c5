import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FollowedFile } from './follow-file.js';
import type { InputRecord } from './input.js';

let dir: string;
let path: string;

/** An agent without a spool: what it took, and the mark that is stored with it. */
class Reader {
  readonly taken: string[] = [];
  readonly headers = new Set<string>();
  readonly problems: string[] = [];
  mark: string | undefined;
  #abort = new AbortController();
  #running: Promise<void> | undefined;

  start(options: { isCsv?: boolean; untilEnd?: boolean; stopAfter?: number } = {}): Promise<void> {
    const { isCsv = false, untilEnd = false, stopAfter = Infinity } = options;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const given = { path, isCsv, hasHeader: isCsv, untilEnd, mark: this.mark, pollMs: 2 };
    const file = new FollowedFile({ ...given, onProblem: (why) => this.problems.push(why) });
    let left = stopAfter;
    const take = ({ bytes, header, mark, isPlaceOnly }: InputRecord): Promise<void> => {
      if (isPlaceOnly === true) {
        this.mark = mark?.value;
        return Promise.resolve();
      }
      if (left-- <= 0) {
        this.#abort.abort();
        return Promise.reject(new DOMException('killed', 'AbortError'));
      }
      this.taken.push(String(bytes));
      if (header !== null) this.headers.add(String(header));
      this.mark = mark?.value;
      return Promise.resolve();
    };
    this.#running = file.run(take, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async until(count: number): Promise<void> {
    for (let waited = 0; this.taken.length < count; waited++) {
      if (waited > 2_000) throw new Error(`${this.taken.length} of ${count} were taken`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'urbanmine-follow-'));
  path = join(dir, 'events.ndjson');
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('A followed file', () => {
  it('is read as it grows, also when it is not there yet and a line comes in two parts', async () => {
    const reader = new Reader();
    void reader.start();
    writeFileSync(path, 'a\nb');
    await reader.until(1);
    appendFileSync(path, 'b\n\n  \r\nc\r\n');
    await reader.until(3);
    await reader.stop();
    expect(reader.taken).toEqual(['a', 'bb', 'c']);
  });

  it('goes on over a rotation by name, with the last line that the writer still wrote', async () => {
    const reader = new Reader();
    writeFileSync(path, 'a\n');
    void reader.start();
    await reader.until(1);
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'b\nlast');
    writeFileSync(path, 'c\n');
    await reader.until(4);
    await reader.stop();
    expect(reader.taken).toEqual(['a', 'b', 'last', 'c']);
  });

  it('begins anew when it was cut, and when it was cut and grew beyond its place', async () => {
    const reader = new Reader();
    writeFileSync(path, 'first\nsecond\n');
    void reader.start();
    await reader.until(2);
    truncateSync(path, 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    appendFileSync(path, 'third\n');
    await reader.until(3);
    writeFileSync(path, 'fourth\nand a longer one\n');
    await reader.until(5);
    await reader.stop();
    expect(reader.taken.slice(2)).toEqual(['third', 'fourth', 'and a longer one']);
    expect(reader.problems.length).toBeGreaterThan(0);
  });

  it('after several rotations while nobody read goes through them in order', async () => {
    const reader = new Reader();
    writeFileSync(path, 'a\nb\n');
    await reader.start({ stopAfter: 1 });
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, 'c\n');
    writeFileSync(path, 'd\n');
    writeFileSync(`${path}.gz`, 'not read');
    await reader.start({ untilEnd: true });
    expect(reader.taken).toEqual(['a', 'b', 'c', 'd']);
  });

  it('copied and cut goes on in the copy', async () => {
    const reader = new Reader();
    writeFileSync(path, 'a\nb\n');
    await reader.start({ stopAfter: 1 });
    cpSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, 'c\n');
    await reader.start({ untilEnd: true });
    expect(reader.taken).toEqual(['a', 'b', 'c']);
  });

  it('that is another one altogether is read from its beginning, and told of', async () => {
    const reader = new Reader();
    writeFileSync(path, 'a\nb\n');
    await reader.start({ untilEnd: true });
    rmSync(path);
    writeFileSync(path, 'x\ny\nz\n');
    await reader.start({ untilEnd: true });
    expect(reader.taken).toEqual(['a', 'b', 'x', 'y', 'z']);
    expect(reader.problems[0]).toContain('reading it from its beginning');
  });

  it('of CSV gives each row the header of its own file', async () => {
    const reader = new Reader();
    writeFileSync(path, 'a,b\n1,2\n');
    void reader.start({ isCsv: true });
    await reader.until(1);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'b,a\n"3\n",4\n');
    await reader.until(2);
    await reader.stop();
    await reader.start({ isCsv: true, untilEnd: true });
    expect(reader.taken).toEqual(['1,2', '"3\n",4']);
    expect([...reader.headers]).toEqual(['a,b', 'b,a']);
  });

  it('is read once, line by line, whenever the reader dies and the file is rotated', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), lines: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('read' as const), stopAfter: fc.nat(6) }),
      fc.record({ kind: fc.constant('rotate' as const), stopAfter: fc.nat(6) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15, size: 'max' }), async (steps) => {
        rmSync(dir, { recursive: true, force: true });
        dir = mkdtempSync(join(tmpdir(), 'urbanmine-follow-'));
        path = join(dir, 'events.ndjson');
        writeFileSync(path, '');
        const reader = new Reader();
        let [written, rotations] = [0, 0];
        await reader.start({ untilEnd: true });
        for (const taken of steps) {
          if (taken.kind === 'write') {
            for (let n = 0; n < taken.lines; n++) appendFileSync(path, `line ${written++}\n`);
          } else if (taken.kind === 'read') {
            await reader.start({ untilEnd: true, stopAfter: taken.stopAfter });
          } else {
            // Names of dates: the later, the larger.
            renameSync(path, `${path}-${20_261_124 + rotations++}`);
            writeFileSync(path, '');
          }
        }
        await reader.start({ untilEnd: true });
        expect(reader.taken).toEqual(Array.from({ length: written }, (_, n) => `line ${n}`));
      }),
      { numRuns: 60 },
    );
  });
});

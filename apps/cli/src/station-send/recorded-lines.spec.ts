import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { covers, isInLog } from './coverage.js';
import { type RecordedLine, recordedLines } from './recorded-lines.js';

it('reads lines over the edges of what is read at once, and numbers them as an editor does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'urbanmine-lines-'));
  const path = join(folder, 'a.ndjson');
  const event = { source: 'a.b', boot: 1, seq: 2 };
  const long = JSON.stringify({ ...event, data: 'x'.repeat(200_000) });
  const text = `${JSON.stringify(event)}\n\nnot json\r\n${long}\n[1]\n${JSON.stringify(event)}`;
  writeFileSync(path, text);
  const lines: RecordedLine[] = [];
  for await (const line of recordedLines(path)) lines.push(line);
  rmSync(folder, { recursive: true });
  expect(lines.map((line) => [line.number, line.event !== undefined])).toEqual([
    [1, true],
    [3, false],
    [4, true],
    [5, false],
    [6, true],
  ]);
  expect(lines[2]!.bytes.toString()).toBe(long);
  expect(lines[4]!.end).toBe(Buffer.byteLength(text));
});

it('counts what is above the position or in an open slot as not in the log', () => {
  const position = { source: 'a.b', boots: [{ boot: 1, position: 9, openSlots: [[4, 5]] }] };
  const boots = position.boots as {
    boot: number;
    position: number;
    openSlots: [number, number][];
  }[];
  const known = { ...position, boots };
  expect([3, 4, 5, 6, 9, 10].map((seq) => isInLog(known, 1, seq))).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
  ]);
  expect(isInLog(known, 2, 1)).toBe(false);
  const awaited = { source: 'a.b', boot: 1, refused: false };
  expect(covers(known, { ...awaited, first: 6, last: 9 })).toBe(true);
  expect(covers(known, { ...awaited, first: 5, last: 9 })).toBe(false);
  expect(covers(known, { ...awaited, first: 6, last: 10 })).toBe(false);
});

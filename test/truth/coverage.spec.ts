import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stampLine } from './coverage-page.js';
import { type Effort, coverLots, totalOf } from './coverage-report.js';
import { Random } from './random.js';
import { RUN_WORLDS, coverRuns, ticketsToAlarm } from './simulate-balances.js';
import { WORLDS } from './simulate-lots.js';

const page = readFileSync('docs/reports/coverage.md', 'utf8');

/** Cells of the committed table rows that begin so. */
const rows = (name: string): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`| ${name}`))
    .map((line) => line.split('|').map((cell) => cell.trim()));

const percentOf = (cell: string): number => Number(cell.replace(/[±% ]/g, ''));

describe('the committed coverage report', () => {
  it('rests on the books of today; else run `npm run coverage-report`', () => {
    expect(page).toContain(stampLine());
  });

  it('holds the truth in 93 to 97 % of at least 1,000 lots a stream', () => {
    const all = rows('all, from frames alone');
    expect(all).toHaveLength(WORLDS.length);
    for (const [, , lots, held] of all) {
      expect(Number(lots!.replace(',', ''))).toBeGreaterThanOrEqual(1_000);
      expect(percentOf(held!)).toBeGreaterThanOrEqual(93);
      expect(percentOf(held!)).toBeLessThanOrEqual(97);
    }
  });

  it('does so for recovery and unaccounted mass', () => {
    for (const { stream } of RUN_WORLDS) {
      const cells = rows(`${stream} `).at(-1)!.slice(3, 6);
      for (const cell of cells) {
        expect(percentOf(cell)).toBeGreaterThanOrEqual(93);
        expect(percentOf(cell)).toBeLessThanOrEqual(97);
      }
    }
  });

  it('shows a sensor that is 10 % off: not under its bias before an assay, under it after', () => {
    for (const pieces of ['1,000', '4,000', '16,000', '64,000']) {
      expect(percentOf(rows(`${pieces} `)[0]![2]!)).toBeGreaterThan(10);
    }
    expect(percentOf(rows('0 ')[0]![2]!)).toBeGreaterThan(10);
    expect(percentOf(rows('1 ')[0]![2]!)).toBeLessThan(10);
  });
});

const QUICK: Effort = { lots: 60, pieces: 1_500, runs: 400, scales: 60, tickets: 1 };

describe('a quick run of the same', () => {
  it.each(WORLDS)('holds most truths of $stream', (world) => {
    const { held, lots } = totalOf(coverLots(world, QUICK, 99));
    // Of 60 lots at 95 % fewer than 50 happens once in ten thousand times.
    expect(held).toBeGreaterThanOrEqual(50);
    expect(lots).toBe(60);
  });

  it.each(RUN_WORLDS)('holds most recoveries and unaccounted masses of $stream', (world) => {
    const { recovery, unaccounted, twoProduct } = coverRuns(world, QUICK.runs, new Random(99));
    for (const held of [recovery, unaccounted, twoProduct]) {
      expect(held / QUICK.runs).toBeGreaterThan(0.91);
      expect(held / QUICK.runs).toBeLessThan(0.985);
    }
  });

  it('finds a scale that is 1 % off within six tickets', () => {
    const random = new Random(99);
    for (let scale = 0; scale < QUICK.scales; scale++) {
      expect(ticketsToAlarm(10_000, 50, random)).toBeLessThanOrEqual(6);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { FigureLine, sumOfMetric } from './figures.js';

const TEXT = `# HELP pieces_total pieces of all
# TYPE pieces_total counter
pieces_total{site="a b",class="x"} 3
pieces_total{site="b"} 4 1700000000000
pieces_total_more 100
plain 7
plain_gauge{a="}"} 1.5e3
`;

describe('sumOfMetric', () => {
  it.each([
    ['pieces_total', 7],
    ['plain', 7],
    ['plain_gauge', 1500],
    ['absent', undefined],
  ])('adds up the samples of %s alone', (metric, sum) => {
    expect(sumOfMetric(TEXT, metric)).toBe(sum);
  });
});

describe('FigureLine', () => {
  it('shows what is known and a hyphen for what is not', () => {
    const line = new FigureLine();
    expect(line.next({}, 0)).toBe('pieces - (-/s)  - t/h  log -  lag -');
    line.next({ pieces: 1_000, massGrams: 0 }, 1_000);
    expect(
      line.next({ pieces: 3_000, massGrams: 2_000_000, logEntries: 12, lagRecords: 0 }, 3_000),
    ).toBe('pieces 3,000 (1,000/s)  3600.0 t/h  log 12  lag 0');
  });

  it('forgets what is older than ten seconds', () => {
    const line = new FigureLine();
    line.next({ pieces: 0 }, 0);
    line.next({ pieces: 50_000 }, 5_000);
    expect(line.next({ pieces: 50_100 }, 15_000)).toContain('(10/s)');
  });
});

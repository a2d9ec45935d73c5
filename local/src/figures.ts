import type { ServiceName } from './services.js';

/** What the line at the end of `npm start` shows. Undefined while nobody can say. */
export interface Figures {
  pieces?: number;
  massGrams?: number;
  logEntries?: number;
  lagRecords?: number;
}

/** Which service's metric says it; the samples of all labels are added up. */
const SOURCES: Record<keyof Figures, { service: ServiceName; metric: string }> = {
  pieces: { service: 'metrics', metric: 'urbanmine_pieces_total' },
  // Of the flow: the booked totals hold the same material once a book.
  massGrams: { service: 'metrics', metric: 'urbanmine_flow_mass_grams_total' },
  logEntries: { service: 'api', metric: 'urbanmine_log_size_entries' },
  lagRecords: { service: 'ledger', metric: 'urbanmine_kafka_lag_records' },
};

/** Sum over the samples of one metric in Prometheus' text format; undefined when it has none. */
export function sumOfMetric(text: string, metric: string): number | undefined {
  let sum: number | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith(metric)) continue;
    const next = line[metric.length];
    if (next !== '{' && next !== ' ') continue;
    const value = Number(
      line
        .slice(line.lastIndexOf('}') + 1)
        .trim()
        .split(' ')
        .at(next === '{' ? 0 : 1),
    );
    if (!Number.isNaN(value)) sum = (sum ?? 0) + value;
  }
  return sum;
}

/** Reads the figures from the services' /metrics; a service that does not answer leaves its own out. */
export async function readFigures(urlOf: (service: ServiceName) => string): Promise<Figures> {
  const services = [...new Set(Object.values(SOURCES).map(({ service }) => service))];
  const texts = new Map<ServiceName, string>();
  await Promise.all(
    services.map(async (service) => {
      const text = await fetch(`${urlOf(service)}/metrics`, {
        signal: AbortSignal.timeout(800),
      }).then(
        (response) => (response.ok ? response.text() : ''),
        () => '',
      );
      texts.set(service, text);
    }),
  );
  const figures: Figures = {};
  for (const [name, { service, metric }] of Object.entries(SOURCES)) {
    const value = sumOfMetric(texts.get(service) ?? '', metric);
    if (value !== undefined) figures[name as keyof Figures] = value;
  }
  return figures;
}

interface Reading {
  atMs: number;
  figures: Figures;
}

const WINDOW_MS = 10_000;

/** Rates over the last ten seconds. */
export class FigureLine {
  private readings: Reading[] = [];

  /** Takes a reading and gives the line to show. */
  next(figures: Figures, atMs: number): string {
    this.readings.push({ atMs, figures });
    this.readings = this.readings.filter((reading) => reading.atMs > atMs - WINDOW_MS - 500);
    const grams = this.perSecond('massGrams');
    const parts = [
      `pieces ${count(figures.pieces)} (${count(this.perSecond('pieces'))}/s)`,
      `${grams === undefined ? '-' : ((grams * 3_600) / 1e6).toFixed(1)} t/h`,
      `log ${count(figures.logEntries)}`,
      `lag ${count(figures.lagRecords)}`,
    ];
    return parts.join('  ');
  }

  private perSecond(name: keyof Figures): number | undefined {
    const known = this.readings.filter(({ figures }) => figures[name] !== undefined);
    const [first, last] = [known[0], known.at(-1)];
    if (!first || !last || last.atMs === first.atMs) return undefined;
    const grown = (last.figures[name] ?? 0) - (first.figures[name] ?? 0);
    return Math.max(0, (grown * 1_000) / (last.atMs - first.atMs));
  }
}

function count(value: number | undefined): string {
  return value === undefined ? '-' : Math.round(value).toLocaleString('en-US');
}

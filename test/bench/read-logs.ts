import { type EventEnvelope, EVENTS } from '#contracts';
import { CompletenessCheck, walkLog } from '../log-walk.js';

export interface LogFigures {
  readonly entries: number;
  readonly pieces: number;
  readonly piecesInWindow: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly problems: readonly string[];
}

interface Window {
  /** Tree sizes of each site at the begin and end of the measurement. */
  readonly from: ReadonlyMap<string, number>;
  readonly to: ReadonlyMap<string, number>;
}

interface Signed {
  readonly size: number;
  readonly atMs: number;
}

/** Walks every site's log as a stranger would, and takes the figures from what stands in it. */
export async function readLogs(apiUrl: string, window: Window): Promise<LogFigures> {
  const problems: string[] = [];
  const latencies: number[] = [];
  let entries = 0;
  let pieces = 0;
  let piecesInWindow = 0;
  for (const [siteId, to] of window.to) {
    const from = window.from.get(siteId) ?? 0;
    const signed = await checkpointsOf(apiUrl, siteId);
    const check = new CompletenessCheck();
    let at = 0;
    const log = await walkLog(apiUrl, siteId, (entry, index) => {
      check.visit(entry);
      if (entry.attributes.type !== EVENTS.piecesClassified.type) return;
      const scanned = piecesOf(entry);
      pieces += scanned;
      if (index < from || index >= to) return;
      piecesInWindow += scanned;
      while ((signed[at]?.size ?? Infinity) <= index) at++;
      const covering = signed[at];
      if (covering !== undefined) {
        latencies.push(covering.atMs - Date.parse(entry.attributes.time));
      }
    });
    entries += log.size;
    problems.push(...check.problems());
  }
  return { entries, pieces, piecesInWindow, latencyMs: percentiles(latencies), problems };
}

/** Pieces of a frame, counted without parsing it: cells of its first column. */
function piecesOf({ data }: EventEnvelope): number {
  const start = data.indexOf('"massMg":[');
  const end = data.indexOf(']', start);
  let cells = 1;
  for (let at = start; at < end; at++) if (data[at] === 0x2c) cells++;
  return cells;
}

async function checkpointsOf(apiUrl: string, siteId: string): Promise<Signed[]> {
  const all: Signed[] = [];
  let next: string | null = null;
  do {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const response = await fetch(`${apiUrl}/log/${siteId}/checkpoints?limit=200${cursor}`);
    if (!response.ok) throw new Error(`checkpoints of ${siteId}: ${response.status}`);
    const page = (await response.json()) as {
      items: { size: number; signedAt: string }[];
      next: string | null;
    };
    for (const { size, signedAt } of page.items) all.push({ size, atMs: Date.parse(signedAt) });
    next = page.next;
  } while (next !== null);
  return all.sort((a, b) => a.size - b.size);
}

function percentiles(values: number[]): LogFigures['latencyMs'] {
  values.sort((a, b) => a - b);
  const at = (share: number): number =>
    values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

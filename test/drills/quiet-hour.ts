import { setTimeout as sleep } from 'node:timers/promises';
import { MATERIAL_STREAMS } from '#contracts';
import { type Page, fromApi } from '../line-reading.js';
import { enter } from '../office-day.js';
import { query } from '../prometheus-reading.js';
import type { RunningLine } from '../running-line.js';
import type { Tell } from './drill-case.js';
import { withWatchedLine } from './watched-line.js';

/** A sensor line at full speed sees so many pieces in an hour: 200 a second. */
const PIECES_AN_HOUR = 720_000;
/** Longest that a hazard waits for somebody at the desk; its alert waits 5 minutes. */
const DESK_EVERY_MS = 2_000;

export interface QuietOptions {
  readonly minutes: number;
  /** Pieces a second. */
  readonly rate: number;
}

/**
 * The plant of all streams goes on undisturbed under the rules as they are, with somebody at the desk
 * who acknowledges what is found. Throws when any alert of any severity fired or waited to.
 */
export async function runQuiet(
  root: string,
  { minutes, rate }: QuietOptions,
  tell: Tell,
): Promise<void> {
  tell(`quiet: starting a line of its own, ${rate} pieces a second`);
  const options = { rate, streams: MATERIAL_STREAMS, hurry: [] };
  await withWatchedLine(root, options, async ({ line, prometheusUrl: url }) => {
    const begun = Date.now();
    const end = begun + minutes * 60_000;
    const desk = new Desk(line);
    while (Date.now() < end) {
      await sleep(Math.min(DESK_EVERY_MS, Math.max(0, end - Date.now())));
      await desk.acknowledge();
    }
    const seconds = Math.ceil((Date.now() - begun) / 1_000);
    const pieces = Math.round(await sumOf(url, `sum(urbanmine_pieces_total)`));
    const runs = await sumOf(url, 'sum(urbanmine_runs_balanced_total)');
    const hours = (pieces / PIECES_AN_HOUR).toFixed(2);
    tell(
      `${pieces} pieces in ${seconds} s, what a line of 200 a second sees in ${hours} h; ` +
        `${runs} runs balanced, ${desk.acknowledged} hazards acknowledged`,
    );
    const loud = await query(url, `count_over_time(ALERTS[${seconds}s])`);
    const found = loud.map(({ metric }) => JSON.stringify(metric));
    if (found.length > 0) throw new Error(`alerts of a quiet plant:\n${found.join('\n')}`);
    tell('quiet: no alert fired, and none was about to');
  });
}

const sumOf = async (url: string, expr: string): Promise<number> =>
  Number((await query(url, expr))[0]?.value[1] ?? 0);

const HAZARDS: ReadonlySet<string> = new Set(['hazard-found', 'radiation-alarm']);

/** Somebody who sees to every hazard. */
class Desk {
  private readonly done = new Set<string>();

  constructor(private readonly line: RunningLine) {}

  get acknowledged(): number {
    return this.done.size;
  }

  async acknowledge(): Promise<void> {
    const { items } = await fromApi<Page<{ exceptionId: string; code: string }>>(
      this.line,
      '/v1/exceptions?site=north&open=true&limit=200',
    );
    for (const { exceptionId, code } of items) {
      if (!HAZARDS.has(code) || this.done.has(exceptionId)) continue;
      this.done.add(exceptionId);
      await enter(this.line, 'exception.acknowledged', { exceptionId }, `quiet-${exceptionId}`);
    }
  }
}

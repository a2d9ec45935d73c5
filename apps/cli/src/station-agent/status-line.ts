import cliProgress from 'cli-progress';
import type { AgentStats } from './agent.js';

const EVERY_MS = 10_000;
const BAR_EVERY_MS = 500;

const describe = (stats: AgentStats): string =>
  `${stats.source}: ${stats.taken} taken, ${stats.refused} refused, ` +
  `${stats.acknowledged} acknowledged, ${stats.voided} voided, ${stats.kept} not yet in the ledger`;

/** Tells a person or a program how the agent does; a problem that lasts is told now and then. */
export class StatusLine {
  #bar: cliProgress.SingleBar | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #toldAtMs = new Map<string, number>();

  constructor(
    private readonly isJson: boolean,
    private readonly quietMs: number,
  ) {}

  problem(why: string): void {
    const now = performance.now();
    // Numbers in a message change while the problem is the same.
    const what = why.replaceAll(/\d+/g, '#').slice(0, 80);
    if (now - (this.#toldAtMs.get(what) ?? -Infinity) < this.quietMs) return;
    if (this.#toldAtMs.size > 1_000) this.#toldAtMs.clear();
    this.#toldAtMs.set(what, now);
    console.error(`urbanmine: ${why}`);
  }

  start(stats: () => AgentStats): void {
    if (process.stderr.isTTY && !this.isJson) {
      this.#bar = new cliProgress.SingleBar({
        stream: process.stderr,
        format: 'spool {bar} {percentage}% | {taken} taken | {acknowledged} sent | {kept} kept',
      });
      this.#bar.start(stats().spoolBytes, 0, { ...stats() });
      this.#timer = setInterval(() => {
        this.#bar?.update(stats().keptBytes, { ...stats() });
      }, BAR_EVERY_MS);
      return;
    }
    this.#timer = setInterval(() => {
      if (this.isJson) console.log(JSON.stringify(stats()));
      else console.error(describe(stats()));
    }, EVERY_MS);
  }

  end(stats: AgentStats): void {
    clearInterval(this.#timer);
    this.#bar?.stop();
    console.log(this.isJson ? JSON.stringify(stats) : describe(stats));
  }
}

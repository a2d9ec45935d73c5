import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type Exit, logFile, logTail, startChild } from './child.js';
import type { ServiceSpec } from './services.js';
import { StackError } from './stack-error.js';

/** A broken invariant (sysexits EX_SOFTWARE): what is wrong is in the data, and a restart meets it again. */
const EXIT_INVARIANT = 70;

export interface SupervisorOptions {
  dataDir: string;
  /** Something that the person at the terminal should know. */
  onNotice: (text: string) => void;
  /** First pause before a restart; doubles up to 10 s while the process keeps ending within 30 s. Default 500. */
  backOffMs?: number;
  /** How long a service may take to stop before SIGKILL. Default 25,000, above a service's own deadline. */
  stopTimeoutMs?: number;
}

interface Supervised {
  spec: ServiceSpec;
  child: Child;
  /** Resolves when it is ended for good. */
  done: Promise<void>;
  cancel: AbortController;
}

const LONGEST_PAUSE_MS = 10_000;
const STEADY_MS = 30_000;

/** Runs our processes, each with a log file and a record for the next run, and starts again what dies. */
export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly running = new Map<string, Supervised>();

  constructor(options: SupervisorOptions) {
    this.options = options;
  }

  start(spec: ServiceSpec): void {
    const cancel = new AbortController();
    const supervised: Supervised = {
      spec,
      cancel,
      child: this.launch(spec),
      done: Promise.resolve(),
    };
    this.running.set(spec.name, supervised);
    supervised.done = this.keepRunning(supervised);
  }

  pid(name: string): number | undefined {
    const child = this.running.get(name)?.child;
    return child?.running() ? child.pid : undefined;
  }

  /**
   * Resolves when the service answers 200 on /readyz; at once when it serves nothing. Errors: StackError with the end of
   * its log after `timeoutMs`, or when `interrupted`.
   */
  async ready(name: string, timeoutMs: number, interrupted: AbortSignal): Promise<void> {
    const url = this.running.get(name)?.spec.url;
    if (!url) return;
    const deadline = Date.now() + timeoutMs;
    let answer = 'no answer';
    while (Date.now() < deadline && !interrupted.aborted) {
      try {
        const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
        if (response.ok) return;
        answer = await response.text();
      } catch {
        // Not listening yet.
        answer = 'no answer';
      }
      await sleep(100);
    }
    const log = logTail(this.options.dataDir, name);
    throw new StackError(
      `${name} was not ready within ${timeoutMs / 1_000} s (${answer}). The end of its log says:\n${log}`,
    );
  }

  /** Numbers of all processes that run now, by name. */
  pids(): Map<string, number> {
    return new Map(
      [...this.running.values()]
        .filter(({ child }) => child.running())
        .map(({ spec, child }) => [spec.name, child.pid]),
    );
  }

  /** Stops the named ones one after the other, then whatever else runs. */
  async stop(order: readonly string[]): Promise<void> {
    for (const name of [...order, ...this.running.keys()]) await this.stopOne(name);
  }

  /** Does nothing when no such process runs. */
  async stopOne(name: string): Promise<void> {
    const supervised = this.running.get(name);
    if (!supervised) return;
    supervised.cancel.abort();
    await supervised.child.end('SIGTERM', this.options.stopTimeoutMs ?? 25_000);
    await supervised.done;
    this.running.delete(name);
  }

  private launch(spec: ServiceSpec): Child {
    if (spec.env.DATA_DIR) mkdirSync(spec.env.DATA_DIR, { recursive: true });
    return startChild({
      name: spec.name,
      dataDir: this.options.dataDir,
      command: process.execPath,
      args: ['--enable-source-maps', spec.entry],
      mark: spec.entry,
      env: { ...process.env, ...spec.env },
    });
  }

  private async keepRunning(supervised: Supervised): Promise<void> {
    const { spec, cancel } = supervised;
    const first = this.options.backOffMs ?? 500;
    let pause = first;
    for (;;) {
      const since = Date.now();
      const exit = await supervised.child.exited;
      if (cancel.signal.aborted) return;
      if (exit.code === EXIT_INVARIANT) {
        this.notice(spec, exit, 'It found an invariant broken and stays down');
        return;
      }
      if (Date.now() - since > STEADY_MS) pause = first;
      this.notice(spec, exit, `Starting it again in ${pause / 1_000} s`);
      const woken = await sleep(pause, true, { signal: cancel.signal }).catch(() => false);
      if (!woken) return;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      supervised.child = this.launch(spec);
    }
  }

  private notice(spec: ServiceSpec, exit: Exit, then: string): void {
    const how = exit.signal ? `by ${exit.signal}` : `with code ${exit.code ?? '?'}`;
    const log = logFile(this.options.dataDir, spec.name);
    this.options.onNotice(`${spec.name} ended ${how}. ${then}; see ${log}`);
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const mainOf = (app: string): string =>
  join(import.meta.dirname, `../../../dist/apps/${app}/src/main.js`);

interface LogLine {
  readonly msg?: string;
  readonly port?: number;
  readonly err?: { readonly message?: string };
}

/** A ledger, or what stands before it, in a process of its own, run from `dist/`, as anywhere. */
export class LedgerProcess {
  readonly exited: Promise<NodeJS.Signals | number | null>;
  readonly lines: LogLine[] = [];
  private readonly child: ChildProcess;
  private port = 0;
  private hasExited = false;

  constructor(
    env: Readonly<Record<string, string>>,
    app: 'ledger' | 'gateway' | 'classifier' = 'ledger',
  ) {
    const main = mainOf(app);
    if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build first`);
    this.child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.hasExited = true;
        resolve(signal ?? code);
      });
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const parsed = JSON.parse(line) as LogLine;
      this.lines.push(parsed);
      if (parsed.msg === 'started' && parsed.port !== undefined) this.port = parsed.port;
    });
  }

  /** Undefined while nobody answers. */
  get url(): string | undefined {
    return this.port === 0 ? undefined : `http://127.0.0.1:${this.port}`;
  }

  /** The answer of `/readyz`, or undefined while nobody answers. */
  async readiness(): Promise<{ ready: boolean; text: string } | undefined> {
    if (this.port === 0 && !this.hasExited) return undefined;
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}/readyz`);
      return { ready: response.ok, text: await response.text() };
    } catch (cause) {
      // Its connection ends a moment before it does.
      await this.exited;
      throw new Error(`the ledger has ended: ${this.lastWords()}`, { cause });
    }
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
  }

  private lastWords(): string {
    return this.lines
      .slice(-3)
      .map(({ msg, err }) => `${msg ?? ''} ${err?.message ?? ''}`)
      .join('; ');
  }

  /** Ends it as an operator does; resolves with the exit code. */
  async stop(): Promise<NodeJS.Signals | number | null> {
    this.child.kill('SIGTERM');
    return this.exited;
  }

  /** Freezes it, as a machine that is suspended does, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** For the end of a spec that failed. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}

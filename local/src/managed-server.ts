import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type Exit, logTail } from './child.js';
import { PortTakenError, StackError } from './stack-error.js';

/** What the caller of a stack may do with one of its servers. */
export interface ServerControl {
  /** Undefined while it is down, and always for a server that the stack did not start. */
  readonly pid: number | undefined;
  /** SIGKILL; resolves when the process is gone. */
  kill9(): Promise<void>;
  /** Stops it if it runs, starts it on the same data and ports; resolves when it answers. */
  restart(): Promise<void>;
  /** Called when the process ends without having been told to. At most one listener. */
  onUnexpectedExit(listener: (exit: Exit) => void): void;
}

/** How one kind of server is started, asked and stopped. */
export interface ServerRecipe {
  name: string;
  dataDir: string;
  launch(): Child;
  /** One try to talk to it; false or a rejection means not yet. */
  probe(): Promise<boolean>;
  readyTimeoutMs: number;
  stopSignal: NodeJS.Signals;
  stopTimeoutMs: number;
  /** Whether an early exit with this end of the log is worth another try within `readyTimeoutMs`. */
  passing?(log: string): boolean;
  /** After a clean stop. */
  stopped?(): void;
}

export class ManagedServer implements ServerControl {
  private child: Child | undefined;
  private expected = true;
  private listener: ((exit: Exit) => void) | undefined;
  private readonly recipe: ServerRecipe;

  constructor(recipe: ServerRecipe) {
    this.recipe = recipe;
  }

  get pid(): number | undefined {
    return this.child?.running() ? this.child.pid : undefined;
  }

  onUnexpectedExit(listener: (exit: Exit) => void): void {
    this.listener = listener;
  }

  /** Starts it and waits until it answers. Errors: StackError with the end of its log. */
  async start(): Promise<void> {
    const { recipe } = this;
    const deadline = Date.now() + recipe.readyTimeoutMs;
    for (;;) {
      const child = recipe.launch();
      this.child = child;
      if (await this.answers(child, deadline)) {
        this.watch(child);
        return;
      }
      const log = logTail(recipe.dataDir, recipe.name);
      const again = !child.running() && Date.now() < deadline && recipe.passing?.(log) === true;
      await child.end('SIGKILL', 0);
      if (!again) {
        const message = `${recipe.name} did not start. The end of its log says:\n${log}`;
        const taken = /address already in use|could not bind/i.test(log.slice(-1_500));
        throw taken ? new PortTakenError(message) : new StackError(message);
      }
      await sleep(200);
    }
  }

  async stop(): Promise<void> {
    this.expected = true;
    await this.child?.end(this.recipe.stopSignal, this.recipe.stopTimeoutMs);
    this.recipe.stopped?.();
  }

  async kill9(): Promise<void> {
    this.expected = true;
    await this.child?.end('SIGKILL', 0);
  }

  async restart(): Promise<void> {
    if (this.child?.running()) await this.stop();
    await this.start();
  }

  private async answers(child: Child, deadline: number): Promise<boolean> {
    while (child.running() && Date.now() < deadline) {
      if (await this.recipe.probe().catch(() => false)) return child.running();
      await sleep(20);
    }
    return false;
  }

  private watch(child: Child): void {
    this.expected = false;
    void child.exited.then((exit) => {
      if (this.child === child && !this.expected) this.listener?.(exit);
    });
  }
}

/** Stands for a server that somebody else runs. */
export function foreignServer(name: string): ServerControl {
  const refuse = (): Promise<never> =>
    Promise.reject(new StackError(`${name} was not started by this stack`));
  return { pid: undefined, kill9: refuse, restart: refuse, onUnexpectedExit: () => undefined };
}

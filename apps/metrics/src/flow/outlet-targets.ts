/** Runs that are remembered; the one that began longest ago is forgotten first. */
const KEPT_MAX = 10_000;

export interface OutletTarget {
  readonly outlet: number;
  readonly targetClass: string;
}

/** What each outlet behind a sensor is meant for, in the newest run that the sensor has seen of. */
export class OutletTargets {
  private readonly begun = new Map<string, readonly OutletTarget[]>();
  private readonly current = new Map<string, string>();

  constructor(private readonly keptMax = KEPT_MAX) {}

  runStarted(runId: string, outlets: readonly OutletTarget[]): void {
    this.begun.delete(runId);
    this.begun.set(runId, outlets);
    if (this.begun.size > this.keptMax) this.begun.delete(this.begun.keys().next().value!);
  }

  /**
   * A sensor has seen a frame of a run. Gives what its outlets are meant for now, none of a run that
   * this process did not see begin; undefined when that is what they were meant for before.
   */
  frameSeen(source: string, runId: string): readonly OutletTarget[] | undefined {
    if (this.current.get(source) === runId) return undefined;
    this.current.set(source, runId);
    return this.begun.get(runId) ?? [];
  }
}

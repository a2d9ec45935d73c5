import { EXCEPTION_CODES, type TotalStateValue, type TypedData, siteOf } from '#contracts';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { FrameTally } from './flow/frame-tally.js';
import type { OutletTarget } from './flow/outlet-targets.js';
import { registerSorterGauges } from './flow/sorter-gauges.js';
import { type NewestTotals, grams } from './totals/newest-totals.js';

/** Most of all series are these: pieces are counted by station alone. */
const FLOW = ['site', 'station', 'class', 'outlet'] as const;
const STATION = ['site', 'station'] as const;
const SITE = ['site'] as const;
const GRADED = ['site', 'verdict'] as const;
const RAISED = ['site', 'code'] as const;
const VERDICTS = ['accepted', 'rejected', 'undecided'] as const;
const TOTAL = ['site', 'stream', 'class'] as const;
const BOOKED = ['site', 'stream', 'class', 'book'] as const;

/** What passes through the classified stream. */
interface FlowCounters {
  readonly frames: Counter<(typeof STATION)[number]>;
  readonly pieces: Counter<(typeof STATION)[number]>;
  readonly unresolved: Counter<(typeof STATION)[number]>;
  readonly confidence: Counter<(typeof STATION)[number]>;
  readonly mass: Counter<(typeof FLOW)[number]>;
  readonly feed: Counter<(typeof STATION)[number]>;
}

interface TotalCounters {
  readonly pieces: Counter<(typeof TOTAL)[number]>;
  readonly debits: Counter<(typeof BOOKED)[number]>;
  readonly credits: Counter<(typeof BOOKED)[number]>;
}

/**
 * Every metric of this process. `urbanmine_flow_*`, `urbanmine_frames_total`, feed, exceptions and
 * gaps count what this process saw: use their rates, summed over replicas. `urbanmine_pieces_total`
 * and `urbanmine_mass_*` are business totals, the same in every replica: take `max by`.
 */
export class PipelineMetrics {
  private readonly flow: FlowCounters;
  private readonly exceptions: Counter<'site' | 'code'>;
  private readonly gaps: Counter<'site'>;
  private readonly gapsFilled: Counter<'site'>;
  private readonly runsBalanced: Counter<'site'>;
  private readonly unaccounted: Gauge<'site'>;
  private readonly unaccountedUncertainty: Gauge<'site'>;
  private readonly graded: Counter<'site' | 'verdict'>;
  private readonly calibrated: Gauge<(typeof STATION)[number]>;
  private readonly calibrationValid: Gauge<(typeof STATION)[number]>;
  private readonly outletTarget: Gauge<(typeof FLOW)[number]>;
  private readonly targeted = new Map<string, readonly Record<(typeof FLOW)[number], string>[]>();
  private readonly knownSites = new Set<string>();

  constructor(
    private readonly registry: Registry,
    totals: NewestTotals,
  ) {
    this.flow = this.flowCounters();
    this.exceptions = this.counter(
      'urbanmine_exceptions_total',
      'Exceptions raised by the ledger',
      RAISED,
    );
    this.gaps = this.counter('urbanmine_gaps_total', 'Gaps declared by the ledger', SITE);
    this.gapsFilled = this.counter('urbanmine_gaps_filled_total', 'Late fills of gaps', SITE);
    this.runsBalanced = this.counter('urbanmine_runs_balanced_total', 'Run balances struck', SITE);
    this.graded = this.counter(
      'urbanmine_lots_graded_total',
      'Gradings of lots by verdict',
      GRADED,
    );
    this.unaccounted = this.gauge(
      'urbanmine_run_unaccounted_grams',
      'What the newest run balance leaves over, signed; positive = missing',
      SITE,
    );
    this.unaccountedUncertainty = this.gauge(
      'urbanmine_run_unaccounted_uncertainty_grams',
      'Standard uncertainty of the newest run balance',
      SITE,
    );
    this.calibrated = this.gauge(
      'urbanmine_station_calibration_timestamp_seconds',
      'Unix time of the newest calibration of a sensor that passed since this process started',
      STATION,
    );
    this.calibrationValid = this.gauge(
      'urbanmine_station_calibration_valid_until_timestamp_seconds',
      'Unix time until which that calibration is valid',
      STATION,
    );
    this.outletTarget = this.gauge(
      'urbanmine_outlet_target',
      '1 for the class that an outlet is meant for, in the newest run that the sensor saw begin',
      FLOW,
    );
    registerSorterGauges(registry);
    this.setFromTotals(totals);
  }

  /** One touch a series and batch. */
  observeFrames(tally: FrameTally): void {
    for (const { site, station, frames, pieces, ...sums } of tally.stationSums) {
      this.flow.frames.inc({ site, station }, frames);
      this.flow.pieces.inc({ site, station }, pieces);
      this.flow.unresolved.inc({ site, station }, sums.unresolved);
      this.flow.confidence.inc({ site, station }, sums.confidencePpm / 1_000_000);
    }
    for (const { site, station, class: pieceClass, outlet, massMg } of tally.flowSums) {
      this.flow.mass.inc(
        { site, station, class: pieceClass, outlet: String(outlet) },
        grams(massMg),
      );
    }
  }

  /** What the outlets behind a sensor are meant for from now on; `source` is `<site>.<station>`. */
  observeTargets(source: string, targets: readonly OutletTarget[]): void {
    const site = siteOf(source);
    const station = source.slice(site.length + 1);
    for (const labels of this.targeted.get(source) ?? []) this.outletTarget.remove(labels);
    const meant = targets.map(({ outlet, targetClass }) => ({
      ...{ site, station },
      ...{ class: targetClass, outlet: String(outlet) },
    }));
    this.targeted.set(source, meant);
    for (const labels of meant) {
      this.outletTarget.set(labels, 1);
      // An outlet that gets nothing of what it is meant for has a purity, too.
      this.flow.mass.inc(labels, 0);
    }
  }

  /** `source` is `<site>.<station>`. */
  observeFeed(source: string, massMg: number): void {
    const site = siteOf(source);
    this.flow.feed.inc({ site, station: source.slice(site.length + 1) }, grams(massMg));
  }

  /** `source` is the station whose sensor it is; times as Unix ms. */
  observeCalibration(source: string, calibratedMs: number, validUntilMs: number): void {
    const site = siteOf(source);
    const labels = { site, station: source.slice(site.length + 1) };
    this.calibrated.set(labels, calibratedMs / 1_000);
    this.calibrationValid.set(labels, validUntilMs / 1_000);
  }

  observeFact(site: string, fact: TypedData): void {
    this.openSite(site);
    if (fact.key === 'exceptionRaised') this.exceptions.inc({ site, code: fact.data.code });
    if (fact.key === 'gapDeclared') this.gaps.inc({ site });
    if (fact.key === 'gapFilled') this.gapsFilled.inc({ site });
    if (fact.key === 'lotGraded') this.graded.inc({ site, verdict: fact.data.verdict });
    if (fact.key === 'runBalanced') {
      this.runsBalanced.inc({ site });
      this.unaccounted.set({ site }, grams(fact.data.unaccountedMg));
      this.unaccountedUncertainty.set({ site }, grams(fact.data.unaccountedUncertaintyMg));
    }
  }

  /** A series that appears with its first event has no increase at that event. */
  openSite(site: string): void {
    if (this.knownSites.has(site)) return;
    this.knownSites.add(site);
    for (const counter of [this.gaps, this.gapsFilled, this.runsBalanced]) counter.inc({ site }, 0);
    for (const verdict of VERDICTS) this.graded.inc({ site, verdict }, 0);
    for (const code of EXCEPTION_CODES) this.exceptions.inc({ site, code }, 0);
  }

  /**
   * Counters whose value is set: a total goes on where it was after a restart of this process. Only
   * what has changed is set, at the next scrape, and anew: added up it would not be exact.
   */
  private setFromTotals(totals: NewestTotals): void {
    const { registry } = this;
    const collect = (): void => {
      for (const { total, gone } of totals.takeChanged()) this.setTotal(counters, total, gone);
    };
    const define = <Label extends string>(
      name: string,
      help: string,
      labelNames: readonly Label[],
    ): Counter<Label> => new Counter({ name, help, labelNames, registers: [registry], collect });
    const counters = {
      pieces: define(
        'urbanmine_pieces_total',
        'Pieces booked by the ledger, from totals.v1',
        TOTAL,
      ),
      debits: define(
        'urbanmine_mass_grams_total',
        'Gross debits of lots by book, from totals.v1',
        BOOKED,
      ),
      credits: define(
        'urbanmine_mass_out_grams_total',
        'Gross credits of lots by book, from totals.v1',
        BOOKED,
      ),
    };
  }

  private setTotal(counters: TotalCounters, total: TotalStateValue, gone: boolean): void {
    const { siteId: site, stream, class: materialClass, pieces, weighed, estimated } = total;
    const labels = { site, stream, class: materialClass };
    const set = <Label extends string>(
      counter: Counter<Label>,
      of: Record<Label, string>,
      value: number,
    ): void => {
      counter.remove(of);
      if (!gone) counter.inc(of, value);
    };
    this.openSite(site);
    set(counters.pieces, labels, Number(pieces));
    for (const [book, { debitsMg, creditsMg }] of [
      ['W', weighed],
      ['E', estimated],
    ] as const) {
      set(counters.debits, { ...labels, book }, grams(debitsMg));
      set(counters.credits, { ...labels, book }, grams(creditsMg));
    }
  }

  private flowCounters(): FlowCounters {
    return {
      frames: this.counter('urbanmine_frames_total', 'Classified frames seen', STATION),
      pieces: this.counter('urbanmine_flow_pieces_total', 'Pieces seen in frames', STATION),
      unresolved: this.counter(
        'urbanmine_flow_unresolved_pieces_total',
        'Of these pieces those that were given no class',
        STATION,
      ),
      mass: this.counter(
        'urbanmine_flow_mass_grams_total',
        'Estimated mass of the pieces seen in frames',
        FLOW,
      ),
      confidence: this.counter(
        'urbanmine_flow_confidence_total',
        'Sum of the posterior probabilities (0 to 1) of the classes given; over pieces: their mean',
        STATION,
      ),
      feed: this.counter('urbanmine_feed_mass_grams_total', 'Mass fed to runs', STATION),
    };
  }

  private counter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Counter<Label> {
    return new Counter<Label>({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }

  private gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Gauge<Label> {
    return new Gauge<Label>({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }
}

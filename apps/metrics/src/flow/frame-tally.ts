import type { DataOf } from '#contracts';
import { UNRESOLVED } from '#materials';

/** What the frames of a batch come to, by class and outlet. */
export interface FlowSum {
  readonly site: string;
  readonly station: string;
  readonly class: string;
  readonly outlet: number;
  /** Pieces without a mass add nothing. */
  massMg: number;
}

export interface StationSum {
  readonly site: string;
  readonly station: string;
  frames: number;
  /** Sum of the posterior probabilities of the classes given, in ppm. */
  confidencePpm: number;
  pieces: number;
  /** Of these, the ones that were given no class. */
  unresolved: number;
}

/** Sums a batch column by column, so that a metric is touched once a batch and not once a piece. */
export class FrameTally {
  private readonly flows = new Map<string, FlowSum>();
  private readonly stations = new Map<string, StationSum>();

  /** `source` is `<site>.<station>`. */
  add(source: string, { scan, classification }: DataOf<'piecesClassified'>): void {
    const { massMg, outlet } = scan;
    const { classes, class: classOf, confidencePpm } = classification;
    const station = this.stationOf(source);
    station.frames += 1;
    station.pieces += classOf.length;
    const unresolved = classes.indexOf(UNRESOLVED);
    // Few of them make up a frame; a piece finds its own without a text of its own.
    const seen: FlowSum[] = [];
    for (let i = 0; i < classOf.length; i++) {
      const at = outlet[i]! * (classes.length + 1) + Math.min(classOf[i]!, classes.length);
      const sum = (seen[at] ??= this.flowOf(
        station,
        source,
        classes[classOf[i]!] ?? 'unknown',
        outlet[i]!,
      ));
      sum.massMg += massMg[i] ?? 0;
      if (classOf[i] === unresolved) station.unresolved += 1;
      station.confidencePpm += confidencePpm[i]!;
    }
  }

  get flowSums(): Iterable<FlowSum> {
    return this.flows.values();
  }

  get stationSums(): Iterable<StationSum> {
    return this.stations.values();
  }

  private stationOf(source: string): StationSum {
    let sum = this.stations.get(source);
    if (sum === undefined) {
      const at = source.indexOf('.');
      const [site, station] = [source.slice(0, at), source.slice(at + 1)];
      sum = { site, station, frames: 0, confidencePpm: 0, pieces: 0, unresolved: 0 };
      this.stations.set(source, sum);
    }
    return sum;
  }

  private flowOf(
    { site, station }: StationSum,
    source: string,
    pieceClass: string,
    outlet: number,
  ): FlowSum {
    const key = `${source} ${outlet} ${pieceClass}`;
    let sum = this.flows.get(key);
    if (sum === undefined) {
      sum = { site, station, class: pieceClass, outlet, massMg: 0 };
      this.flows.set(key, sum);
    }
    return sum;
  }
}

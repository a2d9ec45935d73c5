import type { DataOf, MaterialStream } from '#contracts';
import type { Random } from './random.js';
import type { ClassShares, RunState } from './run-state.js';
import type { Sensor } from './sensor.js';

interface Range {
  readonly low: number;
  readonly high: number;
}

interface Figure {
  readonly value: number;
}

/** Figures that every line needs; its data file says where each comes from. */
interface LineFigures {
  /** Water beyond what the material holds at rest, of the mass as it arrives. */
  readonly moisturePpm: Range;
  readonly dustPpm: Range;
  readonly containerMg: Figure;
  readonly firstLotPieces: Figure;
  readonly largestLotPieces: Figure;
  /** Electricity that the line takes; absent: it has no meter. */
  readonly lineWhPerKg?: Figure;
  /** Pieces for every piece of a steel line. */
  readonly rateWeight: Figure;
}

/** An outlet of a line and who takes what it gives. */
interface OutletPlan {
  readonly outlet: number;
  readonly targetClass: string;
  /** Of a book of the stream. */
  readonly targetGrade?: string;
  /** Why it is meant for no grade. */
  readonly ungraded?: string;
  /** What is in it is hazardous: set apart, and released by somebody else before it leaves. */
  readonly isHazardous?: boolean;
}

/** Fibres go into solution and are spun anew; the others are filtered off. */
interface Dissolution {
  readonly recipe: string;
  /** Those that dissolve. */
  readonly dissolves: readonly string[];
  /** The fibre that comes out, and the grade that it is meant for. */
  readonly fibre: string;
  readonly targetGrade: string;
}

interface Treatment {
  readonly operation: string;
  readonly recovers?: readonly Recovered[];
  /** How. */
  readonly process?: string;
}

interface Recovered {
  readonly element: string;
  /** Of what was in the load. */
  readonly low: number;
  readonly high: number;
}

/** The truth about what goes over a line, and what its people say of it. */
export interface World {
  readonly stream: MaterialStream;
  readonly recipe: string;
  readonly figures: LineFigures;
  /** Most pieces of a frame where fewer fit than a frame may have. */
  readonly framePiecesMax?: number;
  /** What truth is about: elements or fibres. */
  readonly analytes: readonly string[];
  /** Classes or components of the truth. */
  readonly classes: readonly string[];
  /** The first is the main product. */
  readonly outlets: readonly OutletPlan[];
  /** What was sorted apart stays so: the yard blends and piles up none of it. */
  readonly staysApart?: boolean;
  readonly floor: { readonly scaleId: string; readonly intervalMg: number };
  readonly delivery: {
    readonly declaredGrade: string;
    readonly ewc: string;
    readonly origin: string;
    /** Whether the gate takes the water off; else a laboratory says what drying took. */
    readonly isDriedByGate: boolean;
    /** Water that the material holds at rest, of the mass as it lies. */
    readonly restWaterPpm?: number;
  };
  readonly dust: string;
  /** What the laboratory does with the main product; absent: nobody takes a sample of it. */
  readonly assay?: { readonly method: string; readonly sampleMg: number };
  readonly buyers: {
    readonly product: string;
    readonly rest: string;
    readonly hazards: string;
    /** Takes what the yard's own process made. */
    readonly made?: string;
  };
  /** What the yard makes of the main product of some runs. */
  readonly dissolution?: Dissolution;
  /** What the buyers do with it, where the yard knows. */
  readonly treatments?: Readonly<Partial<Record<keyof World['buyers'], Treatment>>>;
  /** Grade that the main product has by its assay, ppm by analyte. */
  gradeOf(assay: Readonly<Record<string, number>>): string | undefined;
  drawShares(random: Random): ClassShares;
  drawMoisturePpm(random: Random): number;
  /** True mass of the next piece; MUST draw what `Eye.look` draws of `masses`. */
  drawMassMg(masses: Random): number;
  /** What stands at the line and sees its pieces. */
  openEye(given: EyeOptions): Eye;
}

export interface EyeOptions {
  readonly seed: string;
  readonly source: string;
  /** Source of the line that it stands at. */
  readonly line: string;
  readonly driftPerMillionPieces: number;
  readonly hasIncidents: boolean;
}

export type Sight =
  | { readonly key: 'piecesScanned'; readonly data: DataOf<'piecesScanned'> }
  | { readonly key: 'devicesDismantled'; readonly data: DataOf<'devicesDismantled'> };

/** Draws the next pieces of a run, sorts them, and says what is seen of them. */
export interface Eye {
  /** What a laboratory calibrates. Absent = a camera, or a person. */
  readonly sensor?: Sensor;
  look(run: RunState, masses: Random, frame: FrameAsked): Sight;
}

/** A window of a line: so many pieces within so many milliseconds. */
export interface FrameAsked {
  readonly pieces: number;
  readonly windowMs: number;
}

export function drawClass(random: Random, shares: ClassShares): number {
  const at = random.unit();
  for (let index = 0; index < shares.length; index++) if (at < shares[index]!) return index;
  return 0;
}

/** Shares that are each off by chance, summed up. */
export function sharesAbout(
  random: Random,
  means: readonly number[],
  deviation: number,
): ClassShares {
  const drawn = means.map((mean) => mean * Math.exp(deviation * random.normal()));
  const sum = drawn.reduce((total, share) => total + share, 0);
  let upTo = 0;
  return drawn.map((share) => (upTo += share / sum));
}

/** A log-normal mass, whole mg, of a gram at least. */
export const drawMass = (random: Random, medianMg: number, logDeviation: number): number =>
  Math.max(1_000, Math.round(medianMg * Math.exp(logDeviation * random.normal())));

interface SortingFigures {
  readonly sorterRecognises: Figure;
  readonly ejectorHits: Figure;
  readonly ejectorTakesNeighbour: Figure;
}

/**
 * Where a piece is meant to go and where it ends: the sorter errs, and so does the ejector. `rest`
 * is where everything goes that nothing ejects, `neighbour` where it goes when it is next to a
 * piece that is ejected.
 */
export function sortPiece(
  random: Random,
  figures: SortingFigures,
  to: { readonly right: number; readonly rest: number; readonly neighbour: number },
): { readonly meant: number; readonly reached: number } {
  const { right, rest, neighbour } = to;
  const meant = right === rest || random.chance(figures.sorterRecognises.value) ? right : rest;
  if (meant !== rest) {
    return { meant, reached: random.chance(figures.ejectorHits.value) ? meant : rest };
  }
  const reached = random.chance(figures.ejectorTakesNeighbour.value) ? neighbour : rest;
  return { meant, reached };
}

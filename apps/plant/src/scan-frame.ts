import { INCIDENTS } from './conditions.js';
import { Random } from './random.js';
import { type RunState, takeIn } from './run-state.js';
import { Sensor } from './sensor.js';
import type { Eye, EyeOptions, FrameAsked, Sight } from './world.js';

/** One piece as it is, and as the sensor could see it were it perfect. */
export interface Piece {
  classIndex: number;
  readonly truePpm: Float64Array;
  /** Differs from the truth where the surface is not what lies below. */
  readonly surfacePpm: Float64Array;
}

/** What a sensor line needs of its material. */
export interface PieceWorld {
  readonly recipe: string;
  readonly analytes: readonly string[];
  readonly sensorModel: string;
  /** Those of the analytes that the sensor sees. */
  readonly seen: readonly string[];
  readonly massMethod: 'volume-model' | 'weighed';
  readonly massReadingPpm: number;
  readonly hasBatteries: boolean;
  drawMassMg(masses: Random): number;
  drawPiece(world: Random, run: RunState, piece: Piece): void;
  /** What comes up now and then, drawn apart so that the world without it is the same. */
  spoil?(rare: Random, piece: Piece): void;
  sort(world: Random, classIndex: number): { readonly meant: number; readonly reached: number };
  /** What the scanner takes for water in a piece; absent: it sees none. */
  readWater?(world: Random): number;
}

/** A sensor over a belt, and the sorter behind it. */
export class BeltEye implements Eye {
  readonly sensor: Sensor;
  readonly #world: Random;
  readonly #rare: Random;
  readonly #hasIncidents: boolean;
  readonly #piece: Piece;
  /** Index of every seen analyte among the material's. */
  readonly #columns: readonly number[];

  constructor(
    private readonly material: PieceWorld,
    { seed, source, line, driftPerMillionPieces, hasIncidents }: EyeOptions,
  ) {
    const { sensorModel, seen: analytes } = material;
    this.sensor = new Sensor({ seed, source, sensorModel, analytes, driftPerMillionPieces });
    this.#world = new Random(`${seed}/pieces/${line}`);
    this.#rare = new Random(`${seed}/rare/${line}`);
    this.#hasIncidents = hasIncidents;
    this.#columns = analytes.map((analyte) => material.analytes.indexOf(analyte));
    this.#piece = {
      classIndex: 0,
      truePpm: new Float64Array(material.analytes.length),
      surfacePpm: new Float64Array(material.analytes.length),
    };
  }

  look(run: RunState, masses: Random, { pieces, windowMs }: FrameAsked): Sight {
    const { material } = this;
    const world = this.#world;
    const piece = this.#piece;
    const { sensor } = this;
    const offsetMs = new Array<number>(pieces);
    const massMg = new Array<number>(pieces);
    const outlet = new Array<number>(pieces);
    const columns = this.#columns.map(() => new Array<number>(pieces));
    const water = material.readWater === undefined ? null : new Array<number>(pieces);
    const batteries = new Map<number, number>();
    const massNoise = material.massReadingPpm / 1_000_000;
    for (let at = 0; at < pieces; at++) {
      const mass = material.drawMassMg(masses);
      material.drawPiece(world, run, piece);
      const { meant, reached } = material.sort(world, piece.classIndex);
      const isBattery = this.#hasIncidents && this.#befall(piece, at, batteries);
      offsetMs[at] = Math.floor((at * windowMs) / pieces);
      massMg[at] = Math.max(1, Math.round(mass * (1 + massNoise * world.normal())));
      outlet[at] = meant;
      // A battery is looked for where the sorter said it went.
      takeIn(run, isBattery ? meant : reached, { massMg: mass, ...piece, isBattery });
      for (let column = 0; column < columns.length; column++) {
        const share = piece.surfacePpm[this.#columns[column]!]!;
        columns[column]![at] = sensor.read(world, column, share);
      }
      if (water !== null) water[at] = material.readWater!(world);
    }
    run.scanned += pieces;
    sensor.age(pieces);
    const ppm: Record<string, (number | null)[]> = Object.fromEntries(
      sensor.analytes.map((analyte, at) => [analyte, columns[at]!]),
    );
    if (water !== null) ppm['water'] = water;
    if (batteries.size > 0) ppm['battery'] = offsetMs.map((_, at) => batteries.get(at) ?? null);
    return {
      key: 'piecesScanned',
      data: {
        runId: run.plan.runId,
        offsetMs,
        massMg,
        massMethod: material.massMethod,
        massUncertaintyPpm: material.massReadingPpm,
        outlet,
        ppm,
        sensorModel: sensor.sensorModel,
        calibrationId: sensor.calibrationId,
        recipe: material.recipe,
      },
    };
  }

  /** Says whether the piece is a battery; the camera's word for it goes into `batteries`. */
  #befall(piece: Piece, at: number, batteries: Map<number, number>): boolean {
    const rare = this.#rare;
    this.material.spoil?.(rare, piece);
    const { batteriesPerMillion, batterySeenPpm } = INCIDENTS;
    if (!this.material.hasBatteries) return false;
    if (!rare.chance(batteriesPerMillion.value / 1_000_000)) return false;
    batteries.set(at, Math.round(rare.between(batterySeenPpm.low, batterySeenPpm.high)));
    return true;
  }
}

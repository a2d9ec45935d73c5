import {
  CONFUSIONS,
  type Estimate,
  type ModelConfusion,
  type SaidOfOutlet,
  type SorterErrors,
  correctOutlets,
  emptySums,
  knownPieceModels,
} from '#materials';
import { byText } from './folding.js';
import type { RunState } from './model.js';
import { sumsOf } from './reading-rows.js';

/**
 * Why shares by class stay as they were said: no piece of the outlet was read, so nobody says by which
 * model its pieces were classified; sensors of several models read them; nobody knows how the model
 * confuses classes under the run's recipe; or it said nothing that a confusion is about.
 */
type NotCorrected = 'not-read' | 'several-models' | 'no-confusion' | 'no-class';

interface ClassShare {
  readonly class: string;
  /** Of the mass that was booked to the outlet by class. */
  readonly observed: number;
  /** Null: `notCorrected`, or a class that no model knows, as a hazard. */
  readonly corrected: Estimate | null;
}

export interface OutletClasses {
  readonly massMg: bigint;
  readonly notCorrected: NotCorrected | null;
  readonly shares: readonly ClassShare[];
}

export interface RunClasses {
  /** Of everything that was seen, as it was fed. */
  readonly whole: OutletClasses;
  readonly byOutlet: ReadonlyMap<number, OutletClasses>;
}

type Booked = Pick<RunState, 'estimatedOut' | 'readings' | 'recipe'>;
type Fractions = ReturnType<typeof correctOutlets>['whole'];

/** What book E has of a run by class, and what its classes most probably are. */
export function runClasses(run: Booked, errors: SorterErrors): RunClasses {
  const outlets = [...new Set(run.estimatedOut.map(({ outlet }) => outlet))].sort((a, b) => a - b);
  const found = confusionOf(run);
  const answer = (rows: Booked['estimatedOut'], fractions: Fractions | null): OutletClasses =>
    outletClasses(rows, { fractions, reason: typeof found === 'string' ? found : null });
  const of = (outlet: number): Booked['estimatedOut'] =>
    run.estimatedOut.filter((row) => row.outlet === outlet);
  if (typeof found === 'string') {
    return {
      whole: answer(run.estimatedOut, null),
      byOutlet: new Map(outlets.map((outlet) => [outlet, answer(of(outlet), null)])),
    };
  }
  const said = outlets.map((outlet) => saidOf(run, outlet, found));
  const { whole, byOutlet } = correctOutlets(said, found, errors);
  return {
    whole: answer(run.estimatedOut, whole),
    byOutlet: new Map(outlets.map((outlet, at) => [outlet, answer(of(outlet), byOutlet[at]!)])),
  };
}

/** How the one model that classified the run's pieces confuses them. */
function confusionOf(run: Booked): ModelConfusion | NotCorrected {
  const models = new Set((run.readings ?? []).map(({ sensorModel }) => sensorModel));
  const [model] = models;
  if (model === undefined) return 'not-read';
  if (models.size > 1) return 'several-models';
  const digests = new Set(knownPieceModels().map(({ digest }) => digest));
  const found = CONFUSIONS.confusions.find(
    ({ sensorModel, recipe, modelDigest }) =>
      sensorModel === model && recipe === run.recipe && digests.has(modelDigest),
  );
  if (found === undefined) return 'no-confusion';
  const said = new Set(found.said);
  const isSaid = run.estimatedOut.some((row) => said.has(row.class) && row.massMg > 0n);
  return isSaid ? found : 'no-class';
}

function saidOf(run: Booked, outlet: number, { said }: ModelConfusion): SaidOfOutlet {
  const rows = run.estimatedOut.filter((row) => row.outlet === outlet);
  const massesMg = said.map((name) => Number(rows.find((row) => row.class === name)?.massMg ?? 0n));
  const read = (run.readings ?? []).filter((row) => row.outlet === outlet);
  const uncertaintyPpm = Math.max(0, ...read.map((row) => row.massUncertaintyPpm));
  return {
    massesMg,
    effectivePieces: effectivePieces(read),
    massUncertainty: uncertaintyPpm / 1_000_000,
  };
}

/** (Σm)² / Σm² over the pieces that a sensor read: heavy ones count for more, so there are fewer. */
function effectivePieces(readings: NonNullable<Booked['readings']>): number {
  let massMg = 0;
  let squares = 0;
  for (const row of readings) {
    const most = Object.keys(row.sums)
      .sort(byText)
      .map((analyte) => sumsOf(row, analyte))
      .reduce((a, b) => (b.pieces > a.pieces ? b : a), emptySums());
    massMg += Number(most.massMg);
    squares += Number(most.massSquares);
  }
  return squares === 0 ? 0 : (massMg * massMg) / squares;
}

function outletClasses(
  rows: Booked['estimatedOut'],
  by: { readonly fractions: Fractions | null; readonly reason: NotCorrected | null },
): OutletClasses {
  const masses = new Map<string, bigint>();
  for (const row of rows) masses.set(row.class, (masses.get(row.class) ?? 0n) + row.massMg);
  const massMg = [...masses.values()].reduce((total, mg) => total + mg, 0n);
  const known = new Map((by.fractions ?? []).map((one) => [one.class, one]));
  // Hazards are no class of the model: what was said of all else is what was corrected.
  const isModel = (name: string): boolean => known.has(name) || name === 'unresolved';
  const modelMg = [...masses]
    .filter(([name]) => isModel(name))
    .reduce((total, [, mg]) => total + mg, 0n);
  const part = massMg === 0n ? 0 : Number(modelMg) / Number(massMg);
  const names = [...new Set([...masses.keys(), ...known.keys()])].sort(byText);
  const shares = names.map((name): ClassShare => {
    const fraction = known.get(name);
    return {
      class: name,
      observed: massMg === 0n ? 0 : Number(masses.get(name) ?? 0n) / Number(massMg),
      corrected:
        fraction === undefined
          ? null
          : { value: fraction.share * part, deviation: fraction.deviation * part },
    };
  });
  return { massMg, notCorrected: by.reason, shares };
}

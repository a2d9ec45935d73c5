import { COMPONENTS, ELEMENTS, type LotShare, productSlug } from '#materials';
import { assayedShares } from './composition.js';
import type { DeviceRow } from './device-rows.js';
import type { Evidence, Evidences } from './holdings.js';
import { Holding } from './holdings.js';
import { sum } from './mass.js';
import type { LotState, RunState } from './model.js';

/** Amounts are nanograms: 1 mg with 1 ppm of an element holds exactly 1 ng of it. */

const SYMBOLS: ReadonlySet<string> = new Set(ELEMENTS.elements.map(({ symbol }) => symbol));
const CONTENTS = new Map(COMPONENTS.components.map((one) => [one.component, one.contents]));
const IN_DEVICES = new Map<string, (typeof COMPONENTS.devices)[number][]>();
for (const device of COMPONENTS.devices) {
  const product = productSlug(device.key);
  IN_DEVICES.set(product, [...(IN_DEVICES.get(product) ?? []), device]);
}

/** Whether the books have contents for what a row is about. */
export const hasContents = ({ kind, whole, product }: DeviceRow): boolean =>
  kind === null ? whole && IN_DEVICES.has(product) : CONTENTS.has(kind);

/** What the books have of components and whole devices; parts that were not weighed are left out. */
function addLibrary(into: Holding, row: DeviceRow): void {
  const { kind, whole, product, massMg, count } = row;
  if (kind !== null) {
    for (const { element, meanPpm, deviationPpm } of CONTENTS.get(kind) ?? []) {
      const key = `library:${kind}:${element}`;
      const relative = deviationPpm === 0 ? null : deviationPpm / meanPpm;
      into.add(element, { key, basis: 'library', relative }, massMg * BigInt(meanPpm));
    }
  } else if (whole) {
    for (const { element, massUg } of IN_DEVICES.get(product) ?? []) {
      const key = `library:${product}:${element}`;
      const evidence: Evidence = { key, basis: 'library', relative: null };
      into.add(element, evidence, count * BigInt(massUg) * 1_000n);
    }
  }
}

/** What is known to be in a lot, and where it is known to have come from. */
export interface LotContent {
  readonly content: Holding;
  /** By run that has the lot as an outlet. */
  readonly found: ReadonlyMap<RunState, Holding>;
  /** The rest of it that did not come from other lots: signed where an assay says less than they. */
  readonly entered: Holding;
}

/**
 * The best that is known of each element: an assay of the lot goes before what its parts and parents
 * are known to hold, and before its papers. An assay speaks of the whole lot, so what runs put in has
 * its share of it by weighed mass.
 */
export function contentOf(
  lot: LotState,
  runs: readonly RunState[],
  inherited: Holding,
  evidences: Evidences,
): LotContent {
  const content = new Holding(evidences);
  const entered = new Holding(evidences);
  const shares = elementShares(lot);
  const parts = runs.map((run) => ({ run, ...fromRun(lot, run, evidences) }));
  const found = new Map(parts.map(({ run }) => [run, new Holding(evidences)]));
  const weighedMg = sum(parts.map((part) => part.weighedMg));
  const wholeMg = lot.receivedMg > weighedMg ? lot.receivedMg : weighedMg;
  for (const [element, share] of shares) {
    const evidence = measuredBy(lot, element, share);
    const amount = (lot.receivedMg * ppbOf(share.value)) / 1_000n;
    content.add(element, evidence, amount);
    entered.add(element, evidence, amount);
    for (const { run, weighedMg: mg } of parts) {
      if (mg === 0n) continue;
      const part = (amount * mg) / wholeMg;
      found.get(run)!.add(element, evidence, part);
      entered.add(element, evidence, -part);
    }
    entered.addAll(inherited.only(element), -1n);
  }
  const addUnlessMeasured = (from: Holding, ...into: readonly Holding[]): void => {
    for (const element of from.names) {
      if (shares.has(element)) continue;
      for (const holding of into) holding.addAll(from.only(element));
    }
  };
  for (const { run, library } of parts) addUnlessMeasured(library, content, found.get(run)!);
  addUnlessMeasured(declaredOf(lot, evidences), content, entered);
  addUnlessMeasured(inherited, content);
  return { content, found, entered };
}

function elementShares(lot: LotState): ReadonlyMap<string, LotShare> {
  if (lot.receivedMg <= 0n || lot.assays.length === 0) return new Map();
  return new Map([...assayedShares(lot)].filter(([analyte]) => SYMBOLS.has(analyte)));
}

function fromRun(
  lot: LotState,
  run: RunState,
  evidences: Evidences,
): { readonly weighedMg: bigint; readonly library: Holding } {
  const outlets = new Set(
    run.outlets.filter(({ lotId }) => lotId === lot.lotId).map(({ outlet }) => outlet),
  );
  const weighed = run.weighedOut.filter(({ outlet }) => outlets.has(outlet));
  const library = new Holding(evidences);
  for (const row of run.devices ?? []) if (outlets.has(row.outlet)) addLibrary(library, row);
  return { weighedMg: sum(weighed.map(({ massMg }) => massMg)), library };
}

function declaredOf(lot: LotState, evidences: Evidences): Holding {
  const declared = new Holding(evidences);
  if (lot.receivedMg <= 0n) return declared;
  for (const { analyte, ppm, uncertaintyPpm } of lot.declared ?? []) {
    if (!SYMBOLS.has(analyte) || ppm === 0) continue;
    const stated = uncertaintyPpm === null ? null : uncertaintyPpm / ppm;
    const relative = stated === null ? null : Math.hypot(stated, massRelative(lot));
    const key = `declared:${lot.lotId}:${analyte}`;
    declared.add(analyte, { key, basis: 'declared', relative }, lot.receivedMg * BigInt(ppm));
  }
  return declared;
}

/** Where a lot is assayed as containing none of it, there is nothing that could be uncertain by a share. */
const measuredBy = (lot: LotState, element: string, { value, deviation }: LotShare): Evidence => ({
  key: `measured:${lot.lotId}:${element}`,
  basis: 'measured',
  relative: value <= 0 ? 0 : Math.hypot(deviation / value, massRelative(lot)),
});

const massRelative = ({ uncertaintyMg2, receivedMg }: LotState): number =>
  Math.sqrt(Number(uncertaintyMg2)) / Number(receivedMg);

/** Assays that were combined are no whole ppm: rounded to billionths. */
const ppbOf = (ppm: number): bigint => BigInt(Math.floor(ppm * 1_000 + 0.5));

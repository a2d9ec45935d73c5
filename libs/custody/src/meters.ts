import type { DataOf, EventAttributes } from '#contracts';
import type { Change, Erring, Plan } from './correction-plan.js';
import type { Folding } from './folding.js';
import type { MeterRow } from './run-model.js';
import { runNamed, touchRun } from './run-states.js';
import { lookedUp } from './working-set.js';

type Metered = DataOf<'processMetered'>;

type Series = Pick<MeterRow, 'source' | 'boot' | 'meterId' | 'kind' | 'of' | 'flow'>;

/** `process.metered`: readings are cumulative and the largest counts, so their order does not matter. */
export function processMetered(
  folding: Folding,
  metered: Metered,
  attributes: Pick<EventAttributes, 'source' | 'boot'>,
): void {
  const run = touchRun(folding, runNamed(folding, metered.runId));
  count(run, metered, attributes, folding.cause);
}

function count(
  run: { meters?: MeterRow[] },
  metered: Metered,
  { source, boot }: Pick<EventAttributes, 'source' | 'boot'>,
  logIndex: number,
): void {
  const { of, flow, cumulative } = readingOf(metered);
  const { meterId, uncertaintyPpm } = metered;
  const series: Series = { source, boot, meterId, kind: metered.metered.kind, of, flow };
  const rows = (run.meters ??= []);
  const known = rows.find((row) => isSame(row, series));
  if (known === undefined) rows.push({ ...series, cumulative, uncertaintyPpm, logIndex });
  else if (cumulative > known.cumulative)
    Object.assign(known, { cumulative, uncertaintyPpm, logIndex });
}

const isSame = (a: Series, b: Series): boolean =>
  a.source === b.source &&
  a.boot === b.boot &&
  a.meterId === b.meterId &&
  a.kind === b.kind &&
  a.of === b.of &&
  a.flow === b.flow;

function readingOf({ metered }: Metered): {
  readonly of: string;
  readonly flow: string;
  readonly cumulative: bigint;
} {
  switch (metered.kind) {
    case 'energy':
      return { of: metered.carrier, flow: '', cumulative: BigInt(metered.cumulativeWh) };
    case 'water':
      return { of: metered.flow, flow: '', cumulative: BigInt(metered.cumulativeMg) };
    case 'reagent': {
      const { substance, flow, cumulativeMg } = metered;
      return { of: substance, flow, cumulative: BigInt(cumulativeMg) };
    }
    case 'labour':
      return { of: '', flow: '', cumulative: BigInt(metered.cumulativeSeconds) };
  }
}

/**
 * A reading that counts is taken back; the meter has nothing then until it is read again, for what
 * it said before is not kept. One that does not count changes nothing.
 */
export function meterPlan(
  folding: Folding,
  { errs, original }: Erring,
  { after }: Change<Metered>,
): Plan | string {
  const runId = original.attributes.subject;
  const run = lookedUp(folding.set.runs, runId);
  if (run === null) return `${runId} is not known`;
  if ((after?.runId ?? runId) !== runId) return 'the run cannot change; say it did not occur';
  const apply = (): void => {
    touchRun(folding, run);
    run.meters = run.meters?.filter(({ logIndex }) => logIndex !== errs) ?? [];
    if (after !== null) count(run, after, original.attributes, errs);
  };
  return { movedMg: 0n, lots: new Set(), apply };
}

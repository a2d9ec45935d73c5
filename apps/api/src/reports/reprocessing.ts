import { RUN_PROCESSES } from '#contracts';
import { type LotState, type YardStates, processOf } from '#custody';
import { GRADE_BOOKS, referenceOf } from '#materials';
import { processAnswerOf } from '../runs/process-answer.js';
import type { ReprocessingAnswer } from './reprocessing.schema.js';

type Body = Pick<ReprocessingAnswer, 'books' | 'processes' | 'outputs'>;

/** What the runs of a stream made of what, by process, and how good it is. */
export function reprocessing(states: YardStates, stream: string): Body {
  const { lots } = states;
  // Of a run under way the containers are not weighed yet, and its yield would be none.
  const runs = states.runs.filter(({ status }) => status === 'balanced');
  const known = new Map(lots.map((lot) => [lot.lotId, lot]));
  const made = new Set(runs.flatMap(({ outlets }) => outlets.map(({ lotId }) => lotId)));
  return {
    books: GRADE_BOOKS.filter((book) => book.stream === stream).map((book) => ({
      ...referenceOf(book),
    })),
    processes: RUN_PROCESSES.flatMap((process) => {
      const own = runs.filter((run) => processOf(run) === process);
      return own.length === 0 ? [] : [processAnswerOf(own, known)];
    }),
    outputs: outputsOf(lots.filter(({ lotId }) => made.has(lotId))),
  };
}

function outputsOf(lots: readonly LotState[]): ReprocessingAnswer['outputs'] {
  const rows = new Map<string, LotState[]>();
  for (const lot of lots) {
    const key = `${lot.materialClass} ${lot.graded?.keeps ?? ''}`;
    rows.set(key, [...(rows.get(key) ?? []), lot]);
  }
  return [...rows.keys()].sort().map((key) => {
    const own = rows.get(key)!;
    const receivedMg = own.reduce((sum, lot) => sum + lot.receivedMg, 0n);
    return {
      targetClass: own[0]!.materialClass,
      grade: own[0]!.graded?.keeps ?? null,
      lots: own.length,
      receivedMg: String(receivedMg),
    };
  });
}

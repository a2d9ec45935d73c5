import fc from 'fast-check';

/** What may be done to a site under test; how often one is drawn beside the others. */
export const WEIGHTS = {
  deliver: 4,
  start: 3,
  feed: 4,
  weigh: 4,
  scan: 4,
  close: 3,
  blend: 2,
  split: 2,
  pile: 1,
  move: 1,
  count: 1,
  condition: 1,
  quarantine: 1,
  release: 2,
  dispatch: 4,
  receive: 4,
  accept: 2,
  giveBack: 2,
  factors: 2,
  claim: 3,
  moveClaim: 3,
  retire: 2,
  period: 1,
  acknowledge: 1,
  dismiss: 1,
  correct: 5,
  reboot: 2,
  contradict: 2,
  reject: 3,
  voided: 2,
  replay: 3,
  lose: 1,
  again: 2,
  takeOver: 3,
  arrive: 66,
} as const;
export type Kind = keyof typeof WEIGHTS;
export const KINDS = Object.keys(WEIGHTS) as readonly Kind[];

/** Figures that each kind reads as it needs them. */
export interface Command {
  readonly kind: Kind;
  readonly site: 0 | 1;
  readonly a: number;
  readonly b: number;
  readonly massMg: number;
  /** Whole lots are taken seldom: they join what the model tells apart. */
  readonly all: boolean;
  readonly afterMs: number;
}

const pick = fc.nat({ max: 1_000 });

const command: fc.Arbitrary<Command> = fc.record({
  kind: fc.oneof(...KINDS.map((kind) => ({ weight: WEIGHTS[kind], arbitrary: fc.constant(kind) }))),
  site: fc.constantFrom(0, 1),
  a: pick,
  b: pick,
  massMg: fc.integer({ min: 0, max: 5_000 }),
  all: fc.nat({ max: 3 }).map((drawn) => drawn === 0),
  afterMs: fc.constantFrom(0, 10, 10, 10, 1_000, 20_000, 61_000),
});

/** `smallest` makes short work of what fails. */
export const commandsOf = (length: number): fc.Arbitrary<readonly Command[]> =>
  fc.noShrink(fc.array(command, { minLength: length, maxLength: length }));

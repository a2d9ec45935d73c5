import type { RecordProducer } from '#kafka';
import type { GatewayClient } from '../gateway-client.js';
import type { Letter } from './letter.js';
import type { ReplayPlan, ReplayStep } from './replay-plan.js';

export interface ReplayDoors {
  readonly gateway: GatewayClient;
  /** The token of a source; undefined = none is known. */
  readonly tokenOf: (source: string) => string | undefined;
  readonly producer: RecordProducer;
}

/** What became of one letter. */
export interface ReplayOutcome {
  readonly offset: number;
  readonly source: string | null;
  /**
   * `accepted`: the gateway took it. `sent`: it is in the station's topic again and the gateway
   * judges it there. `refused`: still not an event. `left`: not tried.
   */
  readonly outcome: 'accepted' | 'sent' | 'refused' | 'left';
  readonly why: string | null;
}

/**
 * Says the events of a plan again, each source in its order. Where one is still refused the later
 * ones of its source are left: they would overtake it.
 */
export async function replayLetters(
  { sources, left }: ReplayPlan,
  doors: ReplayDoors,
): Promise<ReplayOutcome[]> {
  const outcomes = left.map(({ letter, why }) => outcomeOf(letter, 'left', why));
  for (const steps of sources.values()) {
    let obstacle: string | undefined;
    for (const step of steps) {
      if (obstacle !== undefined) {
        outcomes.push(outcomeOf(step.letter, 'left', obstacle));
        continue;
      }
      const outcome = await replay(step, doors);
      outcomes.push(outcome);
      if (outcome.outcome === 'accepted' || outcome.outcome === 'sent') continue;
      const { boot, seq } = step.event;
      obstacle = `it would overtake ${boot}.${seq} (offset ${step.letter.offset})`;
    }
  }
  return outcomes.sort((a, b) => a.offset - b.offset);
}

async function replay(step: ReplayStep, doors: ReplayDoors): Promise<ReplayOutcome> {
  const { letter } = step;
  if (step.door === 'topic') {
    const { topic, value, headers } = step;
    await doors.producer.send([{ topic, partition: 0, key: letter.key, value, headers }]);
    return outcomeOf(letter, 'sent', null);
  }
  const { source } = step.event;
  const token = doors.tokenOf(source);
  if (token === undefined) {
    return outcomeOf(letter, 'left', `no token of ${source} is known; see --tokens`);
  }
  const posted = await doors.gateway.postEvent(token, step.body);
  if (posted.kind === 'accepted') return outcomeOf(letter, 'accepted', null);
  const why =
    posted.kind === 'too-large'
      ? 'too large'
      : posted.refusals.map(({ reason, detail }) => `${reason}: ${detail}`).join('; ');
  return outcomeOf(letter, 'refused', why);
}

const outcomeOf = (
  { offset, event }: Letter,
  outcome: ReplayOutcome['outcome'],
  why: string | null,
): ReplayOutcome => ({ offset, source: event?.source ?? null, outcome, why });

/** Whether everything went back. */
export const isComplete = (outcomes: readonly ReplayOutcome[]): boolean =>
  outcomes.every(({ outcome }) => outcome === 'accepted' || outcome === 'sent');

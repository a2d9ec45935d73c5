import { MODEL_ACCOUNTS } from '#edge';
import type { Sent } from './dispatch-story.js';
import { RECOVERY } from './plant-book.js';
import type { Random } from './random.js';
import type { Yard } from './run-state.js';
import { nameOf, say } from './say.js';
import type { World } from './world.js';

/** What recoverers write, months later in the world and a second later in the story. */

/** The desk that enters what others wrote; the office itself is a person. */
const ACCOUNTS = { station: MODEL_ACCOUNTS, actor: 'p-52' } as const;

/** Whether anybody states what came of what a line sends. */
export const isRecovered = (yard: Yard, { treatments }: World): boolean =>
  yard.conditions.hasIncidents &&
  treatments !== undefined &&
  Object.values(treatments).some(({ recovers }) => recovers !== undefined);

/** Each recoverer states what it got out of its shipment, weighed and assayed. */
export function stateRecoveries(
  yard: Yard,
  world: World,
  sent: readonly Sent[],
  random: Random,
): void {
  for (const { shipmentId, to, loads } of sent) {
    const { recovers = [], process = '' } = world.treatments?.[to] ?? {};
    const rows = recovers.map(({ element, low, high }) => {
      const containedMg = loads.reduce(
        (sum, { massMg, truePpm }) => sum + (massMg * (truePpm[element] ?? 0)) / 1_000_000,
        0,
      );
      const trueMg = containedMg * random.between(low, high);
      const uncertaintyMg = Math.max(1, Math.round(trueMg * RECOVERY.uncertaintyShare.value));
      const massMg = Math.round(trueMg + uncertaintyMg * random.normal());
      return { element, containedMg, trueMg, uncertaintyMg, massMg };
    });
    const recovered = rows
      .filter(({ massMg }) => massMg > 0)
      .map(({ element, massMg, uncertaintyMg }) => ({
        element,
        massMg,
        uncertaintyMg,
        basis: 'measured' as const,
      }));
    if (recovered.length === 0) continue;
    const statementId = `settlement-${nameOf(shipmentId).replace('shipment-', '')}`;
    say(yard, ACCOUNTS, 'recoveryStated', shipmentId, {
      shipmentId,
      statementId,
      process,
      recovered,
    });
    const truth = rows.map(({ element, containedMg, trueMg }) => ({
      element,
      containedMg,
      trueMg,
    }));
    yard.truth({ kind: 'recovery', shipmentId, elements: truth });
  }
}

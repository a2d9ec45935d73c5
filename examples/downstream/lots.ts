/**
 * Keeps the newest state of each lot (`lots.v1`, compacted): of two with one key, the one with the
 * higher `logIndex` counts. Prints them when the end of the topic is reached.
 *
 *   npx node examples/downstream/lots.ts --once
 */
import { type LotStateValue, lotState, parseJson } from '#contracts';
import { type Message, readTopic } from './read-topic.ts';

const lots = new Map<string, LotStateValue>();

function take({ key, value }: Message): void {
  const lot = lotState.parse(parseJson(value));
  const known = lots.get(key);
  if (known === undefined || lot.logIndex >= known.logIndex) lots.set(key, lot);
}

await readTopic('lots.v1', take, { once: process.argv.includes('--once') });
for (const { lotId, status, weighedMg } of lots.values()) {
  console.log(`${lotId} ${status} ${weighedMg}`);
}

/**
 * Follows what the ledger says (`custody-events.v1`) with typed events, each once.
 * Delivery is at least once and in order by site, so of each source the highest seq is kept.
 *
 *   npx node examples/downstream/facts.ts [--once]
 */
import { decodeBody, decodeHeaders, parseJson } from '#contracts';
import { type Message, readTopic } from './read-topic.ts';

const highest = new Map<string, number>();

function take({ headers, value }: Message): void {
  const { source, seq, type, subject } = decodeHeaders(headers);
  if (seq <= (highest.get(source) ?? 0)) return;
  highest.set(source, seq);
  const fact = decodeBody(type, parseJson(value));
  console.log(`${source} ${seq} ${type} ${subject}`);
  // `fact.key` tells the compiler what `fact.data` is.
  if (fact.key === 'runBalanced') {
    console.error(`${subject}: ${fact.data.feedMg} mg fed, ${fact.data.unaccountedMg} missing`);
  }
}

await readTopic('custody-events.v1', take, { once: process.argv.includes('--once') });

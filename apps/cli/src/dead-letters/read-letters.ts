import { randomUUID } from 'node:crypto';
import { topicName } from '#contracts';
import { CommandError, EXIT } from '../command-error.js';
import type { KafkaTarget } from '../kafka-client.js';
import { type Letter, readLetter } from './letter.js';

export interface LetterRange {
  /** First offset that is wanted. */
  readonly from: number;
  /** Letters that are kept at most. */
  readonly limit: number;
  readonly wants: (letter: Letter) => boolean;
}

export interface LettersRead {
  readonly letters: readonly Letter[];
  /** Offset to go on from when there were more than the limit; null: the topic was read to its end. */
  readonly next: number | null;
}

/**
 * Reads the letters that are there now, in order, to the end or to the limit. Commits nothing, so it
 * leaves no trace at the broker.
 */
export async function readLetters(
  { kafka, prefix }: KafkaTarget,
  { from, limit, wants }: LetterRange,
): Promise<LettersRead> {
  const topic = topicName(prefix, 'deadLetters');
  const admin = kafka.admin();
  await admin.connect();
  const [bounds] = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  if (bounds === undefined) throw new CommandError(EXIT.usage, `${topic} has no partition`);
  const first = Math.max(from, Number(bounds.low));
  const end = Number(bounds.high);
  if (first >= end) return { letters: [], next: null };
  const letters: Letter[] = [];
  const consumer = kafka.consumer({ groupId: `${prefix}dead-letters-${randomUUID()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic });
    const next = await new Promise<number | null>((done, fail) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        fail(payload.error);
      });
      const running = consumer.run({
        autoCommit: false,
        eachMessage: ({ message }) => {
          const letter = readLetter(message);
          if (letter.offset < first || letter.offset >= end) return Promise.resolve();
          if (wants(letter)) {
            if (letters.length === limit) done(letter.offset);
            else letters.push(letter);
          }
          if (letter.offset === end - 1) done(null);
          return Promise.resolve();
        },
      });
      running.catch(fail);
      consumer.seek({ topic, partition: bounds.partition, offset: String(first) });
    });
    return { letters, next };
  } finally {
    await consumer.disconnect();
  }
}

import { describe, expect, it } from '@jest/globals';
import { PoisonError, RetriableError } from '#contracts';
import type { KafkaRecord, RecordBatch } from './record.js';
import { atOffset, runBatch } from './run-batch.js';

function batchOf(first: bigint, texts: readonly string[]): RecordBatch {
  const records = texts.map((text, index): KafkaRecord => ({
    offset: first + BigInt(index),
    timestamp: 0,
    key: null,
    value: Buffer.from(text),
    headers: {},
  }));
  return {
    topic: 't',
    partition: 0,
    firstOffset: first,
    lastOffset: first + BigInt(texts.length) - 1n,
    highWatermark: 100n,
    records,
    heartbeat: () => Promise.resolve(),
  };
}

const text = (record: KafkaRecord): string => record.value?.toString() ?? '';

/** Runs a batch in which "bad" is poison and "away" a missing dependency; notes what happens. */
async function notesOf(texts: readonly string[], named: boolean): Promise<string[]> {
  const notes: string[] = [];
  const check = (record: KafkaRecord): void => {
    if (text(record) === 'bad') throw new PoisonError('bad', 'data-invalid');
    if (text(record) === 'away') throw new RetriableError('away');
  };
  await runBatch(batchOf(10n, texts), {
    handle: (batch) => {
      for (const record of batch.records) {
        if (named) {
          atOffset(record.offset, () => {
            check(record);
          });
        } else check(record);
      }
      notes.push(`handled ${batch.records.map(text).join('')}`);
      return Promise.resolve();
    },
    reject: (record) => {
      notes.push(`rejected ${record.offset}`);
      return Promise.resolve();
    },
    commit: (next) => {
      notes.push(`commit ${next}`);
      return Promise.resolve();
    },
  }).catch((error: unknown) => notes.push(String(error)));
  return notes;
}

describe('runBatch', () => {
  it('handles a batch, then commits the offset after its last record', async () => {
    expect(await notesOf(['a', 'b'], true)).toEqual(['handled ab', 'commit 12']);
  });

  it('goes around a poison record in order', async () => {
    expect(await notesOf(['a', 'b', 'bad', 'c', 'd'], true)).toEqual([
      'handled ab',
      'commit 12',
      'rejected 12',
      'commit 13',
      'handled cd',
      'commit 15',
    ]);
  });

  it('finds a poison record that nobody named', async () => {
    expect(await notesOf(['a', 'bad', 'c'], false)).toEqual([
      'handled a',
      'commit 11',
      'rejected 11',
      'commit 12',
      'handled c',
      'commit 13',
    ]);
  });

  it.each([true, false])('gets over a batch of nothing but poison', async (named) => {
    expect(await notesOf(['bad', 'bad'], named)).toEqual([
      'rejected 10',
      'commit 11',
      'rejected 11',
      'commit 12',
    ]);
  });

  it('leaves any other error to the caller and commits nothing for it', async () => {
    expect(await notesOf(['a', 'away'], true)).toEqual(['RetriableError: away']);
    expect(await notesOf(['bad', 'away'], true)).toEqual([
      'rejected 10',
      'commit 11',
      'RetriableError: away',
    ]);
  });

  it('handles nothing after a record whose rejection was not kept', async () => {
    const steps: string[] = [];
    const run = runBatch(batchOf(0n, ['bad', 'a']), {
      handle: (batch) => {
        if (batch.firstOffset === 0n) throw new PoisonError('bad', 'data-invalid');
        steps.push('handled');
        return Promise.resolve();
      },
      reject: () => Promise.reject(new RetriableError('dead letters are away')),
      commit: () => {
        steps.push('committed');
        return Promise.resolve();
      },
    });
    await expect(run).rejects.toThrow('dead letters are away');
    expect(steps).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OffsetCommits } from './offset-commits.js';
import { PartitionTable } from './partition-table.js';

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

const failure = (name: string, type?: string): Error =>
  Object.assign(new Error(name), { name, type });

describe('OffsetCommits', () => {
  let table: PartitionTable;
  let commits: OffsetCommits;
  let sent: string[];
  let answers: Error[];

  beforeEach(() => {
    jest.useFakeTimers();
    table = new PartitionTable();
    table.assign({ t: [0, 1] }, 'active');
    commits = new OffsetCommits(table, SILENT);
    [sent, answers] = [[], []];
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const done = (partition: number, next: bigint): void => {
    const state = table.get('t', partition)!;
    state.next = next;
    commits.note(state, (offsets) => {
      const places = offsets!.topics.flatMap(({ partitions }) => partitions);
      sent.push(places.map((place) => `${place.partition}:${place.offset}`).join(' '));
      const answer = answers.shift();
      return answer === undefined ? Promise.resolve() : Promise.reject(answer);
    });
  };

  it('commits the newest of every partition in one request a second', async () => {
    done(0, 5n);
    done(1, 7n);
    done(0, 9n);
    await jest.advanceTimersByTimeAsync(990);
    expect(sent).toEqual([]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(sent).toEqual(['0:9 1:7']);
  });

  it('says nothing about a partition that was assigned anew', async () => {
    done(0, 5n);
    table.assign({ t: [0, 1] }, 'active');
    done(1, 3n);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual(['1:3']);
  });

  it('tries again after a lost connection, not after a refusal', async () => {
    answers = [failure('KafkaJSConnectionError'), failure('x', 'UNKNOWN_MEMBER_ID')];
    done(0, 5n);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual(['0:5', '0:5']);
  });

  it('commits at once at the end', async () => {
    done(0, 5n);
    await commits.finish();
    expect(sent).toEqual(['0:5']);
  });
});

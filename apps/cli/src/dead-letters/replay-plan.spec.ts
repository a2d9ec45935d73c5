import { describe, expect, it } from '@jest/globals';
import {
  EVENTS,
  type EventAttributes,
  PoisonError,
  decodeStructured,
  encodeHeaders,
} from '#contracts';
import { type PlacedRecord, deadLetter } from '#kafka';
import type { GatewayClient } from '../gateway-client.js';
import { type Letter, fits, readLetter, summaryOf } from './letter.js';
import { type ReplayDoors, isComplete, replayLetters } from './replay-letters.js';
import { planReplay } from './replay-plan.js';

const PREFIX = 'urbanmine.';
const STREAM = 'urbanmine.station-events.v1';
const DATA = '{ "visitId":"north.visit-1",\n "direction":"inbound" }';

const attributesOf = (seq: number, source = 'north.gate-1', boot = 100): EventAttributes => ({
  source,
  boot,
  seq,
  type: EVENTS.vehicleArrived.type,
  time: '2026-11-24T08:00:00.000Z',
  subject: 'north.visit-1',
  siteid: 'north',
});

let offset = 0;

/** A letter as a service writes it and the command reads it. */
function letterOf(
  attributes: EventAttributes | null,
  change: Partial<Pick<PlacedRecord, 'topic' | 'offset' | 'value'>> = {},
): Letter {
  offset += 1;
  const record: PlacedRecord = {
    topic: STREAM,
    partition: 1,
    offset: BigInt(offset),
    timestamp: 0,
    key: Buffer.from('north'),
    value: Buffer.from(DATA),
    headers: attributes === null ? { ce_id: Buffer.from('?') } : encodeHeaders(attributes),
    ...change,
  };
  const error = new PoisonError('what was wrong', 'data-invalid');
  const letter = deadLetter('d', 'classifier', record, error);
  const headers = Object.fromEntries(
    Object.entries(letter.headers!).map(([name, text]) => [name, Buffer.from(text)]),
  );
  const { key, value } = letter;
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  return readLetter({ offset: String(offset), timestamp: '0', key: bytes, value, headers });
}

/** Doors that take everything but the seqs of `refused`; notes what went through. */
function doorsOf(refused: readonly number[], notes: string[], token: string | undefined = 't') {
  const gateway: Pick<GatewayClient, 'postEvent'> = {
    postEvent: (_, body) => {
      const { source, boot, seq } = decodeStructured(body).attributes;
      if (refused.includes(seq)) {
        const refusals = [{ index: 0, reason: 'data-invalid', detail: 'still' }];
        return Promise.resolve({ kind: 'refused', refusals });
      }
      notes.push(`${source} ${boot}.${seq}`);
      return Promise.resolve({ kind: 'accepted' });
    },
  };
  const producer: Pick<ReplayDoors['producer'], 'send'> = {
    send: (records) => {
      notes.push(...records.map(({ topic, headers }) => `${topic} ${String(headers!['ce_seq'])}`));
      return Promise.resolve([]);
    },
  };
  return { gateway, producer, tokenOf: () => token } as unknown as ReplayDoors;
}

describe('a letter', () => {
  it('tells where it stood, why it is one, and whose it is', () => {
    const letter = letterOf(attributesOf(7));
    expect(summaryOf(letter)).toMatchObject({
      reason: 'data-invalid',
      detail: 'what was wrong',
      by: 'classifier',
      origin: { topic: STREAM, partition: 1, offset },
      bytes: DATA.length,
      event: { source: 'north.gate-1', seq: 7 },
      unreadable: null,
    });
    expect(fits(letter, { reason: 'data-invalid', source: 'north.gate-1' })).toBe(true);
    expect(fits(letter, { by: 'ledger' })).toBe(false);
  });
});

describe('a replay', () => {
  it('says the same bytes again, each station in the order of its boots and seqs', async () => {
    const letters = [
      letterOf(attributesOf(3)),
      letterOf(attributesOf(2)),
      letterOf(attributesOf(1, 'north.gate-2')),
      letterOf(attributesOf(1, 'north.gate-1', 200)),
      letterOf(attributesOf(1)),
    ];
    const plan = planReplay(letters, PREFIX);
    const [step] = plan.sources.get('north.gate-1')!;
    expect(step?.door === 'gateway' && decodeStructured(step.body)).toMatchObject({
      attributes: attributesOf(1),
      data: Buffer.from(DATA),
    });
    const notes: string[] = [];
    const outcomes = await replayLetters(plan, doorsOf([], notes));
    expect(notes.filter((note) => note.startsWith('north.gate-1'))).toEqual([
      'north.gate-1 100.1',
      'north.gate-1 100.2',
      'north.gate-1 100.3',
      'north.gate-1 200.1',
    ]);
    expect(isComplete(outcomes)).toBe(true);
  });

  it('leaves what would overtake an event that is still refused, of that station only', async () => {
    const letters = [1, 2, 3].map((seq) => letterOf(attributesOf(seq)));
    const plan = planReplay([...letters, letterOf(attributesOf(9, 'north.gate-2'))], PREFIX);
    const notes: string[] = [];
    const outcomes = await replayLetters(plan, doorsOf([2], notes));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'refused',
      'left',
      'accepted',
    ]);
    expect(outcomes[2]!.why).toMatch(/^it would overtake 100\.2/);
    expect(isComplete(outcomes)).toBe(false);
  });

  it('goes back to the topic of the station where it came from there', async () => {
    const topic = 'urbanmine.ingress.north.gate-1.v1';
    const plan = planReplay([letterOf(attributesOf(5), { topic })], PREFIX);
    const notes: string[] = [];
    const [outcome] = await replayLetters(plan, doorsOf([], notes, undefined));
    expect([notes, outcome?.outcome]).toEqual([[`${topic} 5`], 'sent']);
    const forged = letterOf(attributesOf(5, 'north.gate-2'), { topic });
    expect(planReplay([forged], PREFIX).left[0]?.why).toMatch(/cannot say it/);
  });

  it("cuts the station's frame out of what the classifier made of it", () => {
    const scanned = { ...attributesOf(5), type: EVENTS.piecesClassified.type };
    const value = Buffer.from('{"scan":{ "runId":"north.run-1" },"classification":{}}');
    const plan = planReplay([letterOf(scanned, { value })], PREFIX);
    const [step] = plan.sources.get('north.gate-1')!;
    expect(step?.door === 'gateway' && decodeStructured(step.body)).toMatchObject({
      attributes: { type: EVENTS.piecesScanned.type },
      data: Buffer.from('{ "runId":"north.run-1" }'),
    });
  });

  it('takes a record once that was rejected twice', () => {
    const twice = [1, 2].map(() => letterOf(attributesOf(5), { offset: 77n }));
    expect(planReplay(twice, PREFIX).sources.get('north.gate-1')).toHaveLength(1);
  });

  it.each<[string, Letter, RegExp]>([
    ['unreadable headers', letterOf(null), /^its headers name no event: /],
    ['a speaker of ours', letterOf({ ...attributesOf(1), source: 'north/ledger' }), /no station/],
    ['no bytes', letterOf(attributesOf(1), { value: null }), /were not kept/],
    ['half the bytes', letterOf(attributesOf(1), { value: Buffer.alloc(6e5) }), /first bytes/],
    ['too many bytes', letterOf(attributesOf(1), { value: Buffer.alloc(9e4) }), /more than an/],
  ])('says why %s cannot go back', (_, letter, why) => {
    const { sources, left } = planReplay([letter], PREFIX);
    expect([sources.size, left.map((one) => one.why)]).toEqual([0, [expect.stringMatching(why)]]);
  });

  it('says whose token it lacks', async () => {
    const plan = planReplay([letterOf(attributesOf(1))], PREFIX);
    const doors = { ...doorsOf([], []), tokenOf: () => undefined };
    const [outcome] = await replayLetters(plan, doors);
    expect(outcome).toMatchObject({ outcome: 'left', why: expect.stringMatching(/--tokens/) });
  });
});

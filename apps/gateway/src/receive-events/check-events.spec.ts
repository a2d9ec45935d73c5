import { describe, expect, it } from '@jest/globals';
import { DATA_BYTES_MAX, EVENTS, FRAME_DATA_BYTES_MAX } from '#contracts';
import type { Caller } from '../registry/directory.js';
import { type EventProblem, type Verdict, checkEvents } from './check-events.js';
import type { BodyFormat } from './split-body.js';

const SORTER: Caller = {
  source: 'north.sorter-1',
  siteId: 'north',
  kind: 'sensor-sorter',
  partition: 2,
  pending: false,
};
const REGISTRAR: Caller = { ...SORTER, source: 'north.registrar', kind: 'registrar' };
const GATE: Caller = { ...SORTER, source: 'north.gate-1', kind: 'gate' };
const BOOT = 1_795_000_000;

type Fields = Readonly<Record<string, unknown>>;

const frame: Fields = {
  runId: 'north.run-1',
  offsetMs: [0, 5, 9, 14],
  massMg: [412_000, 1_220_500, null, 5],
  massMethod: 'volume-model',
  massUncertaintyPpm: 80_000,
  outlet: [0, 1, 0, 0],
  ppm: { Cu: [810, 214_000, -200, null] },
  sensorModel: 'xrf-belt-1',
  calibrationId: 'cal-1',
  recipe: 'steel-1',
};

const scan = (seq: number, data: unknown = frame, more: Fields = {}): Fields => ({
  specversion: '1.0',
  id: `${BOOT}.${seq}`,
  source: SORTER.source,
  type: EVENTS.piecesScanned.type,
  time: '2026-11-24T08:00:00.000Z',
  subject: 'north.run-1',
  siteid: 'north',
  boot: BOOT,
  seq,
  data,
  ...more,
});

const json = (value: unknown): string => JSON.stringify(value);

function check(body: string | Buffer, format: BodyFormat = 'event', caller = SORTER): Verdict {
  return checkEvents(Buffer.from(body), format, caller, 1_000);
}

function refusals(verdict: Verdict): readonly EventProblem[] {
  if (verdict.kind !== 'refused') throw new Error(`not refused but ${verdict.kind}`);
  return verdict.problems;
}

/** Reason and detail of the one refused event. */
function refusal(event: unknown, caller = SORTER): string {
  const [problem, ...others] = refusals(
    check(typeof event === 'string' ? event : json(event), 'event', caller),
  );
  expect(others).toEqual([]);
  return `${problem!.reason}: ${problem!.detail}`;
}

describe('checkEvents accepts', () => {
  it('one event with the exact bytes of its data', () => {
    const data = ` { "runId" : "north.run-1" ,${json(frame).slice(1).replace('"runId":"north.run-1",', '')}`;
    const text = json(scan(1, 0)).replace('"data":0', `"data":${data}`);
    const verdict = check(text);
    expect(verdict.kind === 'accepted' && verdict.events[0]!.data.toString()).toBe(data.trim());
  });

  it.each<[BodyFormat, (events: readonly unknown[]) => string]>([
    ['batch', (events) => ` [ ${events.map(json).join(' , \n')} ] `],
    ['lines', (events) => `${events.map(json).join('\r\n')}\n\n`],
  ])('a %s in its order', (format, write) => {
    const verdict = check(write([scan(1), scan(2), scan(3)]), format);
    expect(verdict.kind === 'accepted' && verdict.events.map((e) => e.attributes.seq)).toEqual([
      1, 2, 3,
    ]);
  });

  it.each<[BodyFormat, string]>([
    ['batch', '[]'],
    ['lines', '\n'],
  ])('an empty %s', (format, body) => {
    expect(check(body, format)).toEqual({ kind: 'accepted', events: [] });
  });

  it('what a registrar must say before its version is announced, and nothing else', () => {
    const pending = { ...REGISTRAR, pending: true };
    const event = (type: string, data: unknown): Fields =>
      scan(1, data, { source: pending.source, subject: pending.source, type });
    const adopted = event(EVENTS.referenceAdopted.type, EVENTS.referenceAdopted.examples[0]);
    expect(check(json(adopted), 'event', pending).kind).toBe('accepted');
    const voided = event(EVENTS.eventVoided.type, EVENTS.eventVoided.examples[0]);
    expect(check(json(voided), 'event', REGISTRAR).kind).toBe('accepted');
    expect(refusal(voided, pending)).toMatch(/^type-not-allowed: .*not announced/);
  });
});

describe('a malformed traceparent', () => {
  it.each(['00-x', 7, '', null])('is dropped, and its event is taken: %j', (traceparent) => {
    const verdict = check(json(scan(1, frame, { traceparent })));
    expect(verdict).toMatchObject({ kind: 'accepted', events: [{ attributes: { seq: 1 } }] });
    expect(json(verdict)).not.toContain('traceparent');
  });
});

it("takes the vendors' part of a trace, and drops it", () => {
  const verdict = check(json(scan(1, frame, { tracestate: 'vendor=1' })));
  expect(verdict).toMatchObject({ kind: 'accepted', events: [{ attributes: { seq: 1 } }] });
  expect(json(verdict)).not.toContain('tracestate');
});

describe('checkEvents refuses', () => {
  it.each<[string, unknown, string]>([
    [
      'a negative mass, by its path',
      scan(1, { ...frame, massMg: [1, 2, 3, -4] }),
      'data-invalid: massMg.3: ',
    ],
    [
      'a schema violation',
      scan(1, { ...frame, massMethod: 'guess' }),
      'data-invalid: massMethod: ',
    ],
    [
      'an unknown field, by its path',
      scan(1, { ...frame, colour: 1 }),
      'data-invalid: Unrecognized key: "colour"',
    ],
    [
      'an unknown attribute',
      scan(1, frame, { colour: 1 }),
      'attributes-invalid: unknown attribute: colour',
    ],
    [
      'columns of different lengths',
      scan(1, { ...frame, outlet: [0] }),
      'data-invalid: outlet: 1 cells',
    ],
    ['a fault of an attribute', scan(1, frame, { time: 'now' }), 'attributes-invalid: time: "now"'],
    ['an id that is not <boot>.<seq>', scan(1, frame, { id: 'x' }), 'attributes-invalid: id "x"'],
    ['an unknown type', scan(1, frame, { type: 'urbanmine.gold.found.v1' }), 'type-unknown: '],
    [
      'a type of ours',
      scan(1, frame, { type: EVENTS.piecesClassified.type }),
      'type-not-allowed: ',
    ],
    ['a type of another kind', scan(1, {}, { type: EVENTS.runClosed.type }), 'type-not-allowed: '],
    ["another's source", scan(1, frame, { source: 'north.sorter-2' }), 'source-unknown: '],
    [
      'a subject that is not the run',
      scan(1, frame, { subject: 'north.run-2' }),
      'attributes-invalid: subject: "north.run-2" is not data.runId',
    ],
    ['truncated JSON', json(scan(1)).slice(0, -10), 'data-not-json: '],
    ['no object', '[1]', 'data-not-json: '],
    ['no data', { ...scan(1), data: undefined }, 'data-invalid: data: missing'],
    [
      'an attribute that stands twice',
      json(scan(1)).replace('{', '{"seq":1,'),
      'attributes-invalid: the member "seq" stands twice',
    ],
    [
      'a member of the data that stands twice',
      json(scan(1)).replace('"massMethod"', '"recipe":"x","massMethod"'),
      'data-invalid: data: the member "recipe" stands twice',
    ],
  ])('%s', (_, event, start) => {
    expect(refusal(event).slice(0, start.length)).toBe(start);
  });

  it('a source of its own site that names another site', () => {
    expect(refusal(scan(1, frame, { siteid: 'south' }))).toMatch(/^attributes-invalid: .*"south"/);
  });

  it('invalid UTF-8 instead of repairing it', () => {
    const bytes = Buffer.from(json(scan(1)).replace('xrf-belt-1', 'xrf\u0001belt'));
    bytes[bytes.indexOf('u0001') + 4] = 0xff;
    expect(refusals(check(bytes))[0]!.reason).toBe('data-not-json');
  });

  it('data above the maximum of its type', () => {
    const wide = (bytes: number, event: Fields): string => {
      const text = json(event);
      return text.replace('"data":{', `"data":{${' '.repeat(bytes)}`);
    };
    expect(refusal(wide(FRAME_DATA_BYTES_MAX, scan(1)))).toMatch(
      /^too-large: data: 48\d\d\d bytes/,
    );
    const arrived = scan(1, EVENTS.vehicleArrived.examples[0], {
      source: GATE.source,
      type: EVENTS.vehicleArrived.type,
      subject: 'north.visit-20261124-001',
    });
    expect(check(wide(FRAME_DATA_BYTES_MAX, arrived), 'event', GATE).kind).toBe('accepted');
    expect(refusal(wide(DATA_BYTES_MAX, arrived), GATE)).toMatch(/^too-large: /);
  });

  it('a whole request for its bad events, each named', () => {
    const lines = [scan(1), scan(2, { ...frame, recipe: '' }), '{"source":"x"', scan(4, {})];
    const problems = refusals(
      check(
        lines.map((line) => (typeof line === 'string' ? line : json(line))).join('\n'),
        'lines',
      ),
    );
    expect(problems.map(({ index, source, boot, seq }) => [index, source, boot, seq])).toEqual([
      [1, SORTER.source, BOOT, 2],
      [2, null, null, null],
      [3, SORTER.source, BOOT, 4],
    ]);
    expect(problems[2]!.detail.length).toBeLessThanOrEqual(2_001);
  });

  it.each([
    ['', 'does not begin'],
    ['{}', 'does not begin'],
    ['[{"a":1}', 'does not end'],
    ['[{"a":1},', 'does not end'],
    ['[{"a":1},{"b"', 'does not end'],
    ['[{"a":1} {"b":1}]', 'no comma before element 1'],
    ['[,{"a":1}]', 'stray comma'],
    ['[{"a":1},,{"b":1}]', 'stray comma'],
    ['[{"a":1}]]', 'something follows'],
  ])('the batch %s as a whole', (body, problem) => {
    const [found, ...others] = refusals(check(body, 'batch'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ index: null, source: null, reason: 'data-not-json' });
    expect(found!.detail).toContain(problem);
  });

  it('a batch with a comma before its end', () => {
    expect(check(`[${json(scan(1))},]`, 'batch').kind).toBe('refused');
  });

  it('more events than a request may hold', () => {
    const verdict = checkEvents(Buffer.from('1\n'.repeat(4)), 'lines', SORTER, 3);
    expect(verdict).toEqual({ kind: 'too-many' });
  });
});

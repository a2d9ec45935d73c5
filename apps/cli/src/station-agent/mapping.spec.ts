import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CommandError } from '../command-error.js';
import { type Converter, lineConverter, mappingConverter } from './input-converter.js';
import { readMapping } from './mapping.js';
import { convertMeasure } from './measures.js';

const SPEAKER = { source: 'north.scale-3', kind: 'floor-scale' } as const;

const WEIGHTS = {
  type: 'container.weighed',
  delimiter: ';',
  decimal: ',',
  grouping: '.',
  time: { column: 'time', zone: '+01:00' },
  data: {
    runId: { template: 'north.{run}' },
    outlet: { column: 'outlet', as: 'integer' },
    containerId: { column: 'skip' },
    scaleId: { constant: 'floor-1' },
    massMg: { column: 'weight', unit: 'KGM', original: true },
    uncertaintyMg: { constant: 288_675 },
  },
};
const HEADER = Buffer.from('time;run;skip;outlet;weight');

const converter = (mapping: object): Converter =>
  mappingConverter(SPEAKER, readMapping(mapping, 'weights.yaml'));
const row = (text: string, mapping: object = WEIGHTS): ReturnType<Converter['convert']> =>
  converter(mapping).convert(Buffer.from(text), HEADER);
const problem = (mapping: object): string => {
  try {
    readMapping(mapping, 'weights.yaml');
  } catch (error) {
    if (error instanceof CommandError) return error.message;
  }
  return '';
};

describe('A CSV row by a mapping', () => {
  it('becomes an event with converted units and what the instrument said beside it', () => {
    expect(row('2026-11-24 09:30:00;run-7;skip-17;0;1.812,4')).toEqual({
      type: 'urbanmine.container.weighed.v1',
      subject: 'north.run-7',
      time: '2026-11-24T08:30:00.000Z',
      data: {
        runId: 'north.run-7',
        outlet: 0,
        containerId: 'skip-17',
        scaleId: 'floor-1',
        massMg: 1_812_400_000,
        uncertaintyMg: 288_675,
        original: { value: '1812.4', unit: 'KGM' },
      },
    });
  });

  it.each([
    ['2026-11-24 09:30;run-7;skip-17;0;1x', 'column "weight": "1x" is not a number'],
    ['2026-11-24 09:30;run-7;skip-17;0;', 'column "weight" is empty'],
    ['2026-11-24 09:30;run-7;skip-17;99;1', 'outlet'],
    ['yesterday;run-7;skip-17;0;1', 'column "time": "yesterday" is not a time'],
    ['2026-11-24 09:30;;skip-17;0;1', 'column "run" is empty'],
    ['run-7;skip-17;0;1', '4 cells, but the header has 5'],
  ])('%s is refused with its column', (text, why) => {
    expect(() => row(text)).toThrow(why);
  });

  it('needs a zone for times without an offset', () => {
    const time = { column: 'time' };
    expect(() => row('2026-11-24 09:30:00;r;s;0;1', { ...WEIGHTS, time })).toThrow('has no offset');
    expect(row('2026-11-24T09:30:00-05:00;r;s;0;1', { ...WEIGHTS, time }).time).toBe(
      '2026-11-24T14:30:00.000Z',
    );
  });
});

describe('A mapping', () => {
  it('names every problem with its place', () => {
    const data = {
      ...WEIGHTS.data,
      outlet: 3,
      massMg: { column: 'weight', unit: 'P1' },
      containerId: { column: 'skip', unit: 'KGM' },
      scaleId: { column: 'scale', colour: 'red' },
    };
    const text = problem({ ...WEIGHTS, type: 'container.wayed', data });
    expect(text).toContain('type: "container.wayed" is no event');
    expect(text).toContain('data.outlet: not an object');
    expect(text).toContain('data.massMg: "P1" is no unit for it; known: KGM');
    expect(text).toContain("data.containerId: a unit, but the field's name ends in none");
    expect(text).toContain('colour');
    expect(problem({ ...WEIGHTS, colour: 'red' })).toContain('colour');
  });

  it('makes a frame of one from a row, with readings below a detection limit', () => {
    const list = (column: string, more: object): object => ({ list: [{ column, ...more }] });
    const mapping = readMapping(
      {
        type: 'pieces.scanned',
        format: 'json',
        data: {
          runId: { column: 'run' },
          offsetMs: { list: [{ constant: 0 }] },
          massMg: list('grams', { unit: 'GRM', whenEmpty: 'null' }),
          massMethod: { constant: 'volume-model' },
          massUncertaintyPpm: { constant: 80_000 },
          outlet: list('outlet', { as: 'integer' }),
          ppm: { Cu: list('xrf.cu', { unit: 'P1', belowLimit: true }) },
          sensorModel: { constant: 'xrf-belt-1' },
          calibrationId: { constant: 'cal-1' },
          recipe: { constant: 'steel-shred-1' },
        },
      },
      'sorter.yaml',
    );
    const { convert } = mappingConverter({ source: 'north.sorter-9', kind: undefined }, mapping);
    const json = '{"run":"north.run-7","grams":null,"outlet":1,"xrf":{"cu":"<0.02"}}';
    expect(convert(Buffer.from(json), null).data).toMatchObject({
      massMg: [null],
      outlet: [1],
      ppm: { Cu: [-200] },
    });
    // More digits than a double holds: the text is converted, never the number.
    const exact = json.replace('null', '9007199254.740991').replace('"<0.02"', '0.12345');
    expect(convert(Buffer.from(exact), null).data).toMatchObject({
      massMg: [9_007_199_254_741],
      ppm: { Cu: [1_234] },
    });
  });
});

describe('A measure', () => {
  it('is converted exactly and rounded half to even', () => {
    fc.assert(
      fc.property(fc.bigInt(-9_000_000_000n, 9_000_000_000n), fc.nat(6), (digits, places) => {
        const size = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
        const point = size.length - places;
        const text = `${digits < 0n ? '-' : ''}${size.slice(0, point)}${places > 0 ? '.' : ''}${size.slice(point)}`;
        const converted = BigInt(convertMeasure(text, 'P1', 'Ppm'));
        const twiceError = 2n * (converted * 10n ** BigInt(places) - digits * 10_000n);
        const bound = 10n ** BigInt(places);
        expect(twiceError <= bound && twiceError >= -bound).toBe(true);
        if (twiceError === bound || twiceError === -bound) expect(converted % 2n).toBe(0n);
      }),
    );
    expect(convertMeasure('1.5', 'HUR', 'Ms')).toBe(5_400_000);
    expect(convertMeasure('0.0025', 'KWH', 'Wh')).toBe(2);
    expect(() => convertMeasure('9999999999', 'TNE', 'Mg')).toThrow('too large');
    expect(() => convertMeasure('1e3', 'SEC', 'Ms')).toThrow('not a decimal number');
  });
});

describe('A line of NDJSON', () => {
  const { convert } = lineConverter(SPEAKER);
  const data =
    '{ "runId":"north.run-7","outlet":0,"containerId":"skip-1","scaleId":"f","massMg":1,"uncertaintyMg":0}';
  const line = (more: string): ReturnType<Converter['convert']> =>
    convert(Buffer.from(`{"type":"container.weighed","data":${data}${more}}`), null);

  it('keeps its data byte by byte and gets its subject from them', () => {
    const event = line(',"time":"2026-11-24T08:00:00.000Z"');
    expect(event.data).toEqual(Buffer.from(data));
    expect(event).toMatchObject({ subject: 'north.run-7', time: '2026-11-24T08:00:00.000Z' });
  });

  it.each([
    [',"seq":4', 'seq'],
    [',"source":"north.gate"', 'this station is north.scale-3'],
    [',"type":"lot.assayed"', 'stands twice'],
  ])('with %s is refused', (more, why) => {
    expect(() => line(more)).toThrow(why);
  });

  it('of another kind, of no kind, and with a bad body is refused', () => {
    const say = (text: string): unknown => convert(Buffer.from(text), null);
    expect(() => say('{"type":"vehicle.arrived","data":{}}')).toThrow('of kind floor-scale');
    expect(() => say('{"type":"vehicle.flown","data":{}}')).toThrow('is not known');
    expect(() => say('{"type":"container.weighed","data":{"massMg":-1}}')).toThrow('massMg');
    expect(() => say('[1]')).toThrow();
    expect(() => say('{')).toThrow();
  });
});

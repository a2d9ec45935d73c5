import { Buffer } from 'node:buffer';
import { type EventAttributes, type PieceFrame, encodeHeaders } from '#contracts';
import type { PlacedRecord } from '#kafka';

/** Material for the specs of this folder. */
export const FRAME: PieceFrame = {
  runId: 'north.run-1',
  offsetMs: [0, 6, 11],
  massMg: [412_000, 1_220_500, null],
  massMethod: 'volume-model',
  massUncertaintyPpm: 80_000,
  outlet: [0, 1, 0],
  ppm: {
    Cu: [810, 214_000, -200],
    Cr: [600, 500, null],
    Mn: [6_300, 3_000, -750],
    Zn: [-240, 4_000, null],
  },
  sensorModel: 'xrf-belt-1',
  calibrationId: 'cal-1',
  recipe: 'steel-shred-1',
};

export const attributesOf = (seq: number, name: string): EventAttributes => ({
  source: 'north.sorter-1',
  boot: 1_764_000_000,
  seq,
  type: `urbanmine.${name}.v1`,
  time: '2026-11-24T08:00:00.000Z',
  subject: 'north.run-1',
  siteid: 'north',
});

/** A record as the broker gives it: header values are bytes. */
export function recordOf(
  attributes: EventAttributes,
  value: Buffer | string | null,
  headers: Readonly<Record<string, string>> = {},
): PlacedRecord {
  const all = { ...encodeHeaders(attributes), ...headers };
  return {
    topic: 'urbanmine.station-events.v1',
    partition: 2,
    offset: 41n,
    timestamp: 1_764_000_000_500,
    key: Buffer.from(attributes.siteid),
    value: typeof value === 'string' ? Buffer.from(value) : value,
    headers: Object.fromEntries(
      Object.entries(all).map(([name, text]) => [name, Buffer.from(text)]),
    ),
  };
}

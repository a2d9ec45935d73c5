import { SITE_SCOPED_ID } from '../attributes.js';
import { ANALYTE, FRAME_PIECES_MAX } from './frame-limits.js';

const MEMBERS: ReadonlySet<string> = new Set([
  'runId',
  'offsetMs',
  'massMg',
  'massMethod',
  'massUncertaintyPpm',
  'outlet',
  'ppm',
  'sensorModel',
  'calibrationId',
  'recipe',
]);
const METHODS: ReadonlySet<unknown> = new Set(['weighed', 'belt-share', 'volume-model', 'none']);
const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PPM_MAX = 1_000_000;

/**
 * Whether the frame schema of `pieces.scanned` accepts this parsed JSON value: the same answer for
 * frames of readings alone (those with `recognised` it leaves to the schema), cell by cell in plain
 * loops, because a schema library takes microseconds for each of a frame's thousand cells. It says
 * nothing of why not; the schema does. A property test holds the two together.
 */
export function acceptsFrame(body: unknown): boolean {
  if (!isRecord(body) || !hasExactly(body, MEMBERS)) return false;
  const { runId, massMethod, massUncertaintyPpm, sensorModel, calibrationId, recipe } = body;
  const pieces = Array.isArray(body['massMg']) ? body['massMg'].length : 0;
  if (pieces < 1 || pieces > FRAME_PIECES_MAX) return false;
  return (
    matches(runId, SITE_SCOPED_ID) &&
    METHODS.has(massMethod) &&
    isWhole(massUncertaintyPpm, 0, PPM_MAX) &&
    matches(sensorModel, CODE) &&
    matches(calibrationId, CODE) &&
    matches(recipe, CODE) &&
    isColumn(body['offsetMs'], pieces, 0, 3_600_000) &&
    isColumnOrNull(body['massMg'], pieces, 0, Number.MAX_SAFE_INTEGER) &&
    isColumn(body['outlet'], pieces, 0, 63) &&
    areReadings(body['ppm'], pieces)
  );
}

function areReadings(value: unknown, pieces: number): boolean {
  if (!isRecord(value)) return false;
  for (const analyte of Object.keys(value)) {
    if (!ANALYTE.test(analyte)) return false;
    if (!isColumnOrNull(value[analyte], pieces, -PPM_MAX, PPM_MAX)) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasExactly(body: Record<string, unknown>, members: ReadonlySet<string>): boolean {
  const names = Object.keys(body);
  return names.length === members.size && names.every((name) => members.has(name));
}

const matches = (value: unknown, pattern: RegExp): boolean =>
  typeof value === 'string' && pattern.test(value);

const isWhole = (value: unknown, min: number, max: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;

function isColumn(value: unknown, cells: number, min: number, max: number): boolean {
  if (!Array.isArray(value) || value.length !== cells) return false;
  for (let cell = 0; cell < cells; cell++) if (!isWhole(value[cell], min, max)) return false;
  return true;
}

function isColumnOrNull(value: unknown, cells: number, min: number, max: number): boolean {
  if (!Array.isArray(value) || value.length !== cells) return false;
  for (let cell = 0; cell < cells; cell++) {
    const reading: unknown = value[cell];
    if (reading !== null && !isWhole(reading, min, max)) return false;
  }
  return true;
}

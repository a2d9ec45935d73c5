import { ANALYTE, FRAME_PIECES_MAX, type PieceFrame, SITE_SCOPED_ID } from '#contracts';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MASS_METHODS: ReadonlySet<unknown> = new Set<PieceFrame['massMethod']>([
  'weighed',
  'belt-share',
  'volume-model',
  'none',
]);
const OFFSET_MS_MAX = 3_600_000;
const OUTLET_MAX = 63;
const PPM_MAX = 1_000_000;
const MEMBERS = 10;

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether a body is a frame, an order of magnitude faster than the schema. It MUST NOT accept what
 * the schema refuses (a property test holds it to that); where it says no, the schema decides.
 */
export function isPieceFrame(body: unknown): body is PieceFrame {
  if (!isObject(body) || Object.keys(body).length !== MEMBERS) return false;
  const { massMg, ppm } = body;
  if (!Array.isArray(massMg) || massMg.length < 1 || massMg.length > FRAME_PIECES_MAX) return false;
  const pieces = massMg.length;
  return (
    isMatch(body['runId'], SITE_SCOPED_ID) &&
    isMatch(body['sensorModel'], CODE) &&
    isMatch(body['calibrationId'], CODE) &&
    isMatch(body['recipe'], CODE) &&
    MASS_METHODS.has(body['massMethod']) &&
    isWithin(body['massUncertaintyPpm'], 0, PPM_MAX) &&
    isColumn(body['offsetMs'], pieces, OFFSET_MS_MAX) &&
    isColumn(body['outlet'], pieces, OUTLET_MAX) &&
    isNullableColumn(massMg, pieces, 0, Number.MAX_SAFE_INTEGER) &&
    isReadings(ppm, pieces)
  );
}

const isMatch = (value: unknown, pattern: RegExp): boolean =>
  typeof value === 'string' && pattern.test(value);

const isWithin = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

function isColumn(value: unknown, pieces: number, max: number): boolean {
  if (!Array.isArray(value) || value.length !== pieces) return false;
  const cells: readonly unknown[] = value;
  for (let piece = 0; piece < pieces; piece++) {
    if (!isWithin(cells[piece], 0, max)) return false;
  }
  return true;
}

function isNullableColumn(value: unknown, pieces: number, min: number, max: number): boolean {
  if (!Array.isArray(value) || value.length !== pieces) return false;
  const cells: readonly unknown[] = value;
  for (let piece = 0; piece < pieces; piece++) {
    const cell = cells[piece];
    if (cell !== null && !isWithin(cell, min, max)) return false;
  }
  return true;
}

function isReadings(value: unknown, pieces: number): boolean {
  if (!isObject(value)) return false;
  for (const [analyte, cells] of Object.entries(value)) {
    if (!ANALYTE.test(analyte) || !isNullableColumn(cells, pieces, -PPM_MAX, PPM_MAX)) return false;
  }
  return true;
}

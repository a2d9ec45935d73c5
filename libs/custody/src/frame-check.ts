import { type DataOf, FRAME_PIECES_MAX, PoisonError, SITE_SCOPED_ID } from '#contracts';
import { SUMMED_ANALYTES } from '#materials';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const HAZARD_FLAG = /^hazard:[a-z0-9-]{1,31}$/;
const SUMMED: ReadonlySet<string> = new Set(SUMMED_ANALYTES);
const PPM_MAX = 1_000_000;
const OUTLETS = 64;
const CLASSES = 64;

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The hot path's check of a classified frame: what the books use is there and in range, all
 * columns are of one length. Of readings only those are looked into that are summed: no figure of the
 * ledger uses the others.
 * Throws a PoisonError that names every problem.
 */
export function assertClassifiedFrame(body: unknown): asserts body is DataOf<'piecesClassified'> {
  const problems: string[] = [];
  if (!isObject(body) || !isObject(body['scan']) || !isObject(body['classification'])) {
    throw new PoisonError('not {"scan": {…}, "classification": {…}}', 'data-invalid');
  }
  const { scan, classification } = body;
  const pieces = checkScan(scan, problems);
  checkClassification(classification, pieces, problems);
  if (problems.length > 0) throw new PoisonError(problems.join('; '), 'data-invalid');
}

function checkScan(scan: Members, problems: string[]): number {
  const { runId, massMg, ppm } = scan;
  if (typeof runId !== 'string' || !SITE_SCOPED_ID.test(runId)) {
    problems.push('scan.runId: not the id of a run');
  }
  const pieces = Array.isArray(massMg) ? massMg.length : 0;
  if (pieces < 1 || pieces > FRAME_PIECES_MAX) {
    problems.push(`scan.massMg: ${pieces} cells, not 1 to ${FRAME_PIECES_MAX}`);
  }
  checkColumn('scan.massMg', massMg, pieces, problems);
  if (!wholeOrNull(massMg)) problems.push('scan.massMg: a cell is no mass in whole mg');
  checkColumn('scan.offsetMs', scan['offsetMs'], pieces, problems);
  checkColumn('scan.outlet', scan['outlet'], pieces, problems);
  if (!wholeBelow(scan['outlet'], OUTLETS)) problems.push('scan.outlet: a cell is no outlet');
  if (!isObject(ppm)) problems.push('scan.ppm: not an object');
  else for (const name in ppm) checkReadings(name, ppm[name], pieces, problems);
  checkSensor(scan, problems);
  return pieces;
}

function checkReadings(name: string, column: unknown, pieces: number, problems: string[]): void {
  checkColumn(`scan.ppm.${name}`, column, pieces, problems);
  if (!SUMMED.has(name) || !Array.isArray(column)) return;
  for (const cell of column as unknown[]) {
    if (cell === null) continue;
    if (Number.isInteger(cell) && (cell as number) <= PPM_MAX && (cell as number) >= -PPM_MAX) {
      continue;
    }
    problems.push(`scan.ppm.${name}: a cell is no reading in whole ppm`);
    return;
  }
}

/** Sums of readings are kept apart by these. */
function checkSensor(scan: Members, problems: string[]): void {
  for (const name of ['sensorModel', 'calibrationId']) {
    const value = scan[name];
    if (typeof value !== 'string' || !CODE.test(value)) problems.push(`scan.${name}: not a code`);
  }
  const uncertainty = scan['massUncertaintyPpm'];
  if (!Number.isInteger(uncertainty) || !((uncertainty as number) >= 0)) {
    problems.push('scan.massUncertaintyPpm: not a share in whole ppm');
  }
}

function checkClassification(found: Members, pieces: number, problems: string[]): void {
  const { classes } = found;
  if (!isClassList(classes)) {
    problems.push(`classification.classes: not 1 to ${CLASSES} codes`);
    return;
  }
  checkColumn('classification.class', found['class'], pieces, problems);
  if (!wholeBelow(found['class'], classes.length)) {
    problems.push('classification.class: a cell is not in classes');
  }
  checkColumn('classification.confidencePpm', found['confidencePpm'], pieces, problems);
  const { flags } = found;
  if (!isFlagList(flags)) problems.push('classification.flags: not at most 32 flags');
  else if (!isPairs(found['flagged'], pieces, flags.length)) {
    problems.push('classification.flagged: not pairs of a piece and an index into flags');
  }
}

const isClassList = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= CLASSES &&
  value.every((name) => typeof name === 'string' && CODE.test(name));

/** Hazards name accounts; what the other flags say is of no concern to the books. */
const isFlagList = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length <= 32 &&
  value.every(
    (flag) => typeof flag === 'string' && (!flag.startsWith('hazard:') || HAZARD_FLAG.test(flag)),
  );

function isPairs(value: unknown, pieces: number, flags: number): boolean {
  if (!Array.isArray(value) || value.length % 2 !== 0) return false;
  return (value as unknown[]).every(
    (cell, at) =>
      Number.isInteger(cell) &&
      (cell as number) >= 0 &&
      (cell as number) < (at % 2 === 0 ? pieces : flags),
  );
}

function checkColumn(name: string, column: unknown, pieces: number, problems: string[]): void {
  if (!Array.isArray(column)) problems.push(`${name}: not a column`);
  else if (column.length !== pieces) {
    problems.push(`${name}: ${column.length} cells, but massMg has ${pieces}`);
  }
}

function wholeOrNull(column: unknown): boolean {
  if (!Array.isArray(column)) return true;
  for (const cell of column as unknown[]) {
    if (cell !== null && !(Number.isSafeInteger(cell) && (cell as number) >= 0)) return false;
  }
  return true;
}

function wholeBelow(column: unknown, limit: number): boolean {
  if (!Array.isArray(column)) return true;
  for (const cell of column as unknown[]) {
    if (!(Number.isInteger(cell) && (cell as number) >= 0 && (cell as number) < limit)) {
      return false;
    }
  }
  return true;
}

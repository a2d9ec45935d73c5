import type { DataOf } from '#contracts';
import { refuseRequest } from './exceptions.js';
import type { Folding } from './folding.js';
import { aimOf, today } from './grade-aim.js';
import { judgedNow, stateGrade } from './grading.js';
import { touch } from './lots.js';
import type { LotState } from './model.js';
import { lookedUp } from './working-set.js';

/**
 * `grading.requested`: grades a lot as it is asked, and holds it against that from then on; or says
 * why not, and nothing has changed.
 */
export function gradingRequested(folding: Folding, request: DataOf<'gradingRequested'>): void {
  const { lotId } = request;
  const lot = lookedUp(folding.set.lots, lotId);
  const aim = lot === null ? 'there is no such lot' : aimOf(today(folding), lot, request);
  const judged = lot === null || typeof aim === 'string' ? null : judgedNow(folding, lot, aim);
  if (lot === null || typeof aim === 'string' || judged === null) {
    const problem = typeof aim === 'string' ? aim : 'nothing was measured that the grade bounds';
    refuseRequest(folding, lotId, { request: 'grading.requested', problem });
    return;
  }
  if (aim.targetGrade !== undefined) lot.targetGrade = aim.targetGrade;
  if (aim.gradeBook === undefined) delete lot.gradeBook;
  else lot.gradeBook = aim.gradeBook;
  stateGrade(folding, lot, judged);
}

/**
 * Lots that are meant for another grade than was said. What a request named since stays: it is the
 * later word.
 */
export function retarget(
  folding: Folding,
  before: DataOf<'runStarted'>,
  after: DataOf<'runStarted'>,
): LotState[] {
  return after.outlets.flatMap(({ outlet, lotId, targetGrade }) => {
    const was = before.outlets.find((one) => one.outlet === outlet);
    const lot = lookedUp(folding.set.lots, lotId);
    if (was?.lotId !== lotId || was.targetGrade === targetGrade || lot === null) return [];
    if (lot.targetGrade !== was.targetGrade) return [];
    if (targetGrade === undefined) delete lot.targetGrade;
    else lot.targetGrade = targetGrade;
    return [touch(folding, lot)];
  });
}

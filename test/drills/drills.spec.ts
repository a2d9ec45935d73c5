import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DRILLS } from './drills.js';
import { hurried } from './run-drill.js';

const rules = readFileSync('observability/rules/urbanmine.rules.yml', 'utf8');

describe('the drill', () => {
  it.each(DRILLS.map((drill) => [drill.name, drill] as const))(
    '%s provokes alerts that there are, in rules that wait where it says',
    (_name, { alert, also = [], hurry }) => {
      for (const name of [alert, ...also]) expect(rules).toContain(`alert: ${name}\n`);
      expect(hurried(rules, hurry) === rules).toBe(hurry.length === 0);
    },
  );
});

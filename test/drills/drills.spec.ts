import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DRILLS } from './drills.js';
import { CONFIG, OFTEN, RULES, hurried } from './watched-line.js';

const rules = readFileSync(RULES, 'utf8');

describe('the drill', () => {
  it.each(DRILLS.map((drill) => [drill.name, drill] as const))(
    '%s provokes alerts that there are, in rules that wait where it says',
    (_name, { alerts, also = [], hurry }) => {
      expect(alerts.length).toBeGreaterThan(0);
      for (const name of [...alerts, ...also]) expect(rules).toContain(`alert: ${name}\n`);
      expect(hurried(rules, hurry) === rules).toBe(hurry.length === 0);
    },
  );

  it('is there for every alert, and the page of drills says which', () => {
    const page = readFileSync('docs/drills.md', 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` +\| `npm run drill -- ([\w-]+)`/gm)];
    expect(rows.map(([, alert, name]) => `${alert} ${name}`).sort()).toEqual(
      DRILLS.flatMap(({ alerts, name }) => alerts.map((alert) => `${alert} ${name}`)).sort(),
    );
    const alerts = [...rules.matchAll(/- alert: (\w+)$/gm)].map(([, alert]) => alert!);
    expect([...new Set(rows.map(([, alert]) => alert))].sort()).toEqual(alerts.sort());
  });

  it('is looked at often', () => {
    const config = readFileSync(CONFIG, 'utf8');
    expect(hurried(config, OFTEN)).not.toBe(config);
  });
});

import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { definedMetrics } from '../../local/src/metrics-page.js';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly runbook?: string };
}
interface Panel {
  readonly id: number;
  readonly title: string;
  /** None: the title of a section. */
  readonly targets?: readonly { readonly expr: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly definition: string }[] };
}

const read = (path: string): string => readFileSync(path, 'utf8');
const { groups } = parse(read('observability/rules/urbanmine.rules.yml')) as {
  groups: { rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const tests = globSync('observability/rules/tests/*.yml').map(read).join('\n');
const dashboards = globSync('observability/grafana/dashboards/*.json').map(
  (path): [string, Dashboard] => [path, JSON.parse(read(path)) as Dashboard],
);

const known = new Set(['up', ...definedMetrics()]);
for (const { record } of rules) if (record !== undefined) known.add(record);
/** The metric that a series of a histogram belongs to. */
const familyOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
/** Names of metrics in PromQL: ours, those of every Node process, and `up`. */
const NAME =
  /(?<![\w:"])(?:[a-z_]+:)?(?:urbanmine|process|nodejs)_[a-z0-9_]+(?::[a-z0-9_]+)?|\bup\b/g;
const metricsIn = (expression: string): string[] =>
  [...expression.matchAll(NAME)].map(([name]) => name);
const unknownIn = (expression: string): string[] =>
  metricsIn(expression).filter((name) => !known.has(name) && !known.has(familyOf(name)));

describe('metrics used', () => {
  it.each(rules.map(({ alert, record, expr }) => [alert ?? record!, expr]))(
    'by the rule %s are defined',
    (_name, expr) => {
      expect(metricsIn(expr)).not.toEqual([]);
      expect(unknownIn(expr)).toEqual([]);
    },
  );

  it.each(dashboards)('by %s are defined', (_path, { panels, templating }) => {
    const used = [
      ...panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr)),
      ...templating.list.map(({ definition }) => definition),
    ];
    expect(used.length).toBeGreaterThan(5);
    expect(used.flatMap(unknownIn)).toEqual([]);
    expect(used.every((expr) => metricsIn(expr).length > 0)).toBe(true);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('are known by their definitions, and others are not', () => {
    expect(unknownIn('sum(urbanmine_nothing_total) / site:urbanmine_nothing:max')).toEqual([
      'urbanmine_nothing_total',
      'site:urbanmine_nothing:max',
    ]);
  });
});

describe('the alert', () => {
  it.each(alerts.map((rule): [string, Rule] => [rule.alert!, rule]))(
    '%s has a severity, a test and a runbook',
    (name, { labels, annotations }) => {
      expect(['warning', 'critical']).toContain(labels?.severity);
      expect(annotations?.summary).toBeDefined();
      expect(annotations?.runbook).toBe(`docs/runbooks/${name}.md`);
      expect(tests).toContain(`alertname: ${name}\n        exp_alerts:`);
      const runbook = read(`docs/runbooks/${name}.md`);
      for (const part of ['Meaning', 'Impact', 'First three commands', 'How to end it']) {
        expect(runbook).toContain(`**${part}`);
      }
    },
  );

  it('of every runbook is there', () => {
    const names = globSync('docs/runbooks/*.md').map((path) => path.slice(14, -3));
    expect(names.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    expect(existsSync('observability/prometheus.yml')).toBe(true);
  });
});

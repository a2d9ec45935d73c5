/**
 * Names of the metrics that source text defines, read from the text because an app must not import
 * another: `name: 'urbanmine_…'`, a first argument that is such a name, and the pattern
 * `` name: `urbanmine_ledger_${name}` `` with the names given to its `counter(` and `gauge(`.
 */
export function exportedMetrics(source: string): string[] {
  const whole = [...source.matchAll(/'(urbanmine_[a-z0-9_]+)'/g)].map(([, name]) => name!);
  const prefix = /`(urbanmine_[a-z0-9_]+_)\$\{name\}`/.exec(source)?.[1];
  if (prefix === undefined) return whole;
  const parts = [...source.matchAll(/\b(?:counter|gauge|histogram)\(\s*'([a-z0-9_]+)'/g)];
  return [...whole, ...parts.map(([, name]) => prefix + name!)];
}

/** Names of metrics in PromQL: ours, and `up`. */
export function metricsIn(expression: string): string[] {
  return [
    ...expression.matchAll(/(?<![\w:"])([a-z_]+:)?urbanmine_[a-z0-9_]+(?::[a-z0-9_]+)?|\bup\b/g),
  ].map(([name]) => name);
}

/** The metric that a series of a histogram belongs to. */
export const familyOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');

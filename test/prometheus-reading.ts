/** Reads a Prometheus by its HTTP API, as Grafana does. */

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface RuleState {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  /** `ok`, or `err` with `lastError`; `unknown` before the first evaluation. */
  readonly health: string;
  readonly lastError?: string;
  /** Of an alert: `inactive`, `pending` or `firing`. */
  readonly state?: string;
}

export interface TargetState {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

async function ask<T>(url: string, path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const body = (await response.json()) as { status: string; error?: string; data: T };
  if (body.status !== 'success') throw new Error(`${path}: ${body.error ?? response.status}`);
  return body.data;
}

/** The series that an expression gives at this moment. Throws when it cannot be evaluated. */
export async function query(url: string, expr: string): Promise<readonly Sample[]> {
  const path = `query?query=${encodeURIComponent(expr)}`;
  return (await ask<{ result: readonly Sample[] }>(url, path)).result;
}

export async function rulesOf(url: string): Promise<readonly RuleState[]> {
  const { groups } = await ask<{ groups: readonly { rules: readonly RuleState[] }[] }>(
    url,
    'rules',
  );
  return groups.flatMap(({ rules }) => rules);
}

export async function targetsOf(url: string): Promise<readonly TargetState[]> {
  return (await ask<{ activeTargets: readonly TargetState[] }>(url, 'targets')).activeTargets;
}

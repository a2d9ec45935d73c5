import { isError } from './is-error.js';

/** What one check found; the reason is for the operator and says what is being waited for. */
export type ReadinessResult =
  { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** One thing that must be so before work may be sent to this process. */
export interface ReadinessCheck {
  readonly name: string;
  /** MUST NOT change anything. A throw or more than `timeoutMs` counts as not ready. */
  check(): ReadinessResult | Promise<ReadinessResult>;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: readonly ({ readonly name: string } & ReadinessResult)[];
}

/** Runs all checks at the same time; a check that hangs is reported, not waited for. */
export async function checkReadiness(
  checks: readonly ReadinessCheck[],
  timeoutMs = 2000,
): Promise<ReadinessReport> {
  const results = await Promise.all(
    checks.map(async (check) => ({ name: check.name, ...(await runCheck(check, timeoutMs)) })),
  );
  return { ready: results.every((result) => result.ready), checks: results };
}

async function runCheck(check: ReadinessCheck, timeoutMs: number): Promise<ReadinessResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ReadinessResult>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ready: false, reason: `no answer within ${timeoutMs} ms` });
    }, timeoutMs);
  });
  try {
    return await Promise.race([check.check(), late]);
  } catch (error) {
    return { ready: false, reason: isError(error) ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

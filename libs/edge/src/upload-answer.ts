import { z } from 'zod';

/** One event that the gateway refused; `index` counts the events of the request from 0. */
const problem = z.object({
  index: z.int().min(0),
  reason: z.string(),
  detail: z.string().optional(),
});
const problems = z.object({ problems: z.array(problem).min(1) });

/** What an answer of `POST /v1/events` means for the batch. */
export type UploadAnswer =
  | { readonly kind: 'accepted' }
  /** Nothing was accepted; these events never will be. */
  | { readonly kind: 'refused'; readonly problems: readonly { index: number; reason: string }[] }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'retry'; readonly why: string; readonly waitMs: number };

/** Longest wait that a `Retry-After` may ask for. */
const RETRY_AFTER_MAX_MS = 60_000;

/** `Retry-After` in ms, from seconds or an HTTP date; 0 when absent or unreadable. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), RETRY_AFTER_MAX_MS) : 0;
}

/**
 * Reads the gateway's answer. Only a 400 that names the bad events condemns any: an answer of a
 * proxy in between, whatever its code, leads to another try and never to a lost event.
 */
export function readAnswer(
  status: number,
  body: string,
  retryAfter: string | null,
  nowMs: number,
): UploadAnswer {
  if (status === 202) return { kind: 'accepted' };
  if (status === 413) return { kind: 'too-large' };
  const named = status === 400 ? readProblems(body) : undefined;
  if (named !== undefined) return { kind: 'refused', problems: named };
  const why = `the gateway answered ${status}: ${body.slice(0, 200)}`;
  return { kind: 'retry', why, waitMs: retryAfterMs(retryAfter, nowMs) };
}

function readProblems(body: string): { index: number; reason: string }[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Not the gateway's: it always answers 400 with problem+json.
    return undefined;
  }
  const parsed = problems.safeParse(value);
  return parsed.data?.problems.map(({ index, reason, detail }) => ({
    index,
    reason: detail === undefined ? reason : `${reason}: ${detail}`,
  }));
}

const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 10_000;

/** Wait before try `attempt` (from 1): doubles up to 10 s, half of it by chance. */
export function backoffMs(attempt: number, random: number): number {
  const most = Math.min(BACKOFF_FIRST_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS);
  return Math.round((most / 2) * (1 + random));
}

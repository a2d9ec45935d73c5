import { readFileSync } from 'node:fs';
import { SIGNATURE_TYPE, type Verifier, cosignatureVerifier, parseVkey } from '#tlog';
import { z } from 'zod';

/** A witness as WITNESSES_FILE names it. */
export interface WitnessEntry {
  readonly name: string;
  /** Submission prefix (C2SP tlog-witness), without a trailing slash. */
  readonly url: string;
  readonly verifier: Verifier;
}

/** k of n: what C2SP tlog-policy calls a group and its quorum. */
export interface WitnessPolicy {
  /** Cosignatures that a checkpoint needs before they are shown. */
  readonly quorum: number;
  readonly witnesses: readonly WitnessEntry[];
}

const vkey = z.string().refine((text) => {
  try {
    return parseVkey(text).type === SIGNATURE_TYPE.cosignature;
  } catch {
    return false;
  }
}, 'no verifier key of type 4 (Ed25519 cosignature)');

const schema = z
  .strictObject({
    quorum: z.int().min(1),
    witnesses: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
          vkey,
        }),
      )
      .min(1)
      .max(16),
  })
  .superRefine(({ quorum, witnesses }, context) => {
    const problem = (message: string): void => {
      context.addIssue({ code: 'custom', message });
    };
    if (quorum > witnesses.length) problem(`quorum ${quorum} of ${witnesses.length} witnesses`);
    const keys = new Set(witnesses.map((witness) => witness.vkey));
    if (keys.size < witnesses.length) problem('two witnesses have one key');
    for (const { name, vkey: key } of witnesses) {
      if (!key.startsWith(`${name}+`)) problem(`the key of ${name} has another name`);
    }
  });

/** Reads the file: `{"quorum": k, "witnesses": [{"name", "url", "vkey"}]}`. Names every problem. */
export function readWitnessPolicy(file: string): WitnessPolicy {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const { quorum, witnesses } = parsed.data;
  return {
    quorum,
    witnesses: witnesses.map(({ name, url, vkey: key }) => ({
      name,
      url,
      verifier: cosignatureVerifier(key),
    })),
  };
}

import { z } from 'zod';
import { decodeEntry, isOpenedBy } from '#contracts';
import {
  LogFormatError,
  LogVerificationError,
  type Verifier,
  decodeBase64,
  leafHash,
  openCheckpoint,
  verifyInclusion,
} from '#tlog';

/** Selected fields of one log entry, with what proves that the entry commits to them. */
export const disclosureSchema = z.strictObject({
  format: z.literal('urbanmine-disclosure/1'),
  /** The log's signed checkpoint. */
  checkpoint: z.string(),
  index: z.int().min(0),
  /** The entry's bytes, base64. */
  entry: z.base64(),
  /** Inclusion proof, base64 each. */
  proof: z.array(z.base64()),
  disclosed: z
    .array(z.strictObject({ field: z.string(), salt: z.string(), value: z.json() }))
    .min(1),
});
export type Disclosure = z.infer<typeof disclosureSchema>;

interface DisclosedField {
  readonly field: string;
  readonly value: unknown;
}

export type DisclosureVerdict =
  | {
      readonly kind: 'proven';
      readonly type: string;
      readonly subject: string;
      readonly size: number;
      readonly fields: readonly DisclosedField[];
      /** Fields of the entry that stay hidden. */
      readonly hidden: readonly string[];
    }
  | { readonly kind: 'refused'; readonly why: string };

/** Checks a disclosure offline, with nothing but the log's key. */
export function checkDisclosure(
  disclosure: Disclosure,
  origin: string,
  verifiers: readonly Verifier[],
): DisclosureVerdict {
  const entry = Buffer.from(disclosure.entry, 'base64');
  let size: number;
  try {
    const checkpoint = openCheckpoint(disclosure.checkpoint, origin, verifiers);
    const { index, proof } = disclosure;
    const claim = { index, leaf: leafHash(entry), root: checkpoint.root, size: checkpoint.size };
    if (!verifyInclusion({ ...claim, proof: proof.map(hashOf) })) {
      return { kind: 'refused', why: 'the entry is not in the log at that index' };
    }
    ({ size } = checkpoint);
  } catch (error) {
    if (!(error instanceof LogFormatError || error instanceof LogVerificationError)) throw error;
    return { kind: 'refused', why: `checkpoint: ${error.message}` };
  }
  const { attributes, body } = decodeEntry(entry);
  const commitments = commitmentsOf(body);
  for (const { field, salt, value } of disclosure.disclosed) {
    const commitment = commitments.get(field);
    if (commitment === undefined) {
      return { kind: 'refused', why: `${field}: the entry does not commit to it` };
    }
    if (!isOpenedBy(commitment, { salt, value })) {
      return { kind: 'refused', why: `${field}: salt or value is not what was committed to` };
    }
  }
  const open = new Set(disclosure.disclosed.map(({ field }) => field));
  return {
    kind: 'proven',
    type: attributes.type,
    subject: attributes.subject,
    size,
    fields: disclosure.disclosed.map(({ field, value }) => ({ field, value })),
    hidden: [...commitments.keys()].filter((field) => !open.has(field)),
  };
}

const withCommitments = z.object({ commitments: z.record(z.string(), z.string()) });

/** Commitments of an entry by field; empty when it makes none. */
export function commitmentsOf(body: unknown): ReadonlyMap<string, string> {
  const parsed = withCommitments.safeParse(body);
  return new Map(parsed.success ? Object.entries(parsed.data.commitments) : []);
}

/** A hash of a proof; of what is no base64 nothing, which no proof holds with. */
const hashOf = (text: string): Uint8Array => decodeBase64(text) ?? new Uint8Array(0);

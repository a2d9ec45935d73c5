import type { JsonWebKey } from 'node:crypto';
import { type Opening, PoisonError, decodeEntry } from '#contracts';
import type { Pool } from '#database';
import { JweError, reveal } from '#edge';
import {
  MemoryTiles,
  emptyFrontier,
  encodeBase64,
  inclusionProof,
  integrate,
  leafHash,
  parseCheckpoint,
  parseNote,
} from '#tlog';
import type { LogSource } from '../audit/log-source.js';
import { readBundles } from '../audit/read-bundles.js';
import { CommandError, EXIT } from '../command-error.js';
import { type Disclosure, commitmentsOf } from './disclosure.js';

/** An opening that was found and fits its commitment. */
export interface OpenedField extends Opening {
  readonly field: string;
  readonly commitment: string;
}

interface StoredOpening {
  readonly about: string;
  readonly field: string;
  readonly commitment: string;
  readonly jwe: string;
}

/**
 * Opens the fields that are asked for. Every opening of the same site is opened with them, so that
 * a salt that was used before is found: it would disclose more than what is asked for.
 */
export async function openFields(
  pool: Pool,
  wanted: { readonly about: string; readonly fields: readonly string[] },
  privateKey: JsonWebKey,
): Promise<OpenedField[]> {
  const { rows } = await pool.query<StoredOpening>(
    `SELECT about, field, commitment, jwe FROM opening
     WHERE site_id = split_part($1, '.', 1) ORDER BY source, boot, seq, place`,
    [wanted.about],
  );
  const opened = rows.map((row) => ({ ...row, ...openOne(row, privateKey) }));
  const salts = Map.groupBy(opened, ({ salt }) => salt);
  return wanted.fields.map((field) => {
    const found = opened.find((row) => row.about === wanted.about && row.field === field);
    if (found === undefined) {
      const what = `no opening of ${field} of ${wanted.about}: it was erased, or never recorded`;
      throw new CommandError(EXIT.refused, what);
    }
    const twins = salts.get(found.salt)!.filter((row) => row !== found);
    if (twins[0] !== undefined) {
      const other = `${twins[0].field} of ${twins[0].about}`;
      throw new CommandError(EXIT.refused, `${field}: its salt is that of ${other} too`);
    }
    const { commitment, salt, value } = found;
    return { field, commitment, salt, value };
  });
}

function openOne(row: StoredOpening, privateKey: JsonWebKey): Opening {
  try {
    return reveal(row, privateKey);
  } catch (error) {
    if (!(error instanceof JweError || error instanceof PoisonError)) throw error;
    const what = `${row.field} of ${row.about}: ${error.message}`;
    throw new CommandError(EXIT.refused, what, { cause: error });
  }
}

/** Finds the entry that commits to the fields and proves it; reads the log once, to its end. */
export async function discloseFields(
  source: LogSource,
  fields: readonly OpenedField[],
): Promise<Disclosure> {
  const note = await source.read('checkpoint');
  if (note === null) throw new CommandError(EXIT.refused, `${source.name} has no checkpoint`);
  const { size } = parseCheckpoint(parseNote(note).text);
  const tiles = new MemoryTiles();
  let frontier = emptyFrontier();
  let found: { readonly index: number; readonly entry: Buffer } | null = null;
  for await (const { firstIndex, entries } of readBundles(source, size)) {
    const grown = integrate(frontier, entries.map(leafHash));
    tiles.append(grown.tiles);
    ({ frontier } = grown);
    const at = entries.findIndex((entry) => commitsTo(entry, fields));
    if (at >= 0) found ??= { index: firstIndex + at, entry: entries[at]! };
  }
  if (found === null) {
    const what = `no entry of ${source.name} commits to these fields together`;
    throw new CommandError(EXIT.refused, what);
  }
  return {
    format: 'urbanmine-disclosure/1',
    checkpoint: note.toString(),
    index: found.index,
    entry: found.entry.toString('base64'),
    proof: inclusionProof(size, found.index, tiles.read).map(encodeBase64),
    disclosed: fields.map(({ field, salt, value }) => ({
      field,
      salt,
      value: value as Disclosure['disclosed'][number]['value'],
    })),
  };
}

function commitsTo(entry: Buffer, fields: readonly OpenedField[]): boolean {
  if (!fields.every(({ commitment }) => entry.includes(commitment))) return false;
  const commitments = commitmentsOf(decodeEntry(entry).body);
  return fields.every(({ field, commitment }) => commitments.get(field) === commitment);
}

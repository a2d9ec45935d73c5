import { siteRegistrySchema } from '#contracts';
import type { Snapshot } from '../answers/snapshots.js';

/** Where a station stands. */
export interface StationLine {
  readonly siteId: string;
  readonly station: string;
  /** Empty for one that is of no line. */
  readonly line: string;
}

interface Row {
  site_id: string;
  digest: string;
  body: Buffer;
}

/** Reads the registries in force. What a digest names never changes, so each body is parsed once. */
export class StationLines {
  private known = new Map<string, readonly StationLine[]>();

  async read(db: Snapshot): Promise<StationLine[]> {
    const rows = await db.query<Row[]>(
      `SELECT s.site_id, r.digest, CASE WHEN r.digest = ANY($1) THEN '' ELSE r.body END AS body
       FROM site s JOIN registry r ON r.site_id = s.site_id AND r.version = s.registry_version`,
      [[...this.known.keys()]],
    );
    const read = rows.map(
      ({ digest, body }) => [digest, this.known.get(digest) ?? linesIn(body)] as const,
    );
    this.known = new Map(read);
    return read.flatMap(([, lines]) => lines);
  }
}

function linesIn(body: Buffer): StationLine[] {
  const { siteId, stations } = siteRegistrySchema.parse(JSON.parse(body.toString('utf8')));
  return stations
    .filter(({ source }) => source.startsWith(`${siteId}.`))
    .map(({ source, lineId }) => ({
      siteId,
      station: source.slice(siteId.length + 1),
      line: lineId ?? '',
    }));
}

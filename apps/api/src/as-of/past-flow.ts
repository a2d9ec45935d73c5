import { turnoverAnswer } from '../answers/fields.js';
import type { Snapshot } from '../answers/snapshots.js';
import { WINDOW_SECONDS } from '../sites/sites.store.js';
import type { FlowAnswer } from '../sites/sites.schema.js';
import type { PastSite } from './past-site.js';

interface ScannedRow {
  kind: string;
  owner: string;
  part: string;
  mass_mg: string;
}

/** The flow as it was known; see `readFlow`. The window ends at the stream time that the log tells. */
export async function pastFlow(db: Snapshot, past: PastSite): Promise<FlowAnswer> {
  const recent = await readRecent(db, past);
  const items = past.totals.map(({ stream, class: name, weighed, estimated, pieces }) => ({
    stream,
    class: name,
    weighed: turnoverAnswer(weighed),
    estimated: turnoverAnswer(estimated),
    pieces: String(pieces),
    recentEstimatedMg: String(recent.get(`${stream}/${name}`) ?? 0n),
  }));
  const key = (item: (typeof items)[number]): string => `${item.stream}/${item.class}`;
  return {
    siteId: past.siteId,
    windowSeconds: WINDOW_SECONDS,
    streamTime: past.streamTime.toISOString(),
    items: items.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
  };
}

/** What pieces booked within the window, by stream and class. */
async function readRecent(db: Snapshot, past: PastSite): Promise<Map<string, bigint>> {
  const rows = await db.query<ScannedRow[]>(
    `SELECT a.kind, a.owner, a.part, sum(p.mass_mg) AS mass_mg
     FROM posting p JOIN account a ON a.id = p.debit
     WHERE p.site_id = $1 AND p.code = 'scan' AND p.from_index < $4
       AND p.event_time > $2::timestamptz - make_interval(secs => $3) AND p.event_time <= $2
     GROUP BY 1, 2, 3`,
    [past.siteId, past.streamTime, WINDOW_SECONDS, past.treeSize],
  );
  const recent = new Map<string, bigint>();
  for (const { kind, owner, part, mass_mg: massMg } of rows) {
    const isOutlet = kind === 'outlet';
    const of = isOutlet ? past.runs.get(owner) : past.lots.get(owner);
    const key = `${of?.stream ?? 'unknown'}/${isOutlet ? part.slice(part.indexOf(':') + 1) : part}`;
    recent.set(key, (recent.get(key) ?? 0n) + BigInt(massMg));
  }
  return recent;
}

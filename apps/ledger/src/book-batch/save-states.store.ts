import {
  type BootState,
  type FoldResult,
  type LotState,
  type RunState,
  type TotalState,
  encodeState,
} from '#custody';
import { type PoolClient, hexBytes, rowsStatement, writeRows } from '#database';

const SITE = { site_id: 'text' };

const BOOT = rowsStatement(
  'boot',
  { ...SITE, source: 'text', boot: 'bigint' },
  {
    position: 'bigint',
    waiting: 'boolean',
    accepted: 'bigint',
    duplicates: 'bigint',
    last_time: 'timestamptz',
    state: 'jsonb',
  },
);

const PARKED = rowsStatement(
  'parked',
  { ...SITE, source: 'text', boot: 'bigint', seq: 'bigint' },
  { attributes: 'jsonb', data: 'bytea', ingest_time_ms: 'bigint' },
);

const LOT = rowsStatement(
  'lot',
  { ...SITE, lot_id: 'text' },
  {
    local_id: 'text',
    stream: 'text',
    status: 'text',
    material_class: 'text',
    visit_id: 'text',
    run_id: 'text',
    parents: 'text[]',
    model: 'text',
    pass: 'integer',
    place: 'text',
    keeps_grade: 'text',
    weighed_mg: 'numeric',
    pieces: 'bigint',
    opened_time: 'timestamptz',
    opened_index: 'bigint',
    changed_index: 'bigint',
    state: 'jsonb',
  },
);

const RUN = rowsStatement(
  'run',
  { ...SITE, run_id: 'text' },
  {
    status: 'text',
    line_id: 'text',
    stream: 'text',
    recipe: 'text',
    unaccounted_mg: 'numeric',
    pieces: 'bigint',
    opened_time: 'timestamptz',
    closed_time: 'timestamptz',
    opened_index: 'bigint',
    changed_index: 'bigint',
    state: 'jsonb',
  },
);

const VISIT = rowsStatement(
  'visit',
  { ...SITE, visit_id: 'text' },
  { direction: 'text', changed_index: 'bigint', state: 'jsonb' },
);

const SHIPMENT = rowsStatement(
  'shipment',
  { ...SITE, shipment_id: 'text' },
  { consignee: 'text', log_index: 'bigint', state: 'jsonb' },
);

const TOTAL = rowsStatement(
  'total',
  { ...SITE, stream: 'text', class: 'text' },
  {
    weighed_debits_mg: 'numeric',
    weighed_credits_mg: 'numeric',
    estimated_debits_mg: 'numeric',
    estimated_credits_mg: 'numeric',
    pieces: 'bigint',
    changed_index: 'bigint',
  },
);

/** Every state that the fold has changed, one statement a table. */
export async function saveStates(client: PoolClient, result: FoldResult): Promise<void> {
  const { siteId, changed } = result;
  const row = (columns: object, state: unknown): string =>
    withState({ site_id: siteId, ...columns }, state);
  await writeRows(
    client,
    BOOT,
    changed.boots.map((boot) => row(bootColumns(boot), boot)),
  );
  await saveParked(client, result);
  await writeRows(
    client,
    LOT,
    changed.lots.map((lot) => row(lotColumns(lot), lot)),
  );
  await writeRows(
    client,
    RUN,
    changed.runs.map((run) => row(runColumns(run), run)),
  );
  await writeRows(
    client,
    VISIT,
    changed.visits.map((visit) =>
      row(
        {
          visit_id: visit.visitId,
          direction: visit.direction,
          changed_index: visit.changedIndex,
        },
        visit,
      ),
    ),
  );
  await writeRows(
    client,
    SHIPMENT,
    changed.shipments.map((shipment) =>
      row(
        {
          shipment_id: shipment.shipmentId,
          consignee: shipment.consignee,
          log_index: shipment.logIndex,
        },
        shipment,
      ),
    ),
  );
  await writeRows(
    client,
    TOTAL,
    changed.totals.map((total) => JSON.stringify({ site_id: siteId, ...totalColumns(total) })),
  );
}

/** A row with its state as `encodeState` words it. */
const withState = (columns: object, state: unknown): string =>
  `${JSON.stringify(columns).slice(0, -1)},"state":${encodeState(state)}}`;

const bootColumns = (boot: BootState): object => ({
  source: boot.source,
  boot: boot.boot,
  position: boot.position,
  waiting: boot.openSlots.length > 0 || boot.parkedSeqs.length > 0,
  accepted: boot.accepted,
  duplicates: boot.duplicates,
  last_time: boot.lastTime === '' ? null : boot.lastTime,
});

const lotColumns = (lot: LotState): object => ({
  lot_id: lot.lotId,
  local_id: lot.lotId.slice(lot.lotId.indexOf('.') + 1),
  stream: lot.stream,
  status: lot.status,
  material_class: lot.materialClass,
  visit_id: lot.visitId,
  run_id: lot.runId,
  parents: lot.parents,
  model: lot.custody?.model ?? null,
  pass: lot.pass,
  place: lot.place,
  keeps_grade: lot.graded?.keeps ?? null,
  weighed_mg: String(lot.weighed.debitsMg - lot.weighed.creditsMg),
  pieces: String(lot.pieces),
  opened_time: lot.openedTime,
  opened_index: lot.openedIndex,
  changed_index: lot.changedIndex,
});

const runColumns = (run: RunState): object => ({
  run_id: run.runId,
  status: run.status,
  line_id: run.lineId,
  stream: run.stream,
  recipe: run.recipe,
  unaccounted_mg: String(run.unaccountedMg),
  pieces: String(run.pieces),
  opened_time: run.openedTime,
  closed_time: run.closedTime,
  opened_index: run.openedIndex,
  changed_index: run.changedIndex,
});

const totalColumns = (total: TotalState): object => ({
  stream: total.stream,
  class: total.class,
  weighed_debits_mg: String(total.weighed.debitsMg),
  weighed_credits_mg: String(total.weighed.creditsMg),
  estimated_debits_mg: String(total.estimated.debitsMg),
  estimated_credits_mg: String(total.estimated.creditsMg),
  pieces: String(total.pieces),
  changed_index: total.changedIndex,
});

async function saveParked(client: PoolClient, result: FoldResult): Promise<void> {
  const { siteId, parkedAdded, parkedRemoved } = result;
  await writeRows(
    client,
    PARKED,
    parkedAdded.map(({ source, boot, seq, record }) =>
      JSON.stringify({
        site_id: siteId,
        source,
        boot,
        seq,
        attributes: record.attributes,
        data: hexBytes(record.data),
        ingest_time_ms: record.ingestTimeMs,
      }),
    ),
  );
  if (parkedRemoved.length === 0) return;
  await client.query(
    `DELETE FROM parked p
     USING json_to_recordset($2::json) AS gone (source text, boot bigint, seq bigint)
     WHERE p.site_id = $1 AND (p.source, p.boot, p.seq) = (gone.source, gone.boot, gone.seq)`,
    [siteId, JSON.stringify(parkedRemoved)],
  );
}

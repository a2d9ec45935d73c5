import type { FoldResult } from '#custody';
import { type PoolClient, hexBytes } from '#database';

const INSERT_FACTS = `
  INSERT INTO fact
    (site_id, seq, log_index, type, subject, time, attributes, data, record_time)
  SELECT $1, seq, log_index, attributes->>'type', attributes->>'subject',
    (attributes->>'time')::timestamptz, attributes, data, now()
  FROM json_to_recordset($2::json)
    AS rows (seq bigint, log_index bigint, attributes jsonb, data bytea)`;

const INSERT_EXCEPTIONS = `
  INSERT INTO exception
    (site_id, exception_id, code, severity, about, figures, time, raised_index)
  SELECT $1, "exceptionId", code, severity, about, figures, time, "raisedIndex"
  FROM json_to_recordset($2::json) AS rows ("exceptionId" text, code text, severity text,
    about text, figures jsonb, time timestamptz, "raisedIndex" bigint)`;

const CLOSE_EXCEPTIONS = `
  UPDATE exception e SET closed_index = rows."logIndex", closed_reason = rows.reason
  FROM json_to_recordset($2::json) AS rows ("exceptionId" text, reason text, "logIndex" bigint)
  WHERE e.site_id = $1 AND e.exception_id = rows."exceptionId"`;

/** Facts are the outbox: what this commits is what the publisher tells. */
export async function saveFacts(client: PoolClient, result: FoldResult): Promise<void> {
  const { siteId, facts, exceptionsRaised, exceptionsClosed } = result;
  if (facts.length > 0) {
    const rows = facts.map(({ seq, logIndex, attributes, data }) => ({
      seq,
      log_index: logIndex,
      attributes,
      data: hexBytes(data),
    }));
    await client.query({
      name: 'insert-facts',
      text: INSERT_FACTS,
      values: [siteId, JSON.stringify(rows)],
    });
  }
  if (exceptionsRaised.length > 0) {
    await client.query(INSERT_EXCEPTIONS, [siteId, JSON.stringify(exceptionsRaised)]);
  }
  if (exceptionsClosed.length > 0) {
    await client.query(CLOSE_EXCEPTIONS, [siteId, JSON.stringify(exceptionsClosed)]);
  }
}

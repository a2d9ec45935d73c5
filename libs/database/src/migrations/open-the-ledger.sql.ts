/**
 * No foreign keys: the ledger is the only writer, checks more than they could, and they would cost
 * on every commit. `fillfactor = 50` where rows are updated in place, so that updates stay on their
 * page and touch no index (HOT).
 */

/** Where the stream stands: fences, sites, registries, completeness. */
export const STREAM = `
CREATE TABLE fence (
  topic text NOT NULL,
  partition integer NOT NULL,
  cluster_id text NOT NULL,
  epoch bigint NOT NULL CHECK (epoch > 0),
  owner text NOT NULL,
  next_offset bigint NOT NULL CHECK (next_offset >= 0),
  last_digest bytea CHECK (octet_length(last_digest) = 32),
  claimed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

CREATE TABLE site (
  site_id text PRIMARY KEY,
  partition integer NOT NULL,
  tree_size bigint NOT NULL CHECK (tree_size >= 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  frontier bytea NOT NULL,
  fact_seq bigint NOT NULL CHECK (fact_seq >= 0),
  stream_time timestamptz(3) NOT NULL,
  registry_version integer,
  registry_digest text,
  committed_at timestamptz(3) NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE registry (
  site_id text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  digest text NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
  body bytea NOT NULL,
  announced_at timestamptz(3),
  adopted_index bigint,
  PRIMARY KEY (site_id, version)
);

CREATE TABLE boot (
  site_id text NOT NULL,
  source text NOT NULL,
  boot bigint NOT NULL,
  position bigint NOT NULL CHECK (position >= 0),
  waiting boolean NOT NULL,
  accepted bigint NOT NULL,
  duplicates bigint NOT NULL,
  last_time timestamptz(3),
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, source, boot)
) WITH (fillfactor = 50);
COMMENT ON COLUMN boot.waiting IS 'has open slots or parked records';

CREATE TABLE parked (
  site_id text NOT NULL,
  source text NOT NULL,
  boot bigint NOT NULL,
  seq bigint NOT NULL,
  attributes jsonb NOT NULL,
  data bytea NOT NULL,
  ingest_time_ms bigint NOT NULL,
  PRIMARY KEY (site_id, source, boot, seq)
);
`;

/** The transparency log of each site (RFC 6962, C2SP tlog-tiles). */
export const LOG = `
CREATE TABLE chunk (
  site_id text NOT NULL,
  first_index bigint NOT NULL,
  n integer NOT NULL CHECK (n > 0),
  codec text NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (site_id, first_index)
);
ALTER TABLE chunk ALTER COLUMN body SET STORAGE EXTERNAL;
COMMENT ON TABLE chunk IS 'entries of one commit, each after its length (2 bytes), compressed';

CREATE TABLE tile (
  site_id text NOT NULL,
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
  idx bigint NOT NULL CHECK (idx >= 0),
  data bytea NOT NULL CHECK (octet_length(data) BETWEEN 32 AND 8192 AND octet_length(data) % 32 = 0),
  PRIMARY KEY (site_id, level, idx)
) WITH (fillfactor = 50);
ALTER TABLE tile ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE checkpoint (
  site_id text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  note text NOT NULL,
  signed_at timestamptz(3) NOT NULL,
  PRIMARY KEY (site_id, size)
);
CREATE INDEX checkpoint_time ON checkpoint (site_id, signed_at);

CREATE TABLE log_key (
  site_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('log', 'time')),
  vkey text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (site_id, kind, vkey)
);

CREATE TABLE publish_cursor (
  site_id text NOT NULL,
  topic text NOT NULL CHECK (topic IN ('custody-events', 'lots', 'totals', 'checkpoints')),
  position bigint NOT NULL CHECK (position >= 0),
  PRIMARY KEY (site_id, topic)
) WITH (fillfactor = 50);
COMMENT ON COLUMN publish_cursor.position IS
  'custody-events: last fact seq sent; lots, totals: log size covered; checkpoints: size sent';
`;

/** Double entry in integer milligrams. One frame may state 2.3e18 mg, so a few would overflow bigint. */
export const BOOKS = `
CREATE TABLE account (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id text NOT NULL,
  key text NOT NULL,
  book text NOT NULL CHECK (book IN ('W', 'E', 'C')),
  kind text NOT NULL,
  owner text NOT NULL,
  part text,
  UNIQUE (site_id, key)
);
CREATE INDEX account_owner ON account (owner);

CREATE TABLE balance (
  account_id integer PRIMARY KEY,
  debits_mg numeric(38, 0) NOT NULL CHECK (debits_mg >= 0),
  credits_mg numeric(38, 0) NOT NULL CHECK (credits_mg >= 0)
) WITH (fillfactor = 50);

CREATE TABLE posting (
  site_id text NOT NULL,
  from_index bigint NOT NULL,
  leg integer NOT NULL,
  to_index bigint NOT NULL,
  debit integer NOT NULL,
  credit integer NOT NULL,
  mass_mg numeric(38, 0) NOT NULL CHECK (mass_mg > 0),
  code text NOT NULL,
  event_time timestamptz(3) NOT NULL,
  PRIMARY KEY (site_id, from_index, leg),
  CHECK (debit <> credit),
  CHECK (from_index < to_index)
);
CREATE INDEX posting_time ON posting USING brin (event_time) WITH (pages_per_range = 32);

CREATE TABLE total (
  site_id text NOT NULL,
  stream text NOT NULL,
  class text NOT NULL,
  weighed_debits_mg numeric(38, 0) NOT NULL CHECK (weighed_debits_mg >= 0),
  weighed_credits_mg numeric(38, 0) NOT NULL CHECK (weighed_credits_mg >= 0),
  estimated_debits_mg numeric(38, 0) NOT NULL CHECK (estimated_debits_mg >= 0),
  estimated_credits_mg numeric(38, 0) NOT NULL CHECK (estimated_credits_mg >= 0),
  pieces bigint NOT NULL CHECK (pieces >= 0),
  changed_index bigint NOT NULL,
  PRIMARY KEY (site_id, stream, class)
) WITH (fillfactor = 50);
`;

/** What the rules know of lots, runs, visits and shipments, and the facts they gave. */
export const STATES = `
CREATE TABLE lot (
  site_id text NOT NULL,
  lot_id text NOT NULL,
  local_id text NOT NULL,
  stream text NOT NULL,
  status text NOT NULL,
  material_class text NOT NULL,
  visit_id text,
  run_id text,
  parents text[] NOT NULL,
  weighed_mg numeric(38, 0) NOT NULL,
  pieces bigint NOT NULL,
  opened_time timestamptz(3) NOT NULL,
  opened_index bigint NOT NULL,
  changed_index bigint NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, lot_id)
) WITH (fillfactor = 50);
COMMENT ON COLUMN lot.weighed_mg IS 'debits less credits of W:lot:<lot_id>';
CREATE INDEX lot_newest ON lot (opened_time, lot_id);
CREATE INDEX lot_stream ON lot (stream, opened_time, lot_id);
CREATE INDEX lot_class ON lot (material_class, opened_time, lot_id);
CREATE INDEX lot_id_prefix ON lot (lot_id text_pattern_ops);
CREATE INDEX lot_local_prefix ON lot (local_id text_pattern_ops);
CREATE INDEX lot_run ON lot (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX lot_open ON lot (site_id) WHERE status <> 'dispatched';
CREATE INDEX lot_parents ON lot USING gin (parents);

CREATE TABLE run (
  site_id text NOT NULL,
  run_id text NOT NULL,
  status text NOT NULL,
  line_id text,
  stream text NOT NULL,
  recipe text,
  unaccounted_mg numeric(38, 0) NOT NULL,
  pieces bigint NOT NULL,
  opened_time timestamptz(3) NOT NULL,
  closed_time timestamptz(3),
  opened_index bigint NOT NULL,
  changed_index bigint NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, run_id)
) WITH (fillfactor = 50);
CREATE INDEX run_id ON run (run_id);
CREATE INDEX run_closing ON run (site_id) WHERE status = 'closing';
CREATE INDEX run_open ON run (site_id) WHERE status <> 'balanced';
CREATE INDEX run_newest ON run (site_id, opened_time, run_id);

CREATE TABLE visit (
  site_id text NOT NULL,
  visit_id text NOT NULL,
  direction text,
  changed_index bigint NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, visit_id)
) WITH (fillfactor = 50);

CREATE TABLE shipment (
  site_id text NOT NULL,
  shipment_id text NOT NULL,
  consignee text NOT NULL,
  log_index bigint NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, shipment_id)
);

CREATE TABLE fact (
  site_id text NOT NULL,
  seq bigint NOT NULL,
  log_index bigint NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time timestamptz(3) NOT NULL,
  attributes jsonb NOT NULL,
  data bytea NOT NULL,
  record_time timestamptz(3) NOT NULL,
  PRIMARY KEY (site_id, seq)
);
CREATE INDEX fact_subject ON fact (subject, seq);

CREATE TABLE exception (
  site_id text NOT NULL,
  exception_id text NOT NULL,
  code text NOT NULL,
  severity text NOT NULL,
  about text NOT NULL,
  figures jsonb NOT NULL,
  time timestamptz(3) NOT NULL,
  raised_index bigint NOT NULL,
  closed_index bigint,
  closed_reason text,
  PRIMARY KEY (site_id, exception_id)
);
CREATE INDEX exception_newest ON exception (time, exception_id);
CREATE INDEX exception_open ON exception (site_id, time) WHERE closed_index IS NULL;
CREATE INDEX exception_about ON exception (about);
`;

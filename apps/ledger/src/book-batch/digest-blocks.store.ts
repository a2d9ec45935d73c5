import { BLOCKS_KEPT, type FoldResult, type WorkingSet, blockKey } from '#custody';
import { type PoolClient, hexBytes, rowsStatement, writeRows } from '#database';

/** A ring: a block takes the row of the one that has left the window of kept digests. */
const DIGEST_BLOCK = rowsStatement(
  'digest_block',
  { site_id: 'text', source: 'text', boot: 'bigint', slot: 'smallint' },
  { block: 'bigint', digests: 'bytea' },
);

/** Stores the blocks that the fold has filled or changed. */
export async function saveDigestBlocks(
  client: PoolClient,
  { siteId, digestBlocks }: FoldResult,
): Promise<void> {
  const rows = digestBlocks.map(({ source, boot, block, digests }) =>
    JSON.stringify({
      site_id: siteId,
      source,
      boot,
      slot: block % BLOCKS_KEPT,
      block,
      digests: hexBytes(digests),
    }),
  );
  await writeRows(client, DIGEST_BLOCK, rows);
}

/** Looks up blocks by `<source> <boot> <block>`; one that was never stored becomes null. */
export async function loadDigestBlocks(
  client: PoolClient,
  set: WorkingSet,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const wanted = keys.map((key) => {
    const [source, boot, block] = key.split(' ');
    return { source, boot: Number(boot), block: Number(block) };
  });
  for (const key of keys) set.digestBlocks.set(key, null);
  const { rows } = await client.query<{
    source: string;
    boot: string;
    block: string;
    digests: Buffer;
  }>({
    name: 'load-digest-blocks',
    text: `SELECT d.source, d.boot, d.block, d.digests FROM digest_block d
           JOIN json_to_recordset($2::json) AS wanted (source text, boot bigint, block bigint)
             ON (d.source, d.boot, d.slot, d.block)
              = (wanted.source, wanted.boot, (wanted.block % ${BLOCKS_KEPT})::smallint, wanted.block)
           WHERE d.site_id = $1`,
    values: [set.site.siteId, JSON.stringify(wanted)],
  });
  for (const { source, boot, block, digests } of rows) {
    set.digestBlocks.set(blockKey(source, Number(boot), Number(block)), digests);
  }
}

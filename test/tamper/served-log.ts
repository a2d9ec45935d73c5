import type { DataSource } from 'typeorm';
import { InvariantError } from '#contracts';
import { createDataSource } from '#database';
import {
  listCheckpoints,
  newestCheckpoint,
  readBundle,
  readKey,
  readKeys,
  readRegistry,
  readTile,
} from '../../apps/api/src/log/log.store.js';
import { servableTile } from '../../apps/api/src/log/serve-tile.js';
import { UnavailableError } from '../../apps/cli/src/audit/findings.js';
import type { LogSource } from '../../apps/cli/src/audit/log-source.js';

const MORE_THAN_THERE_ARE = 10_000;

/** A site's log as the api serves it out of a database, without HTTP between. */
export class ServedLog implements LogSource {
  readonly name = 'served';

  private constructor(
    private readonly dataSource: DataSource,
    private readonly siteId: string,
  ) {}

  static async open(databaseUrl: string, siteId: string): Promise<ServedLog> {
    const dataSource = createDataSource({ databaseUrl, poolSize: 1 });
    await dataSource.initialize();
    return new ServedLog(dataSource, siteId);
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }

  async read(path: string): Promise<Buffer | null> {
    try {
      return await this.answer(path);
    } catch (cause) {
      // The api answers 500 then, which an audit takes for what it cannot read.
      if (!(cause instanceof InvariantError)) throw cause;
      throw new UnavailableError(cause.message, { cause });
    }
  }

  private async answer(path: string): Promise<Buffer | null> {
    const { siteId } = this;
    const db = this.dataSource.manager;
    if (path === 'key' || path === 'key/time') {
      const vkey = await readKey(db, siteId, path === 'key' ? 'log' : 'time');
      return vkey === null ? null : Buffer.from(`${vkey}\n`);
    }
    if (path === 'keys') {
      const vkeys = await readKeys(db, siteId);
      return Buffer.from(vkeys.map((vkey) => `${vkey}\n`).join(''));
    }
    if (path === 'checkpoints') {
      const items = await listCheckpoints(db, siteId, null, MORE_THAN_THERE_ARE);
      return Buffer.from(JSON.stringify({ items, next: null }));
    }
    if (path.startsWith('registry/')) return readRegistry(db, siteId, path.slice(9));
    const tree = await newestCheckpoint(db, siteId);
    if (tree === null || path === 'checkpoint') return tree && Buffer.from(tree.note);
    const servable = servableTile(path, tree.size);
    if (servable === null) return null;
    const { tile, width } = servable;
    return tile.level === 'entries'
      ? readBundle(db, siteId, tile.index, width)
      : readTile(db, siteId, tile.level, tile.index, width);
  }
}

export { ENTITIES, type DataSourceOptions, createDataSource, migrate } from './data-source.js';
export {
  AccountEntity,
  BalanceEntity,
  PostingEntity,
  TotalEntity,
} from './entities/books.entities.js';
export { ErasureEntity, NoticeEntity, OpeningEntity } from './entities/exchange.entities.js';
export {
  CheckpointEntity,
  ChunkEntity,
  CosignatureEntity,
  LogKeyEntity,
  PublishCursorEntity,
  type PublishedTopic,
  TileEntity,
} from './entities/log.entities.js';
export {
  ExceptionEntity,
  FactEntity,
  LotEntity,
  RunEntity,
  ShipmentEntity,
  VisitEntity,
} from './entities/state.entities.js';
export {
  BootEntity,
  FenceEntity,
  ParkedEntity,
  RegistryEntity,
  SiteEntity,
} from './entities/stream.entities.js';
export { type ChunkCodec, type EncodedChunk, decodeChunk, encodeChunk } from './write/chunk.js';
export { type CopyValue, copyRows } from './write/copy.js';
export { databaseFailure } from './write/failure.js';
export {
  type Pool,
  type PoolClient,
  type PoolOptions,
  type Queryable,
  createPool,
  transaction,
} from './write/pool.js';
export { type PoolCounts, registerPoolGauges } from './write/pool-metrics.js';
export { announceRegistry } from './write/registry.js';
export { type RowsStatement, hexBytes, rowsStatement, writeRows } from './write/upsert.js';

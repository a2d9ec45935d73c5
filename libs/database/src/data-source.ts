import 'reflect-metadata';
import pg from 'pg';
import { DataSource } from 'typeorm';
import {
  AccountEntity,
  BalanceEntity,
  PostingEntity,
  TotalEntity,
} from './entities/books.entities.js';
import { ErasureEntity, NoticeEntity, OpeningEntity } from './entities/exchange.entities.js';
import {
  CheckpointEntity,
  ChunkEntity,
  CosignatureEntity,
  BookAdoptionEntity,
  LogKeyAdoptionEntity,
  LogKeyEntity,
  PublishCursorEntity,
  TileEntity,
} from './entities/log.entities.js';
import {
  ClaimEntity,
  CorrectionEntity,
  CreditEntity,
  PeriodEntity,
} from './entities/office.entities.js';
import {
  ExceptionEntity,
  FactEntity,
  LotEntity,
  RunEntity,
  ShipmentEntity,
  VisitEntity,
} from './entities/state.entities.js';
import {
  BootEntity,
  DigestBlockEntity,
  FenceEntity,
  ParkedEntity,
  RegistryEntity,
  SiteEntity,
} from './entities/stream.entities.js';
import { OpenTheLedger1764000000000 } from './migrations/1764000000000-open-the-ledger.js';
import { GuardTheLedger1764000100000 } from './migrations/1764000100000-guard-the-ledger.js';
import { KeepDigests1764000200000 } from './migrations/1764000200000-keep-digests.js';
import { KeepCustody1764000300000 } from './migrations/1764000300000-keep-custody.js';
import { KeepClaims1764000400000 } from './migrations/1764000400000-keep-claims.js';
import { KeepOpenings1764000510000 } from './migrations/1764000510000-keep-openings.js';
import { AdoptLogKeys1764000600000 } from './migrations/1764000600000-adopt-log-keys.js';
import { MeetOtherSites1764000500000 } from './migrations/1764000500000-meet-other-sites.js';
import { KeepCorrections1764000410000 } from './migrations/1764000410000-keep-corrections.js';
import { KeepStatesInline1764001420000 } from './migrations/1764001420000-keep-states-inline.js';
import { AdoptBooks1764001410000 } from './migrations/1764001410000-adopt-books.js';
import { PlaceOpenings1764001400000 } from './migrations/1764001400000-place-openings.js';
import { KeepGrades1764000700000 } from './migrations/1764000700000-keep-grades.js';
import { WatchSensors1764001500000 } from './migrations/1764001500000-watch-sensors.js';
import { WatchScales1764000900000 } from './migrations/1764000900000-watch-scales.js';

/** Every table, so that a spec can hold them against the migrated schema. */
export const ENTITIES = [
  AccountEntity,
  BalanceEntity,
  BootEntity,
  CheckpointEntity,
  ChunkEntity,
  ClaimEntity,
  CorrectionEntity,
  CosignatureEntity,
  CreditEntity,
  DigestBlockEntity,
  ErasureEntity,
  ExceptionEntity,
  FactEntity,
  FenceEntity,
  BookAdoptionEntity,
  LogKeyAdoptionEntity,
  LogKeyEntity,
  LotEntity,
  NoticeEntity,
  OpeningEntity,
  ParkedEntity,
  PeriodEntity,
  PostingEntity,
  PublishCursorEntity,
  RegistryEntity,
  RunEntity,
  ShipmentEntity,
  SiteEntity,
  TileEntity,
  TotalEntity,
  VisitEntity,
];

export interface DataSourceOptions {
  readonly databaseUrl: string;
  /** Shown by PostgreSQL in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Connections at most. Default 10. */
  readonly poolSize?: number;
}

/** For reads and migrations. The write path uses `createPool`. Call `initialize()` before use. */
export function createDataSource(options: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.databaseUrl,
    applicationName: options.applicationName ?? 'urbanmine',
    poolSize: options.poolSize ?? 10,
    entities: ENTITIES,
    migrations: [
      OpenTheLedger1764000000000,
      GuardTheLedger1764000100000,
      KeepDigests1764000200000,
      KeepCustody1764000300000,
      KeepClaims1764000400000,
      KeepCorrections1764000410000,
      MeetOtherSites1764000500000,
      KeepOpenings1764000510000,
      AdoptLogKeys1764000600000,
      KeepGrades1764000700000,
      WatchScales1764000900000,
      PlaceOpenings1764001400000,
      AdoptBooks1764001410000,
      KeepStatesInline1764001420000,
      WatchSensors1764001500000,
    ],
    migrationsTableName: 'migration',
    synchronize: false,
    installExtensions: false,
  });
}

/** Any fixed number: whoever migrates holds it, so that services may all try at the same time. */
const MIGRATION_LOCK = 7_100_001;

/** Brings the schema to the newest version; does nothing when it is there. */
export async function migrate(databaseUrl: string): Promise<void> {
  const guard = new pg.Client({ connectionString: databaseUrl });
  await guard.connect();
  const dataSource = createDataSource({ databaseUrl, applicationName: 'urbanmine-migrate' });
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.initialize();
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await guard.end();
  }
}

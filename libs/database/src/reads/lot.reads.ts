import type { DataSource } from 'typeorm';
import { type LotState, type RunState, decodeState } from '#custody';
import { FactEntity, LotEntity, RunEntity } from '../entities/state.entities.js';
import { type Page, type PageRequest, decodeCursor, limitOf, toPage } from './page.js';

export interface LotFilter {
  readonly siteId?: string | undefined;
  readonly stream?: string | undefined;
  /** `provisional`, `open`, `dispatched`. */
  readonly state?: string | undefined;
  /** Declared grade or target class. */
  readonly grade?: string | undefined;
  /** Beginning of the lot's id, with or without its site. */
  readonly q?: string | undefined;
}

export interface RunFilter {
  readonly siteId?: string | undefined;
  readonly status?: string | undefined;
  readonly lineId?: string | undefined;
}

const likePrefix = (text: string): string => `${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Lots, runs and the facts about them; newest first. */
export class LotReads {
  constructor(private readonly dataSource: DataSource) {}

  lot(lotId: string): Promise<LotEntity | null> {
    return this.dataSource.getRepository(LotEntity).findOneBy({ lotId });
  }

  async lots(filter: LotFilter, request: PageRequest = {}): Promise<Page<LotEntity>> {
    const limit = limitOf(request);
    const query = this.dataSource.getRepository(LotEntity).createQueryBuilder('lot');
    const { siteId, stream, state, grade, q } = filter;
    if (siteId !== undefined) query.andWhere('lot.siteId = :siteId', { siteId });
    if (stream !== undefined) query.andWhere('lot.stream = :stream', { stream });
    if (state !== undefined) query.andWhere('lot.status = :state', { state });
    if (grade !== undefined) query.andWhere('lot.materialClass = :grade', { grade });
    if (q !== undefined && q !== '') {
      query.andWhere('(lot.lotId LIKE :q OR lot.localId LIKE :q)', { q: likePrefix(q) });
    }
    if (request.after !== undefined) {
      const [time, id] = decodeCursor(request.after);
      query.andWhere('(lot.openedTime, lot.lotId) < (:time, :id)', { time, id });
    }
    query
      .orderBy('lot.openedTime', 'DESC')
      .addOrderBy('lot.lotId', 'DESC')
      .limit(limit + 1);
    return toPage(await query.getMany(), limit, ({ openedTime, lotId }) => [openedTime, lotId]);
  }

  /** Lots by id, in no order; unknown ids are left out. One step up a genealogy. */
  lotsById(lotIds: readonly string[]): Promise<LotEntity[]> {
    return this.dataSource
      .getRepository(LotEntity)
      .createQueryBuilder('lot')
      .where('lot.lotId = ANY(:lotIds)', { lotIds })
      .getMany();
  }

  /** Lots that one of these went into, at most 1,000. One step down a genealogy. */
  childrenOf(lotIds: readonly string[]): Promise<LotEntity[]> {
    return this.dataSource
      .getRepository(LotEntity)
      .createQueryBuilder('lot')
      .where('lot.parents && :lotIds', { lotIds })
      .orderBy('lot.openedTime')
      .limit(1_000)
      .getMany();
  }

  run(runId: string): Promise<RunEntity | null> {
    return this.dataSource.getRepository(RunEntity).findOneBy({ runId });
  }

  async runs(filter: RunFilter, request: PageRequest = {}): Promise<Page<RunEntity>> {
    const limit = limitOf(request);
    const query = this.dataSource.getRepository(RunEntity).createQueryBuilder('run');
    const { siteId, status, lineId } = filter;
    if (siteId !== undefined) query.andWhere('run.siteId = :siteId', { siteId });
    if (status !== undefined) query.andWhere('run.status = :status', { status });
    if (lineId !== undefined) query.andWhere('run.lineId = :lineId', { lineId });
    if (request.after !== undefined) {
      const [time, id] = decodeCursor(request.after);
      query.andWhere('(run.openedTime, run.runId) < (:time, :id)', { time, id });
    }
    query
      .orderBy('run.openedTime', 'DESC')
      .addOrderBy('run.runId', 'DESC')
      .limit(limit + 1);
    return toPage(await query.getMany(), limit, ({ openedTime, runId }) => [openedTime, runId]);
  }

  /** Facts about a lot, run … in order; at most 1,000. */
  factsAbout(subject: string): Promise<FactEntity[]> {
    return this.dataSource
      .getRepository(FactEntity)
      .find({ where: { subject }, order: { seq: 'ASC' }, take: 1_000 });
  }
}

/** The state of a lot as the rules know it, masses as bigint. */
export const lotStateOf = ({ state }: Pick<LotEntity, 'state'>): LotState =>
  decodeState(JSON.stringify(state)) as LotState;

/** The state of a run as the rules know it. */
export const runStateOf = ({ state }: Pick<RunEntity, 'state'>): RunState =>
  decodeState(JSON.stringify(state)) as RunState;

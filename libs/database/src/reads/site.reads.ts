import { type DataSource, IsNull } from 'typeorm';
import { ExceptionEntity } from '../entities/state.entities.js';
import { BootEntity, RegistryEntity, SiteEntity } from '../entities/stream.entities.js';
import { type Page, type PageRequest, decodeCursor, limitOf, toPage } from './page.js';

export interface ExceptionFilter {
  readonly siteId?: string | undefined;
  readonly code?: string | undefined;
  readonly severity?: string | undefined;
  /** True: only what is not closed. */
  readonly open?: boolean | undefined;
  readonly about?: string | undefined;
}

/** Sites, their enrolment, how complete their streams are, and what went wrong. */
export class SiteReads {
  constructor(private readonly dataSource: DataSource) {}

  sites(): Promise<SiteEntity[]> {
    return this.dataSource.getRepository(SiteEntity).find({ order: { siteId: 'ASC' } });
  }

  site(siteId: string): Promise<SiteEntity | null> {
    return this.dataSource.getRepository(SiteEntity).findOneBy({ siteId });
  }

  /** The newest announced version of every site; `adoptedIndex` says whether it is in force. */
  newestRegistries(): Promise<RegistryEntity[]> {
    return this.dataSource
      .getRepository(RegistryEntity)
      .createQueryBuilder('registry')
      .distinctOn(['registry.siteId'])
      .orderBy('registry.siteId')
      .addOrderBy('registry.version', 'DESC')
      .getMany();
  }

  registry(digest: string): Promise<RegistryEntity | null> {
    return this.dataSource.getRepository(RegistryEntity).findOneBy({ digest });
  }

  /** Every boot of a source, newest first: the answer to a station that asks for its position. */
  boots(source: string): Promise<BootEntity[]> {
    const siteId = source.slice(0, source.search(/[./]/));
    return this.dataSource
      .getRepository(BootEntity)
      .find({ where: { siteId, source }, order: { boot: 'DESC' } });
  }

  /** Boots of a site that have open slots or parked records. */
  waitingBoots(siteId: string): Promise<BootEntity[]> {
    return this.dataSource.getRepository(BootEntity).findBy({ siteId, waiting: true });
  }

  async exceptions(
    filter: ExceptionFilter,
    request: PageRequest = {},
  ): Promise<Page<ExceptionEntity>> {
    const limit = limitOf(request);
    const query = this.dataSource.getRepository(ExceptionEntity).createQueryBuilder('e');
    const { siteId, code, severity, open, about } = filter;
    if (siteId !== undefined) query.andWhere('e.siteId = :siteId', { siteId });
    if (code !== undefined) query.andWhere('e.code = :code', { code });
    if (severity !== undefined) query.andWhere('e.severity = :severity', { severity });
    if (about !== undefined) query.andWhere('e.about = :about', { about });
    if (open === true) query.andWhere({ closedIndex: IsNull() });
    if (request.after !== undefined) {
      const [time, id] = decodeCursor(request.after);
      query.andWhere('(e.time, e.exceptionId) < (:time, :id)', { time, id });
    }
    query
      .orderBy('e.time', 'DESC')
      .addOrderBy('e.exceptionId', 'DESC')
      .limit(limit + 1);
    return toPage(await query.getMany(), limit, ({ time, exceptionId }) => [time, exceptionId]);
  }
}

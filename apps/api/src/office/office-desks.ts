import { NotFoundException, NotImplementedException } from '@nestjs/common';
import { readTokens } from '#edge';
import type { Logger } from '#process';
import type { OfficeConfig } from '../api.config.js';
import { type Actors, readActors } from './actors.js';
import { OfficeDesk } from './office-desk.js';

/** The desks of the sites that are enrolled here, each opened when it is first needed. */
export class OfficeDesks {
  readonly actors: Actors;
  private readonly open = new Map<string, Promise<OfficeDesk>>();

  constructor(
    private readonly config: OfficeConfig | undefined,
    private readonly logger: Logger,
  ) {
    this.actors = readActors(config?.actorsFile);
  }

  /** Throws 404 for a site that has no office here, 501 where the desk is closed. */
  async of(siteId: string): Promise<OfficeDesk> {
    const { config, logger } = this;
    if (config === undefined) {
      throw new NotImplementedException(
        'the office desk is closed: GATEWAY_URL, TOKENS_FILE, KEYS_DIR and DATA_DIR open it',
      );
    }
    const known = this.open.get(siteId);
    if (known !== undefined) return known;
    const source = `${siteId}.office`;
    // Read anew: a site may have been enrolled since.
    const token = readTokens(config.tokensFile)[source];
    if (token === undefined) {
      throw new NotFoundException(
        `siteId: there is no "${source}" in the tokens here; urbanmine station enrol makes one`,
      );
    }
    const opening = OfficeDesk.open(config, { siteId, source, token }, logger);
    this.open.set(siteId, opening);
    // Whoever asks next tries again.
    opening.catch(() => this.open.delete(siteId));
    return opening;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open.values()].map(async (desk) => (await desk).close()));
  }
}

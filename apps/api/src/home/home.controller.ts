import { Controller, Get, Header, Inject } from '@nestjs/common';
import { LOG_ORIGIN } from '../api.tokens.js';
import { Snapshots } from '../answers/snapshots.js';
import { newestLots } from '../lots/lot-search.store.js';
import { listSites } from '../sites/sites.store.js';
import { homePage } from './page.js';

const SITES_SHOWN = 100;
const LOTS_SHOWN = 20;

@Controller()
export class HomeController {
  constructor(
    private readonly snapshots: Snapshots,
    @Inject(LOG_ORIGIN) private readonly logOrigin: string,
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  home(): Promise<string> {
    return this.snapshots.read(async (db) =>
      homePage({
        logOrigin: this.logOrigin,
        sites: await listSites(db, null, SITES_SHOWN),
        lots: await newestLots(db, { filter: {}, limit: LOTS_SHOWN }, null),
      }),
    );
  }
}

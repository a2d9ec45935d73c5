import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';

/** Query parameter of every read: as it was known then. */
export const asOfQuery = {
  asOf: z.iso
    .datetime({ offset: true, error: 'not a time of RFC 3339, such as 2026-11-24T08:00:00Z' })
    .optional()
    .describe(
      'as it was known then: from the newest checkpoint whose time cosignature is not after it',
    ),
};

export const asOfOnly = z.strictObject(asOfQuery);

/** A moment is that of one log, so a list over the past is that of one site. */
export function siteAsOf(site: string | undefined): string {
  if (site !== undefined) return site;
  throw new BadRequestException(
    'asOf: a moment is that of one log; send `site` with it (/v1/sites lists those there are)',
  );
}

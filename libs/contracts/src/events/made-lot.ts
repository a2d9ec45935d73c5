import { code, custodyModel, materialStream, siteScopedId } from '../fields.js';

/** A lot that a yard operation fills: opens it, where it is not known yet. */
export const madeLot = {
  lotId: siteScopedId,
  stream: materialStream,
  materialClass: code.describe('Class or grade that the lot is to be known as'),
  model: custodyModel
    .optional()
    .describe('The model that is asked for; what its parents allow at best, where absent'),
  place: code.optional().describe('Bay, bunker or pile'),
} as const;

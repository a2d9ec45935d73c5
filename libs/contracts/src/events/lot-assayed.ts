import { z } from 'zod';
import { code, massMg, ppm, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const lotAssayed = defineEvent({
  name: 'lot.assayed',
  summary: 'Fractions of a lot by a laboratory or a bulk analyser, with uncertainty and method.',
  docs:
    'Only an assay makes the bias of a calibration smaller. The sample is part of the lot ' +
    'until it is conditioned away.',
  by: ['lab', 'office'],
  subject: 'lot',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'sampling', readPoint: 'source' },
  schema: z.strictObject({
    lotId: siteScopedId,
    assayId: code,
    method: code,
    sampleMassMg: massMg,
    fractions: z
      .array(z.strictObject({ analyte: code, ppm, uncertaintyPpm: ppm }))
      .min(1)
      .max(64),
    certificate: shortText.optional(),
  }),
  examples: [
    {
      lotId: 'north.lot-20261124-101',
      assayId: 'assay-551',
      method: 'melt-OES',
      sampleMassMg: 50_000_000,
      fractions: [{ analyte: 'Cu', ppm: 1_850, uncertaintyPpm: 40 }],
    },
  ],
});

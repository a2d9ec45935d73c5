import { z } from 'zod';
import { code, lotProperties, massMg, ppm, shortText, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';

export const lotAssayed = defineEvent({
  name: 'lot.assayed',
  summary:
    'Fractions or properties of a lot by a laboratory or a bulk analyser, with uncertainty and method.',
  docs:
    'Only an assay makes the bias of a calibration smaller. The sample is part of the lot ' +
    'until it is conditioned away.',
  by: ['lab', 'office'],
  subject: 'lot',
  epcis: { event: 'ObjectEvent', action: 'OBSERVE', bizStep: 'sampling', readPoint: 'source' },
  schema: z
    .strictObject({
      lotId: siteScopedId,
      assayId: code,
      method: code,
      sampleMassMg: massMg,
      fractions: z
        .array(z.strictObject({ analyte: code, ppm, uncertaintyPpm: ppm }))
        .max(64)
        .describe('Elements, fibres, and `sterile`, `moisture` (of the wet mass), `non-textile`'),
      properties: lotProperties.optional(),
      certificate: shortText.optional(),
    })
    .refine(
      ({ fractions, properties = {} }) =>
        fractions.length > 0 || Object.keys(properties).length > 0,
      { message: 'name a fraction or a property that was found', path: ['fractions'] },
    ),
  examples: [
    {
      lotId: 'north.lot-20261124-101',
      assayId: 'assay-551',
      method: 'melt-OES',
      sampleMassMg: 50_000_000,
      fractions: [{ analyte: 'Cu', ppm: 1_850, uncertaintyPpm: 40 }],
    },
    {
      lotId: 'north.lot-20261124-101',
      assayId: 'yard-check-77',
      method: 'weighed-bay',
      sampleMassMg: 4_600_000_000,
      fractions: [{ analyte: 'sterile', ppm: 2_900, uncertaintyPpm: 400 }],
      properties: {
        bulkDensityKgPerM3: { value: 1_080, uncertainty: 35 },
        largestPieceMicrometres: { value: 640_000, uncertainty: 20_000 },
      },
    },
  ],
});

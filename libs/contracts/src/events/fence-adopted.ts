import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { code, shortText } from '../fields.js';

const offset = z.int().min(0);

export const fenceAdopted = defineEvent({
  name: 'fence.adopted',
  summary: 'An operator has set where the ledger goes on in the stream of a partition.',
  docs:
    "The ledger stops when its broker is not the one it knows; this is the operator's signed " +
    'way on.',
  by: ['registrar', 'office'],
  subject: 'station',
  schema: z.strictObject({
    topic: shortText,
    partition: offset,
    clusterId: shortText.describe('Kafka cluster that is right from here on'),
    fromOffset: offset.describe('Offset that was to be booked next before'),
    toOffset: offset.describe('Offset that is to be booked next now'),
    reason: shortText,
    actor: code.describe('Who decided it, pseudonymous'),
  }),
  examples: [
    {
      topic: 'urbanmine.classified-events.v1',
      partition: 2,
      clusterId: '5L6g3nShT-eMCtK--X86sw',
      fromOffset: 48_201,
      toOffset: 0,
      reason: 'the broker was set up anew after the loss of its disk',
      actor: 'operator-7',
    },
  ],
});

import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { code, shortText } from '../fields.js';

const offset = z.int().min(0);

export const fenceAdopted = defineEvent({
  name: 'fence.adopted',
  summary: 'An operator has set where the ledger goes on in the stream of a partition.',
  by: ['registrar', 'office'],
  subject: 'station',
  schema: z.strictObject({
    topic: shortText,
    partition: offset,
    /** Kafka cluster that is right from here on. */
    clusterId: shortText,
    /** Offset that was to be booked next before. */
    fromOffset: offset,
    /** Offset that is to be booked next now. */
    toOffset: offset,
    reason: shortText,
    /** Who decided it, pseudonymous. */
    actor: code,
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

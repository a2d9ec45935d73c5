import { Controller } from '@nestjs/common';
import { BatchHandler, type RecordBatch, atOffset } from '#kafka';
import { NewestTotals } from './newest-totals.js';
import { TopicEnd } from './topic-end.js';

/** Business totals are set, never counted: a restart reads the topic anew from its beginning. */
@Controller()
export class TotalsController {
  constructor(
    private readonly totals: NewestTotals,
    private readonly end: TopicEnd,
  ) {}

  @BatchHandler('totals')
  onTotals(batch: RecordBatch): Promise<void> {
    for (const { key, value, offset } of batch.records) {
      atOffset(offset, () => {
        this.totals.apply(key?.toString() ?? '', value);
      });
    }
    this.end.passed(batch.partition, batch.lastOffset);
    return Promise.resolve();
  }
}

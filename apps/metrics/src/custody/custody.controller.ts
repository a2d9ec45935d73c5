import { Controller } from '@nestjs/common';
import { decodeBody, decodeHeaders, definitionOf, parseJson } from '#contracts';
import { BatchHandler, type KafkaRecord, type RecordBatch, atOffset } from '#kafka';
import { PipelineMetrics } from '../metrics.metrics.js';
import { NewestSeq } from './newest-seq.js';

/** What the ledger says: exceptions, gaps, balances of runs. */
@Controller()
export class CustodyController {
  private readonly seen = new NewestSeq();

  constructor(private readonly metrics: PipelineMetrics) {}

  @BatchHandler('custodyEvents')
  onFacts(batch: RecordBatch): Promise<void> {
    for (const record of batch.records) {
      atOffset(record.offset, () => {
        this.read(record);
      });
    }
    return Promise.resolve();
  }

  private read({ headers, value }: KafkaRecord): void {
    const { source, seq, siteid, type } = decodeHeaders(headers);
    // A newer ledger may say what this version does not know.
    if (definitionOf(type) === undefined) return;
    const fact = decodeBody(type, parseJson(value ?? Buffer.alloc(0)));
    // A new owner of a partition sends the last minute's facts again.
    if (this.seen.isNew(source, seq)) this.metrics.observeFact(siteid, fact);
  }
}

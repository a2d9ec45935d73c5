import { Controller } from '@nestjs/common';
import { BatchHandler, type RecordBatch } from '#kafka';
import { ClassifyBatchHandler } from './classify-batch.handler.js';

@Controller()
export class ClassifyBatchController {
  constructor(private readonly handler: ClassifyBatchHandler) {}

  @BatchHandler('stationEvents')
  classify(batch: RecordBatch): Promise<void> {
    return this.handler.classify(batch);
  }
}

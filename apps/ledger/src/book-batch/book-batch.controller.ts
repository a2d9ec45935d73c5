import { Controller } from '@nestjs/common';
import { BatchHandler, type RecordBatch } from '#kafka';
import { BookBatch } from './book-batch.handler.js';

@Controller()
export class BookBatchController {
  constructor(private readonly bookBatch: BookBatch) {}

  @BatchHandler('classifiedEvents')
  handle(batch: RecordBatch): Promise<void> {
    return this.bookBatch.handle(batch);
  }
}

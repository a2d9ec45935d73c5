import { Controller } from '@nestjs/common';
import { BatchHandler, type RecordBatch } from '#kafka';
import { ForwardIngressHandler } from './forward-ingress.handler.js';

@Controller()
export class ForwardIngressController {
  constructor(private readonly handler: ForwardIngressHandler) {}

  /** Of every `ingress.<source>.v1`. */
  @BatchHandler('ingress')
  forward(batch: RecordBatch): Promise<void> {
    return this.handler.forward(batch);
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { CustodyController } from './custody/custody.controller.js';
import { FlowController } from './flow/flow.controller.js';
import { PipelineMetrics } from './metrics.metrics.js';
import { NewestTotals } from './totals/newest-totals.js';
import { TopicEnd } from './totals/topic-end.js';
import { TotalsController } from './totals/totals.controller.js';

/** The composition root: what the consumers write into. */
@Module({ controllers: [FlowController, CustodyController, TotalsController] })
export class MetricsModule {
  static of(metrics: PipelineMetrics, totals: NewestTotals, end: TopicEnd): DynamicModule {
    return {
      module: MetricsModule,
      providers: [
        { provide: PipelineMetrics, useValue: metrics },
        { provide: NewestTotals, useValue: totals },
        { provide: TopicEnd, useValue: end },
      ],
    };
  }
}

import { Controller } from '@nestjs/common';
import { EVENTS, parseJson, trustBody } from '#contracts';
import { BatchHandler, type KafkaRecord, type RecordBatch, atOffset } from '#kafka';
import { PipelineMetrics } from '../metrics.metrics.js';
import { FeedReadings } from './feed-readings.js';
import { FrameTally } from './frame-tally.js';
import { OutletTargets } from './outlet-targets.js';

const { piecesClassified, feedMetered, runStarted, sensorCalibrated } = EVENTS;
const READ_TYPES: ReadonlySet<string> = new Set(
  [piecesClassified, feedMetered, runStarted, sensorCalibrated].map(({ type }) => type),
);

/**
 * Rates of what passes through the classified stream. A batch that comes again after a crash is
 * counted again, so these are rates of work; business totals come from `totals.v1`.
 */
@Controller()
export class FlowController {
  private readonly feeds = new FeedReadings();
  private readonly targets = new OutletTargets();

  constructor(private readonly metrics: PipelineMetrics) {}

  @BatchHandler('classifiedEvents')
  onClassified(batch: RecordBatch): Promise<void> {
    const tally = new FrameTally();
    const readings: FeedReading[] = [];
    for (const record of batch.records) {
      atOffset(record.offset, () => {
        this.read(record, tally, readings);
      });
    }
    // Only now: a batch with a poison record in it is handled again in parts.
    this.metrics.observeFrames(tally);
    for (const { source, runId, meter, cumulativeMg } of readings) {
      this.metrics.observeFeed(source, this.feeds.growthMg(runId, meter, cumulativeMg));
    }
    return Promise.resolve();
  }

  private read(record: KafkaRecord, tally: FrameTally, readings: FeedReading[]): void {
    const { ce_type, ce_source, ce_boot, ce_time, ce_siteid } = record.headers;
    const [type, source, boot, time, site] = [ce_type, ce_source, ce_boot, ce_time, ce_siteid].map(
      (header) => header?.toString(),
    );
    // Its first fact may be one that an alert counts.
    if (site !== undefined) this.metrics.openSite(site);
    if (type === undefined || source === undefined || !READ_TYPES.has(type)) return;
    // The gateway has checked headers and data, and the classifier has written the rest.
    const { key, data } = trustBody(type, parseJson(record.value ?? Buffer.alloc(0)));
    if (key === 'piecesClassified') {
      tally.add(source, data);
      // A state and no count: a batch that is handled again sets the same.
      const targets = this.targets.frameSeen(source, data.scan.runId);
      if (targets !== undefined) this.metrics.observeTargets(source, targets);
    }
    if (key === 'runStarted') {
      this.feeds.runStarted(data.runId);
      this.targets.runStarted(data.runId, data.outlets);
    }
    if (key === 'sensorCalibrated') {
      const { station, validUntil } = data;
      this.metrics.observeCalibration(station, Date.parse(time ?? ''), Date.parse(validUntil));
    }
    if (key === 'feedMetered') {
      const { runId, lotId, cumulativeMg } = data;
      readings.push({ source, runId, meter: `${source} ${boot ?? ''} ${lotId}`, cumulativeMg });
    }
  }
}

interface FeedReading {
  readonly source: string;
  readonly runId: string;
  readonly meter: string;
  readonly cumulativeMg: number;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { StationPosition } from '#edge';
import type { GatewayClient, Refusal } from '../gateway-client.js';
import { type Awaited, covers, isInLog } from './coverage.js';
import { type RecordedLine, recordedLines } from './recorded-lines.js';

export interface SendOptions {
  readonly file: string;
  readonly gateway: GatewayClient;
  /** The token of a source; undefined = none is known. */
  readonly tokenOf: (source: string) => string | undefined;
  /** Send also what the log has already. */
  readonly force: boolean;
  /** How long to wait at the end until the log has everything; 0 = do not. */
  readonly waitMs: number;
  /** Bytes of the file that are dealt with. */
  readonly onProgress: (bytes: number) => void;
}

export interface SendReport {
  events: number;
  /** Acknowledged by the broker in this run. */
  accepted: number;
  /** In the log before this run. */
  duplicates: number;
  rejected: number;
  /** Whether the log has every event that was not rejected; null = not waited for. */
  inLog: boolean | null;
  /** The first hundred refusals by line of the file. */
  readonly problems: { line: number; reason: string; detail: string }[];
}

const BATCH_EVENTS = 500;
const BATCH_BYTES = 500_000;
const PROBLEMS_SHOWN = 100;
const POLL_MS = 200;

/**
 * Sends a recording in the order of the file: a request ends where the station changes, so both the
 * order of each station and the order between stations are kept. Running it again sends nothing
 * that the log has.
 */
export async function sendFile(options: SendOptions): Promise<SendReport> {
  const sender = new Sender(options);
  let batch: RecordedLine[] = [];
  let bytes = 0;
  for await (const line of recordedLines(options.file)) {
    const before = batch[0];
    const full = batch.length >= BATCH_EVENTS || bytes + line.bytes.length > BATCH_BYTES;
    if (before !== undefined && (full || before.event?.source !== line.event?.source)) {
      await sender.send(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += line.bytes.length;
  }
  if (batch.length > 0) await sender.send(batch);
  await sender.untilInLog();
  return sender.report;
}

class Sender {
  readonly report: SendReport = {
    events: 0,
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    inLog: null,
    problems: [],
  };
  /** As they were before this run. */
  private readonly positions = new Map<string, StationPosition>();
  private readonly awaited = new Map<string, Awaited>();

  constructor(private readonly options: SendOptions) {}

  /** Lines of one source, or lines that are no events. */
  async send(lines: readonly RecordedLine[]): Promise<void> {
    const { event: first } = lines[0]!;
    this.report.events += lines.length;
    const token = first === undefined ? undefined : this.options.tokenOf(first.source);
    if (first === undefined) {
      for (const line of lines) this.reject(line, 'not-an-event', 'no source, boot and seq in it');
    } else if (token === undefined) {
      for (const line of lines) this.reject(line, 'no-token', `none for ${first.source}`);
    } else {
      await this.post(token, await this.withoutDuplicates(token, first.source, lines));
    }
    this.options.onProgress(lines[lines.length - 1]!.end);
  }

  async untilInLog(): Promise<void> {
    if (this.options.waitMs === 0) return;
    const deadline = Date.now() + this.options.waitMs;
    for (const awaited of this.awaited.values()) {
      if (awaited.refused) continue;
      while (!covers(await this.askPosition(awaited.source), awaited)) {
        if (Date.now() > deadline) {
          this.report.inLog = false;
          return;
        }
        await sleep(POLL_MS);
      }
    }
    this.report.inLog = true;
  }

  private askPosition(source: string): Promise<StationPosition> {
    return this.options.gateway.position(this.options.tokenOf(source)!, source);
  }

  private async withoutDuplicates(
    token: string,
    source: string,
    lines: readonly RecordedLine[],
  ): Promise<readonly RecordedLine[]> {
    let position = this.positions.get(source);
    if (position === undefined) {
      position = await this.options.gateway.position(token, source);
      this.positions.set(source, position);
    }
    const known = position;
    const fresh = lines.filter(({ event }) => !isInLog(known, event!.boot, event!.seq));
    this.report.duplicates += lines.length - fresh.length;
    return this.options.force ? lines : fresh;
  }

  private async post(token: string, lines: readonly RecordedLine[]): Promise<void> {
    if (lines.length === 0) return;
    const outcome = await this.options.gateway.post(
      token,
      lines.map(({ bytes }) => bytes),
    );
    switch (outcome.kind) {
      case 'accepted':
        for (const line of lines) this.accept(line);
        return;
      case 'too-large':
        await this.halve(token, lines);
        return;
      case 'refused':
        await this.post(token, this.withoutRefused(lines, outcome.refusals));
    }
  }

  private async halve(token: string, lines: readonly RecordedLine[]): Promise<void> {
    if (lines.length === 1) {
      this.reject(lines[0]!, 'too-large', 'larger than a request of the gateway');
      return;
    }
    const middle = Math.ceil(lines.length / 2);
    await this.post(token, lines.slice(0, middle));
    await this.post(token, lines.slice(middle));
  }

  /** A refusal takes the whole request back; the others go again without what was refused. */
  private withoutRefused(
    lines: readonly RecordedLine[],
    refusals: readonly Refusal[],
  ): readonly RecordedLine[] {
    const whole = refusals.find(({ index }) => index === null || index >= lines.length);
    const byIndex = new Map(refusals.map((refusal) => [refusal.index, refusal]));
    return lines.filter((line, index) => {
      const refusal = whole ?? byIndex.get(index);
      if (refusal !== undefined) this.reject(line, refusal.reason, refusal.detail);
      return refusal === undefined;
    });
  }

  private accept({ event }: RecordedLine): void {
    const { source, boot, seq } = event!;
    // Sent again by force, it was counted as a duplicate.
    if (!isInLog(this.positions.get(source)!, boot, seq)) this.report.accepted++;
    const awaited = this.awaitedOf(source, boot, seq);
    awaited.first = Math.min(awaited.first, seq);
    awaited.last = Math.max(awaited.last, seq);
  }

  private reject({ number, event }: RecordedLine, reason: string, detail: string): void {
    this.report.rejected++;
    if (event !== undefined) this.awaitedOf(event.source, event.boot, event.seq).refused = true;
    const { problems } = this.report;
    if (problems.length < PROBLEMS_SHOWN) problems.push({ line: number, reason, detail });
  }

  private awaitedOf(source: string, boot: number, seq: number): Awaited {
    const key = `${source} ${boot}`;
    const found = this.awaited.get(key);
    if (found !== undefined) return found;
    const made = { source, boot, first: seq, last: seq, refused: false };
    this.awaited.set(key, made);
    return made;
  }
}

import type { Readable } from 'node:stream';
import type { Input, Take } from './input.js';
import { RecordSplitter, type TextRecord } from './record-splitter.js';

/**
 * Records from a pipe, which cannot be read twice: what a killed agent had not spooled yet is gone.
 * A file that is followed has its place in the spool.
 */
export class StdinInput implements Input {
  readonly name = 'stdin';

  constructor(
    private readonly stream: Readable,
    private readonly format: { readonly isCsv: boolean; readonly hasHeader: boolean },
  ) {}

  async run(take: Take, signal: AbortSignal): Promise<void> {
    const splitter = new RecordSplitter(this.format.isCsv);
    const onAbort = (): void => void this.stream.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    let header: Buffer | null = null;
    let number = 0;
    const deliver = async ({ bytes }: TextRecord): Promise<void> => {
      number++;
      if (this.format.hasHeader && header === null) header = bytes ?? Buffer.alloc(0);
      else await take({ bytes, header, place: `stdin: record ${number}`, mark: null });
    };
    try {
      for await (const chunk of this.stream) {
        for (const record of splitter.push(chunk as Buffer)) await deliver(record);
      }
      const last = splitter.end();
      if (last !== undefined && !signal.aborted) await deliver(last);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

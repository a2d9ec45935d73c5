import { createReadStream } from 'node:fs';

/** One line of a recording. */
export interface RecordedLine {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
  /** Bytes of the file up to the end of this line. */
  readonly end: number;
  /** Who said it; undefined when the line is no event. */
  readonly event:
    { readonly source: string; readonly boot: number; readonly seq: number } | undefined;
}

const LINE_FEED = 0x0a;

/** The lines of an NDJSON file, blank ones left out, without holding the file in memory. */
export async function* recordedLines(path: string): AsyncGenerator<RecordedLine> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let end = 0;
  for await (const chunk of createReadStream(path)) {
    const bytes: Buffer = Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, start)) {
      const line = bytes.subarray(start, feed);
      number++;
      end += line.length + 1;
      if (!isBlank(line)) yield { number, bytes: line, end, event: identityOf(line) };
      start = feed + 1;
    }
    rest = bytes.subarray(start);
  }
  if (!isBlank(rest)) {
    yield { number: number + 1, bytes: rest, end: end + rest.length, event: identityOf(rest) };
  }
}

const isBlank = (line: Buffer): boolean => line.toString('latin1').trim() === '';

function identityOf(line: Buffer): RecordedLine['event'] {
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    // The sender counts it as refused and names its line.
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { source, boot, seq } = value as Readonly<Record<string, unknown>>;
  if (typeof source !== 'string' || typeof boot !== 'number' || typeof seq !== 'number') {
    return undefined;
  }
  return { source, boot, seq };
}

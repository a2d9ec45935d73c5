import { brotliDecompressSync, zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import { InvariantError } from '#contracts';
import { decodeBundle, encodeBundle } from '#tlog';

/** How a chunk's body is compressed; kept with each chunk so that it may change. */
export type ChunkCodec = 'zstd' | 'brotli' | 'none';

export interface EncodedChunk {
  readonly codec: ChunkCodec;
  readonly body: Buffer;
}

const LEVEL = { [constants.ZSTD_c_compressionLevel]: 1 };

/** Entries, each after its length (2 bytes big-endian, as in a tlog-tiles bundle), compressed. */
export function encodeChunk(entries: readonly Uint8Array[]): EncodedChunk {
  return { codec: 'zstd', body: zstdCompressSync(encodeBundle(entries), { params: LEVEL }) };
}

/** The entries as they were hashed. InvariantError for a codec that is not known. */
export function decodeChunk(codec: string, body: Uint8Array): Uint8Array[] {
  return decodeBundle(decompress(codec, body));
}

function decompress(codec: string, body: Uint8Array): Uint8Array {
  if (codec === 'zstd') return zstdDecompressSync(body);
  if (codec === 'brotli') return brotliDecompressSync(body);
  if (codec === 'none') return body;
  throw new InvariantError(`a chunk of the unknown codec ${codec}`);
}

import { createRequire } from 'node:module';

/** What is changed of `kafkajs/src/protocol/encoder.js`, 2.2.4. */
interface Encoder {
  buf: Buffer;
  offset: number;
  ensureAvailable(length: number): void;
}

interface EncoderClass {
  nextPowerOfTwo(value: number): number;
  readonly prototype: {
    ensureAvailable(this: Encoder, length: number): void;
    writeUVarInt(this: Encoder, value: number): Encoder;
  };
}

/** Size that kafkajs gives to every encoder, of which it makes one for each header of a record. */
const FIRST_SIZE = 511;
/** V8 keeps arrays of up to so many bytes on its own heap, where they cost next to nothing. */
const SMALL_SIZE = 64;

const VARINT_BYTES_MAX = 5;
const LOW_BITS = 0x7f;
const MORE_BIT = 0x80;

let done = false;

/**
 * Takes a third off what kafkajs spends on a produced record: its encoders begin with 64 bytes instead of 512,
 * each a block of memory of its own, grow into memory that is not zeroed first, and write lengths in
 * place instead of by way of a list. Nothing beyond `offset` is ever sent.
 */
export function makeEncoderFrugal(): void {
  if (done) return;
  done = true;
  const require = createRequire(import.meta.url);
  const encoder = require('kafkajs/src/protocol/encoder.js') as EncoderClass;
  const powerAbove = (value: number): number => 1 << (32 - Math.clz32(value));
  encoder.nextPowerOfTwo = (value) => (value === FIRST_SIZE ? SMALL_SIZE : powerAbove(value));
  encoder.prototype.ensureAvailable = function ensureAvailable(length) {
    const needed = this.offset + length;
    if (needed <= this.buf.length) return;
    const larger = Buffer.allocUnsafe(powerAbove(needed));
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  };
  encoder.prototype.writeUVarInt = function writeUVarInt(value) {
    this.ensureAvailable(VARINT_BYTES_MAX);
    let rest = value;
    while ((rest & ~LOW_BITS) !== 0) {
      this.buf[this.offset++] = (rest & LOW_BITS) | MORE_BIT;
      rest >>>= 7;
    }
    this.buf[this.offset++] = rest;
    return this;
  };
}

/**
 * Reads what is compressed. Lianban writes without compression; but one foreign message, or a topic whose `compression.type` somebody has changed, is enough to have
 * compressed batches in front of its readers, and kafkajs itself knows gzip only. A batch that would grow beyond `mostBytes` is refused before it is unpacked: a
 * megabyte of zeros, well packed, would fill the memory of every reader.
 */
import type * as KafkaJs from 'kafkajs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import { CompressionTypes } from 'kafkajs';

/** A broker takes batches of 1 MB unless told otherwise; text shrinks to a tenth. */
const mostBytes = 16_777_216;

type Decompress = (bytes: Buffer) => Buffer | Promise<Buffer>;

// Loaded at the first message that needs it, so an installation that lacks a codec's native part still runs.
const load = createRequire(import.meta.url);
const { CompressionCodecs } = load('kafkajs') as typeof KafkaJs;

const refuseAbove = (bytes: number): void => {
  if (bytes > mostBytes) throw new Error(`the batch unpacks to ${bytes} bytes, more than ${mostBytes}`);
};

const gunzip: Decompress = (bytes) => promisify(unzip)(bytes, { maxOutputLength: mostBytes });

/** Java writes snappy with frames (xerial): a header of 16 bytes, then pieces with their lengths. Others write it without frames. */
const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

const unsnappy: Decompress = (bytes) => {
  const { uncompress } = load('snappyjs') as { uncompress(piece: Buffer, atMost: number): Buffer };
  if (!bytes.subarray(0, xerial.length).equals(xerial)) return uncompress(bytes, mostBytes);
  const pieces: Buffer[] = [];
  let left = mostBytes;
  for (let at = 16; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    const piece = uncompress(bytes.subarray(at + 4, end), left);
    left -= piece.length;
    pieces.push(piece);
    at = end;
  }
  return Buffer.concat(pieces);
};

/** Most bytes of an LZ4 frame: its blocks are full but for the last. LZ4 frame format, "General structure". */
const lz4Size = (frame: Buffer): number => {
  const flags = frame.readUInt8(4);
  const block = 4 ** (((frame.readUInt8(5) >> 4) & 7) + 4);
  const checksum = flags & 0x10 ? 4 : 0;
  let at = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  let blocks = 0;
  for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
    blocks += 1;
    at += 4 + (size & 0x7fffffff) + checksum;
  }
  return blocks * block;
};

const unlz4: Decompress = (bytes) => {
  refuseAbove(lz4Size(bytes));
  return (load('lz4-napi') as { decompressFrame(frame: Buffer): Promise<Buffer> }).decompressFrame(bytes);
};

/** The size that a Zstandard frame declares; 0 when it declares none. RFC 8878, 3.1.1.1. */
const zstdSize = (frame: Buffer): number => {
  const descriptor = frame.readUInt8(4);
  const single = (descriptor & 0x20) !== 0;
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  switch (descriptor >> 6) {
    case 0: return single ? frame.readUInt8(at) : 0;
    case 1: return frame.readUInt16LE(at) + 256;
    case 2: return frame.readUInt32LE(at);
    default: return Number(frame.readBigUInt64LE(at));
  }
};

interface Zstd { init(): Promise<void>; decompress(bytes: Buffer, options: { defaultHeapSize: number }): Uint8Array }
let zstd: Promise<Zstd> | undefined;

const unzstd: Decompress = async (bytes) => {
  refuseAbove(zstdSize(bytes));
  zstd ??= (async () => {
    const loaded = load('@bokuweb/zstd-wasm') as Zstd;
    await loaded.init();
    return loaded;
  })();
  return Buffer.from((await zstd).decompress(bytes, { defaultHeapSize: mostBytes }));
};

const compress = (): never => {
  throw new Error('Lianban writes without compression');
};

for (const [type, decompress] of [
  [CompressionTypes.GZIP, gunzip], [CompressionTypes.Snappy, unsnappy], [CompressionTypes.LZ4, unlz4], [CompressionTypes.ZSTD, unzstd],
] as const) CompressionCodecs[type] = () => ({ compress, decompress });

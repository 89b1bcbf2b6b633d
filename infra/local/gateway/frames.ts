/**
 * Watches the frames that a client sends, which `ws` hands over only as whole messages: API Gateway
 * refuses a frame over 32 KB.
 */
import type { Duplex } from 'node:stream';

export const maxFrameBytes = 32 * 1024;

/**
 * Calls `refuse` as soon as the header of a frame says that it is too long, before the message that
 * it belongs to is complete.
 */
export function watchFrames(socket: Duplex, refuse: () => void): void {
  let header = Buffer.alloc(0);
  let payloadLeft = 0;
  // In front of ws's own listener, so that the refusal comes before the message.
  socket.prependListener('data', (chunk: Buffer) => {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(payloadLeft, chunk.length - at);
      payloadLeft -= skipped;
      at += skipped;
      if (at === chunk.length) return;
      header = Buffer.concat([header, chunk.subarray(at, ++at)]);
      const length = payloadLength(header);
      if (length === undefined) continue;
      header = Buffer.alloc(0);
      payloadLeft = length;
      if (length > maxFrameBytes) refuse();
    }
  });
}

/**
 * The length of the payload, once the header is complete: two bytes, the longer length if there is
 * one, the mask. (RFC 6455, 5.2)
 */
function payloadLength(header: Buffer): number | undefined {
  if (header.length < 2) return undefined;
  const [, second = 0] = header;
  const short = second & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const mask = second & 0x80 ? 4 : 0;
  if (header.length < 2 + extended + mask) return undefined;
  if (extended === 2) return header.readUInt16BE(2);
  if (extended === 8) return Number(header.readBigUInt64BE(2));
  return short;
}

/** The few things about Node's HTTP server that every part of this runtime needs alike. */
import type { IncomingMessage, Server } from 'node:http';

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

export async function listen(server: Server, port: number, host: string) {
  // Longer than any client of ours keeps an idle connection, so that none is closed under a
  // request.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The whole body, or `BodyTooLarge`; what comes after the limit is read and dropped, so that the
 * client can read the refusal.
 */
export async function readBody(request: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= limit) chunks.push(bytes);
  }
  if (size > limit) throw new BodyTooLarge(`The body has ${size} bytes; the limit is ${limit}.`);
  return Buffer.concat(chunks);
}

/** The path and query of a request, whatever a client wrote there. */
export const urlOf = (request: IncomingMessage): URL =>
  URL.parse(`http://local${request.url}`) ?? new URL('http://local/');

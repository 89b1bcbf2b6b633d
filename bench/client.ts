/** What a desk in a browser has to load: the client, whole and compressed. */
import { gzipSync } from 'node:zlib';
import { bundleClient } from '../infra/build-client.ts';
import { table } from './print.ts';

export async function client(): Promise<void> {
  const sizes = [await bundleClient(), await bundleClient({ minify: true })].map((bytes) =>
    [bytes.length, gzipSync(bytes).length].map((size) => (size / 1024).toFixed(1)),
  );
  const [plain = [], minified = []] = sizes;
  table('Client (browser build)', ['', 'KB', 'KB gzip'], [['as published', ...plain], ['minified', ...minified]]); // prettier-ignore
}

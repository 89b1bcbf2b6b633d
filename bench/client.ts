/** What a browser has to load: the client, and the desk with its styles; whole and compressed. */
import { gzipSync } from 'node:zlib';
import { bundleClient } from '../infra/build-client.ts';
import { bundleDesk } from '../infra/build-desk.ts';
import { table } from './print.ts';

export async function client(): Promise<void> {
  const desk = [...(await bundleDesk())].filter(([name]) => name === 'desk.js' || name === 'desk.css');
  const rows: [string, Uint8Array][] = [
    ['client, as published', await bundleClient()],
    ['client, minified', await bundleClient({ minify: true })],
    ...desk,
  ];
  const sizeOf = ({ length }: Uint8Array) => (length / 1024).toFixed(1);
  const cells = rows.map(([name, bytes]) => [name, sizeOf(bytes), sizeOf(gzipSync(bytes))]);
  table('In the browser', ['', 'KB', 'KB gzip'], cells);
}

/**
 * What a browser has to load: the client, and the desk with its styles; whole and compressed. And
 * what is downloaded of the client's package.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleClient } from '../infra/client/bundle.ts';
import { bundleDesk } from '../infra/build-desk.ts';
import { root } from '../infra/functions.ts';
import * as z from 'zod';
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
  table('The client, packed (budget: 100 KB)', ['', 'KB', 'KB unpacked'], [packed()]);
}

/** A list of packages, or an object with them, depending on the version of npm. */
const Packed = z.array(z.object({ size: z.number(), unpackedSize: z.number() }));

function packed(): string[] {
  const from = join(root, 'packages', 'client');
  const said = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: from, encoding: 'utf8' });
  const [one] = Packed.parse(Object.values(JSON.parse(said.slice(said.search(/^[[{]$/m)))));
  return ['npm pack', ((one?.size ?? 0) / 1024).toFixed(1), ((one?.unpackedSize ?? 0) / 1024).toFixed(1)];
}

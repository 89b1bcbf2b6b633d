/** Size of each bundle, and how long it takes to import it, against a bare handler that imports the same SDK clients and does nothing. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { bundleOptions } from '../infra/build.ts';
import { entryPoints, root } from '../infra/functions.ts';
import { start } from '../infra/local/start.ts';
import { percentile, table } from './print.ts';

const TRIES = 9;

export async function bundles(): Promise<void> {
  const stack = await start();
  const temporary = mkdtempSync(join(tmpdir(), 'bench-'));
  const rows: (string | number)[][] = [];
  try {
    for (const { folder, name, bundle } of entryPoints()) {
      const file = join(root, bundle, 'index.mjs');
      const bare = await bareBundle(join(temporary, `${folder}-${name}.mjs`), sdkImports(bundle));
      const environment = stack.environment(`${folder}/${name}`);
      const [own, other] = [importMs(file, environment), importMs(bare, environment)];
      const kilobytes = [statSync(file).size, gzipSync(readFileSync(file)).length].map((bytes) =>
        (bytes / 1024).toFixed(0),
      );
      rows.push([`${folder}/${name}`, ...kilobytes, own.toFixed(1), other.toFixed(1), (own / other).toFixed(2)]);
    }
  } finally {
    rmSync(temporary, { recursive: true });
    await stack.stop();
  }
  table(
    'Bundles (budget: 550 KB each, import ≤ 1.15 × bare)',
    ['function', 'KB', 'KB gzip', 'import ms', 'bare ms', 'ratio'],
    rows,
  );
}

/** What the bundle's own files import from the SDK: the same clients and the same commands. */
function sdkImports(bundle: string): string[] {
  const meta = JSON.parse(readFileSync(join(root, 'dist', 'meta.json'), 'utf8')) as {
    outputs: Record<string, { inputs: object }>;
  };
  const own = Object.keys(meta.outputs[`${bundle}/index.mjs`]?.inputs ?? {}).filter((input) =>
    input.startsWith('shared/aws/'),
  );
  return own.flatMap(
    (file) => readFileSync(join(root, file), 'utf8').match(/^import \{[^}]*\} from '@aws-sdk\/[^']+';/gms) ?? [],
  );
}

/** The same imports, each kept alive by being named, and nothing else. */
async function bareBundle(outfile: string, imports: readonly string[]): Promise<string> {
  const named = imports.map((statement, index) => {
    const names = (/\{([^}]*)\}/s.exec(statement)?.[1] ?? '').split(',').map((name) => name.trim());
    const values = names.filter((name) => name !== '' && !name.startsWith('type '));
    const aliased = values.map((name) => `${name} as ${name}${index}`);
    const from = /from ('[^']+')/.exec(statement)?.[1] ?? "''";
    return { source: `import { ${aliased.join(', ')} } from ${from};`, values: values.map((name) => name + index) };
  });
  const handler = `export const handler = () => [${named.flatMap(({ values }) => values).join(', ')}];`;
  const contents = [...named.map(({ source }) => source), handler].join('\n');
  await esbuild({ ...bundleOptions, stdin: { contents, resolveDir: root }, outfile });
  return outfile;
}

/** Median of fresh processes, import only. */
function importMs(file: string, environment: Record<string, string>): number {
  const code = `const t = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(String(performance.now() - t)); process.exit(0)`;
  const times = Array.from({ length: TRIES }, () => {
    const env = {
      ...environment,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      PATH: process.env['PATH'] ?? '',
    };
    return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { env, encoding: 'utf8' }));
  });
  return percentile(times, 0.5);
}

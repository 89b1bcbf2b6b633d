/**
 * Size of each bundle, and what it costs to import it, in CPU time (wall time says more about who
 * else uses the machine). Beside it a bare handler that makes the same SDK clients and does
 * nothing: as the SDK comes (the budget), and without its credential chain, as ours.
 */
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
      const imports = sdkImports(bundle);
      const asItComes = await bareBundle(join(temporary, `${folder}-${name}.mjs`), imports, false);
      const slim = await bareBundle(join(temporary, `${folder}-${name}-slim.mjs`), imports, true);
      // Logins on the issuer's own page have no route here, and the variables of those by a form.
      const environment = stack.environment(folder === 'login' ? 'login/signIn' : `${folder}/${name}`);
      const [own, bare, barest] = [file, asItComes, slim].map((path) => importMs(path, environment)) as [
        number,
        number,
        number,
      ];
      const kilobytes = [statSync(file).size, gzipSync(readFileSync(file)).length].map((bytes) =>
        (bytes / 1024).toFixed(0),
      );
      const times = [own, bare, own / bare, own / barest].map((value, index) => value.toFixed(index < 2 ? 1 : 2));
      rows.push([`${folder}/${name}`, ...kilobytes, ...times]);
    }
  } finally {
    rmSync(temporary, { recursive: true });
    await stack.stop();
  }
  table(
    'Bundles (budget: 550 KB each, import ≤ 1.15 × bare; CPU ms)',
    ['function', 'KB', 'KB gzip', 'import', 'bare', 'ratio', 'ratio to bare without credential chain'],
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
async function bareBundle(outfile: string, imports: readonly string[], slim: boolean): Promise<string> {
  const named = imports.map((statement, index) => {
    const names = (/\{([^}]*)\}/s.exec(statement)?.[1] ?? '').split(',').map((name) => name.trim());
    const values = names.filter((name) => name !== '' && !name.startsWith('type '));
    const aliased = values.map((name) => `${name} as ${name}${index}`);
    const from = /from ('[^']+')/.exec(statement)?.[1] ?? "''";
    return { source: `import { ${aliased.join(', ')} } from ${from};`, values: values.map((name) => name + index) };
  });
  const handler = `export const handler = [${named
    .flatMap(({ values }) => values)
    .map(kept)
    .join(', ')}];`;
  const contents = [...named.map(({ source }) => source), handler].join('\n');
  const { alias, ...options } = bundleOptions;
  await esbuild({ ...options, ...(slim ? { alias } : {}), stdin: { contents, resolveDir: root }, outfile });
  return outfile;
}

/**
 * A client is made, as every function makes it when it starts; a command or a helper is only there.
 */
function kept(name: string): string {
  return /Client\d+$/.test(name) && !name.startsWith('DynamoDBDocument') ? `new ${name}({})` : name;
}

/** Median CPU milliseconds of fresh processes, import only. */
function importMs(file: string, environment: Record<string, string>): number {
  const code = `const t = process.cpuUsage(); await import(${JSON.stringify(pathToFileURL(file).href)}); const { user, system } = process.cpuUsage(t); process.stdout.write(String((user + system) / 1000)); process.exit(0)`;
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

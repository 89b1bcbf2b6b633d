/**
 * How a function becomes a Lambda: `export const on` with the ports on AWS that it needs, and no
 * others. The one place where what a function says of itself meets `shared/aws`. A port `name` is
 * what `shared/aws/ports/<name>.ts` exports as `name`.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import * as z from 'zod';
import { root } from './functions.ts';

const ENTRY = /^lambda:(.*)$/;

const Function = z.object({ on: z.object({ needs: z.array(z.string().regex(/^[a-z]+$/i)) }) });

/** The name under which esbuild is asked for the entry of a function. */
export function lambdaEntry(source: string): string {
  return `lambda:${source}`;
}

/** Writes the entry of a Lambda by what its function needs. */
export const lambdaEntries: Plugin = {
  name: 'lambda entries',
  setup(build) {
    build.onResolve({ filter: ENTRY }, ({ path }) => ({ path: ENTRY.exec(path)?.[1] ?? '', namespace: 'lambda' }));
    build.onLoad({ filter: /.*/, namespace: 'lambda' }, async ({ path }) => ({
      contents: entryOf(path, await needsOf(path)),
      resolveDir: root,
    }));
  },
};

/** The ports that a function asks for, each once. */
export async function needsOf(source: string): Promise<string[]> {
  const loaded: unknown = await import(pathToFileURL(join(root, source)).href);
  return [...new Set(Function.parse(loaded).on.needs)];
}

function entryOf(source: string, needs: readonly string[]): string {
  return [
    `import { on } from './${source}';`,
    `import { lambda } from './shared/aws/lambda.ts';`,
    ...needs.map((name) => `import { ${name} } from './shared/aws/ports/${name}.ts';`),
    `export const handler = lambda(on, { ${needs.join(', ')} });`,
  ].join('\n');
}

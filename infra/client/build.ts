/**
 * Makes what `packages/client` publishes, in its `dist`. Of every entry: an ES module for browsers
 * and Node as they are, the same for CommonJS, and the types. Of what is in desks CommonJS is
 * ES2015, and there is one in ES5 for bundlers that were made before there was `exports`.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import ts from 'typescript-5';
import { root } from '../functions.ts';
import { replaceFile } from '../replace-file.ts';
import { bundleClient } from './bundle.ts';
import { clientEntries, isInDesks, sourceOf, specifierAt, type ClientEntry } from './entries.ts';
import { clientTypes } from './types.ts';

const folder = join(root, 'packages', 'client', 'dist');

async function filesOf(entry: ClientEntry): Promise<[name: string, contents: Uint8Array][]> {
  const inDesks = isInDesks(entry);
  const types = clientTypes(sourceOf(entry), specifierAt);
  return [
    [`${entry}.js`, await bundleClient({ entry, minify: true })],
    [`${entry}.cjs`, await bundleClient({ entry, format: 'cjs', minify: true, ...(inDesks && { target: 'es2015' }) })],
    ...(inDesks ? [await es5Of(entry)] : []),
    [`${entry}.d.cts`, Buffer.from(types.today)],
    // What both formats show is declared once.
    [`${entry}.d.ts`, Buffer.from(`export { ${types.names.join(', ')} } from './${entry}.cjs';\n`)],
    [`${entry}.ts35.d.ts`, Buffer.from(types.since35)],
  ];
}

/** Of the syntax, that is: promises, maps and symbols are the browser's. Its helpers come along. */
async function es5Of(entry: ClientEntry): Promise<[name: string, contents: Uint8Array]> {
  const module = Buffer.from(await bundleClient({ entry, target: 'es2015' })).toString();
  const compilerOptions = {
    target: ts.ScriptTarget.ES5,
    module: ts.ModuleKind.ES2015,
    downlevelIteration: true,
  };
  const { outputText } = ts.transpileModule(module, { compilerOptions });
  const { code } = await transform(outputText, { target: 'es5', minify: true });
  return [`${entry}.es5.js`, Buffer.from(code)];
}

const files = new Map((await Promise.all(clientEntries.map(filesOf))).flat());
for (const [name, contents] of files) replaceFile(join(folder, name), contents);
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name), { recursive: true });

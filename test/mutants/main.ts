/**
 * `npm run mutate`: breaks the project in one place at a time, in a copy of it, and runs the tests
 * that are said to notice, until one fails. A mutant that survives them, or whose text is not there
 * once, is a failure. `-- --only timer` runs those that have this in their file or their story.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { root } from '../../infra/functions.ts';
import { mutants } from './all.ts';
import { occurrences, type Mutant } from './mutant.ts';

/** A run that takes longer has no end: so the mutant was noticed. */
const LONGEST_MS = 600_000;

/** What vitest writes down of a run. */
const Result = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const chosen = mutants.filter(({ file, why }) => file.includes(values.only) || why.includes(values.only));
const copy = copied();
try {
  const rotten = chosen.filter((mutant) => occurrences(mutant, textOf(mutant)) !== 1);
  for (const { file, why } of rotten) console.log(`not there once: ${file}: ${why}`);
  const unbroken = await failure([...new Set(chosen.map(({ by }) => by))]);
  if (unbroken !== null) console.log(`fails without any mutant: ${unbroken}`);
  const survived = rotten.length > 0 || unbroken !== null ? chosen : await run(chosen);
  console.log(`${chosen.length - survived.length} of ${chosen.length} mutants killed`);
  process.exitCode = survived.length > 0 || chosen.length === 0 ? 1 : 0;
} finally {
  rmSync(copy, { recursive: true });
}

/** Those that survive. */
async function run(all: readonly Mutant[]): Promise<Mutant[]> {
  const survived: Mutant[] = [];
  for (const mutant of all) {
    const path = join(copy, mutant.file);
    const text = textOf(mutant);
    writeFileSync(
      path,
      text.replace(mutant.find, () => mutant.replace),
    );
    const killer = await failure([mutant.by]);
    writeFileSync(path, text);
    if (killer === null) survived.push(mutant);
    console.log(`${killer === null ? 'SURVIVED' : 'killed  '} ${mutant.file}: ${mutant.why}\n         ${killer ?? ''}`);
  }
  return survived;
}

function textOf({ file }: Mutant): string {
  return readFileSync(join(copy, file), 'utf8');
}

/**
 * Every file that git knows or would take, but for the list of mutants, which the test of that list
 * would find out of date in a broken project.
 */
function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of new Set(listed.toString().split('\0'))) {
    if (file === '' || file.startsWith('test/mutants/')) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The first test that fails, twice: what failed by load alone does not count. Null: none. */
async function failure(which: readonly string[]): Promise<string | null> {
  const outputFile = join(copy, '.local', 'result.json');
  rmSync(outputFile, { force: true });
  const how = ['run', '--bail', '1', '--retry', '1', '--reporter', 'json', '--outputFile', outputFile];
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), ...how, ...which];
  const { error, output } = await new Promise<{ error: Error | null; output: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: copy, timeout: LONGEST_MS, maxBuffer: 1e9 }, (failed, out, err) =>
      resolve({ error: failed, output: out + err }),
    );
  });
  if (!error) return null;
  if ('killed' in error && error.killed) return `no end within ${LONGEST_MS / 60_000} minutes`;
  if (!existsSync(outputFile)) throw new Error(`vitest did not run: ${output.slice(-2_000)}`);
  const { testResults } = Result.parse(JSON.parse(readFileSync(outputFile, 'utf8')));
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map((test) => `${relative(copy, name)}: ${test.fullName}`),
  );
  if (failed[0] === undefined) throw new Error(`vitest failed, and no test: ${output.slice(-2_000)}`);
  return failed[0];
}

/**
 * `npm run check:grants`, after all tests: holds what the functions of every stack did against what
 * their roles grant, and prints what is wrong.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writtenGrants } from '../../infra/local/lambdas/grants.ts';
import { readTemplate } from '../../infra/local/template/template.ts';
import { synth } from '../../infra/synth.ts';
import { grantsFolder } from './folder.ts';
import { unusedGrants } from './unused.ts';
import { judge } from './report.ts';

const stacks = existsSync(grantsFolder) ? readdirSync(grantsFolder) : [];
const lines = stacks.flatMap((stack) => readFileSync(join(grantsFolder, stack), 'utf8').split('\n'));
const granted = [...new Set(writtenGrants(readTemplate(await synth())).map(({ id }) => id))];
const wrong = judge({ granted, lines, reasons: unusedGrants });
for (const line of wrong) console.error(line);
if (wrong.length > 0) process.exitCode = 1;
else console.log(`grants: ${stacks.length} stacks made no call outside of ${granted.length} grants`);
for (const [grant, reason] of Object.entries(unusedGrants)) console.log(`  not used by any test: ${grant} (${reason})`);

/**
 * `npm run check:cloudformation`: holds the template against the schemas of all Regions with
 * cfn-lint, and prints what is wrong. What is accepted and not found any more is wrong, too.
 * Without Python or the package it says that nothing ran.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { build } from '../../infra/build.ts';
import { CannotBeHad, pythonWith } from '../../infra/python.ts';
import { synth } from '../../infra/synth.ts';
import { accepted } from './accepted.ts';

const Findings = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Message: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
  }),
);

try {
  const python = await pythonWith('cfn-lint', join(import.meta.dirname, 'requirements.txt'));
  await build();
  const findings = await lint(python, await synth());
  const wrong = findings
    .filter(({ Rule }) => !(Rule.Id in accepted))
    .map(({ Rule, Message, Location }) => `${Rule.Id} ${Location.Path?.join('/') ?? ''}: ${Message}`);
  const needless = Object.keys(accepted)
    .filter((id) => !findings.some(({ Rule }) => Rule.Id === id))
    .map((id) => `${id} is accepted, and is not found any more`);
  for (const line of [...wrong, ...needless]) console.error(`cfn-lint: ${line}`);
  if (wrong.length + needless.length > 0) process.exitCode = 1;
  else console.log(`cfn-lint: nothing but what is accepted (${findings.length} findings)`);
  for (const [id, reason] of Object.entries(accepted)) console.log(`  accepted: ${id} (${reason})`);
} catch (error) {
  if (!(error instanceof CannotBeHad)) throw error;
  console.log(`cfn-lint: not run: ${error.message}`);
}

async function lint(python: string, template: string) {
  // Not bin/cfn-lint, which still names the place where the environment was made.
  const args = [
    '-c',
    'from cfnlint.runner import main; main()',
    '--format',
    'json',
    '--non-zero-exit-code',
    'none',
    '--regions',
    'ALL_REGIONS',
  ];
  const { stdout } = await promisify(execFile)(python, [...args, '--', template], { maxBuffer: 64 * 1024 * 1024 });
  return Findings.parse(JSON.parse(stdout));
}

/**
 * Synthesizes the stack of stage `local` and says where its template is. The template is kept and
 * made again only when what it is made from has changed, because CDK takes seconds. Code is not
 * among that: the template names bundles by their place in `dist/`.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { fingerprint } from './fingerprint.ts';
import { root } from './functions.ts';

const outdir = join(root, 'cdk.out');
export const localTemplate = join(outdir, 'AgentManager-local.template.json');
const receipt = join(outdir, 'AgentManager-local.inputs');

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()).default({}) });
const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.object({ templateFile: z.string().optional() }).optional() }),
  ),
});

export async function synth(): Promise<string> {
  const inputs = fingerprint(MADE_FROM);
  if (existsSync(localTemplate) && existsSync(receipt) && readFileSync(receipt, 'utf8') === inputs)
    return localTemplate;
  // Made aside and put in its place whole: others may be reading the one that is there, and cdk.out
  // may hold a deployment's.
  const aside = mkdtempSync(join(tmpdir(), 'agent-manager-synth-'));
  try {
    await runApp(aside);
    const made = templateOf(aside);
    const template = join(outdir, made);
    const draft = `${template}.${process.pid}`;
    mkdirSync(outdir, { recursive: true });
    copyFileSync(join(aside, made), draft);
    renameSync(draft, template);
    if (template === localTemplate) writeFileSync(receipt, inputs);
    return template;
  } finally {
    rmSync(aside, { recursive: true });
  }
}

async function runApp(into: string): Promise<void> {
  const { context } = CdkJson.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));
  const local = {
    ...context,
    stage: 'local',
    // Assets are named by their folder in dist/ instead of being copied: the same two settings that
    // `sam local` wants.
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:disable-asset-staging': true,
    'aws:cdk:disable-version-reporting': true,
  };
  try {
    await promisify(execFile)(process.execPath, [join('infra', 'app.ts')], {
      cwd: root,
      env: { ...process.env, CDK_OUTDIR: into, CDK_CONTEXT_JSON: JSON.stringify(local) },
    });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`The stack does not synthesize: node infra/app.ts failed.\n${said}`, { cause: error });
  }
}

/** The file that the app's one stack is in. */
function templateOf(folder: string): string {
  const { artifacts } = Manifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  const stacks = Object.values(artifacts).filter((artifact) => artifact.type === 'aws:cloudformation:stack');
  const file = stacks[0]?.properties?.templateFile;
  if (stacks.length !== 1 || !file)
    throw new Error(`infra/app.ts made ${stacks.length} stacks; the local runtime runs one.`);
  return file;
}

/** Everything that decides what the template says: the app, the constructs, the route names. */
const MADE_FROM = ['infra/app.ts', 'infra/aws/**/*.ts', 'shared/protocol/**/*.ts', 'cdk.json', 'package-lock.json'];

if (process.argv[1] === import.meta.filename) console.log(await synth());

/**
 * A browser, wherever there is one: that of `CHROMIUM`, else Debian's, else the one that comes
 * packed from npm with the libraries and fonts that it needs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import packageJson from '../../package.json' with { type: 'json' };

const DEBIAN = '/usr/bin/chromium';

/** It has nothing to do but to show pages of this machine, on a machine that is busy. */
const ARGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Rejects where no browser can be had, and says how to get one: what the desk looks like is never
 * left untried in silence.
 */
export async function launchBrowser(): Promise<Browser> {
  try {
    return await chromium.launch(browserProgram());
  } catch (error) {
    const why =
      'There is no browser. Set CHROMIUM to the path of a Chromium or a Chrome, or install that of Debian (apt install chromium).';
    throw new Error(why, { cause: error });
  }
}

/** Which program it is, and how it is started. */
export function browserProgram(): { executablePath: string; args: string[]; env: NodeJS.ProcessEnv } {
  const found = process.env['CHROMIUM'] ?? (existsSync(DEBIAN) ? DEBIAN : undefined);
  if (found !== undefined) return { executablePath: found, args: ARGS, env: process.env };
  const folder = unpacked();
  const env = { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: folder };
  return { executablePath: join(folder, 'chromium'), args: ARGS, env };
}

/**
 * Where the packed browser is, once it is there whole: several processes may come first at once.
 */
function unpacked(): string {
  const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
  const folder = join(cache, `chromium-${packageJson.devDependencies['@sparticuz/chromium']}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  // It unpacks where temporary files go, and its libraries only where it takes itself for a Lambda.
  const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  const unpack = `await (await import('@sparticuz/chromium')).default.executablePath()`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', unpack], { cwd: import.meta.dirname, env });
  const fonts = [`<dir>${join(folder, 'fonts')}</dir>`, `<cachedir>${join(folder, 'fonts-cache')}</cachedir>`];
  writeFileSync(join(draft, 'fonts.conf'), `<?xml version="1.0"?><fontconfig>${fonts.join('')}</fontconfig>`);
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  return folder;
}

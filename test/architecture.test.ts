/**
 * Is it still this architecture? Who may import whom, what the pure folders must not touch, and
 * that names, files and routes agree.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundleClient } from '../infra/client/bundle.ts';
import { needsOf } from '../infra/lambda-entry.ts';
import { agentEvents } from '../shared/protocol/agent-events.ts';
import { loginRoutes } from '../shared/protocol/login.ts';
import { platformRoutes } from '../shared/protocol/platform.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = globSync('{shared,functions,infra,bridge,desk,examples,test,bench}/**/*.{ts,tsx}', { cwd: root }).map(
  (file) => file.replaceAll('\\', '/'),
);
const source = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/**
 * What a file imports: files of the project by their path from the root, packages by their name.
 */
function importsOf(file: string): string[] {
  const found = (source.get(file) ?? '').matchAll(
    /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map(([, name = '', dynamic = '']) =>
    (name || dynamic).startsWith('.') ? relative(root, join(root, dirname(file), name || dynamic)) : name || dynamic,
  );
}

const inside = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`));

/** Each folder and what its files may import of the project, itself included. */
const MAY: Record<string, readonly string[]> = {
  'shared/protocol': ['shared/protocol'],
  'shared/domain': ['shared/domain', 'shared/protocol'],
  'shared/edge': ['shared/edge', 'shared/domain', 'shared/protocol'],
  'shared/rows': ['shared/rows', 'shared/edge', 'shared/domain', 'shared/protocol'],
  'shared/aws': ['shared/aws', 'shared/rows', 'shared/edge', 'shared/domain', 'shared/protocol'],
  'shared/memory': ['shared/memory', 'shared/rows', 'shared/edge', 'shared/domain', 'shared/protocol'],
  'shared/client': ['shared/client', 'shared/protocol'],
  functions: ['shared/rows', 'shared/edge', 'shared/domain', 'shared/protocol'],
  'infra/aws': ['infra/aws', 'infra/functions.ts', 'shared/protocol'],
  bridge: ['bridge', 'shared/client', 'shared/protocol'],
  desk: ['desk', 'shared/client/client.ts', 'shared/protocol'],
  'infra/strict': ['infra/strict'],
  'infra/small': [
    'infra/small',
    'infra/local',
    'infra/cost',
    'infra/strict',
    'infra/functions.ts',
    'shared/aws/issuing.ts',
    'shared/aws/oidc.ts',
    'shared/memory',
    'shared/edge',
    'shared/protocol',
  ],
  'infra/local': [
    'infra/cost',
    'infra/local',
    'infra/papers',
    'infra/strict',
    'infra/build.ts',
    'infra/build-desk.ts',
    'infra/synth.ts',
    'infra/functions.ts',
  ],
};

describe('The arrows between the folders', () => {
  it.each(Object.entries(MAY))('%s imports only what it may', (folder, allowed) => {
    const wrong = inside(folder).flatMap((file) =>
      importsOf(file)
        .filter(
          (name) => files.includes(name) && !allowed.some((prefix) => name === prefix || name.startsWith(`${prefix}/`)),
        )
        .map((name) => `${file} → ${name}`),
    );
    expect(wrong).toEqual([]);
    expect(inside(folder).length).toBeGreaterThan(3);
  });

  it('infra/aws knows of the protocol only its names and routes', () => {
    const used = inside('infra/aws')
      .flatMap(importsOf)
      .filter((name) => name.startsWith('shared/'));
    expect([...new Set(used)].toSorted()).toEqual([
      'shared/protocol/agent-events.ts',
      'shared/protocol/login.ts',
      'shared/protocol/platform.ts',
    ]);
  });

  it('an example uses what the client shows to everybody', () => {
    expect([...new Set(inside('examples').flatMap(importsOf))].toSorted()).toEqual([
      'node:readline',
      'shared/client/client.ts',
    ]);
  });

  it('nothing that is deployed imports infra, and nothing but themselves imports tests or benches', () => {
    const deployed = [...inside('shared'), ...inside('functions')].flatMap(importsOf);
    expect(deployed.filter((name) => /^(infra|test|bench)\//.test(name))).toEqual([]);
    expect(inside('infra').filter((file) => importsOf(file).some((name) => /^(test|bench)\//.test(name)))).toEqual([]);
  });

  it('form no circle', () => {
    const folderOf = (file: string) =>
      (/^(shared|infra)\/[^/]+\//.exec(file)?.[0] ?? file.split('/')[0] ?? '').replace(/\/$/, '');
    const arrows = new Map<string, string[]>();
    for (const file of files) {
      const folder = folderOf(file);
      const ends = importsOf(file).filter((name) => files.includes(name));
      const others = ends.map(folderOf).filter((end) => end !== folder);
      arrows.set(folder, [...(arrows.get(folder) ?? []), ...others]);
    }
    expect(circles(arrows)).toEqual({});
    expect(arrows.size).toBeGreaterThan(8);
  });

  it('form no circle between files either, types included', () => {
    const arrows = new Map(files.map((file) => [file, importsOf(file)]));
    expect(circles(arrows)).toEqual({});
    expect(arrows.size).toBeGreaterThan(300);
  });
});

/**
 * What is left of a graph when everything is taken away that leads nowhere, or that nothing leads
 * to: its circles.
 */
function circles(graph: ReadonlyMap<string, readonly string[]>): Record<string, string[]> {
  const left = new Map([...graph].map(([from, ends]) => [from, ends.filter((end) => graph.has(end))]));
  for (let before = -1; left.size !== before;) {
    before = left.size;
    const reached = new Set([...left.values()].flat());
    for (const [from, ends] of left) if (ends.length === 0 || !reached.has(from)) left.delete(from);
    for (const [from, ends] of left)
      left.set(
        from,
        ends.filter((end) => left.has(end)),
      );
  }
  return Object.fromEntries(left);
}

describe('The shell', () => {
  const importing = (imported: (name: string) => boolean) => files.filter((file) => importsOf(file).some(imported));

  it('is put together in one file: what follows knows nothing of the loop that runs it', () => {
    const runners = importing((name) => name === 'shared/edge/loop/run.ts');
    expect(runners.length).toBeGreaterThan(5);
    expect(runners.filter((file) => /^shared\/edge\/(loop|follow)\//.test(file))).toEqual([]);
    const followers = importing((name) => name.startsWith('shared/edge/follow/'));
    expect(followers.filter((file) => file.startsWith('shared/edge/loop/'))).toEqual(['shared/edge/loop/run.ts']);
  });

  it('saves nothing where it delivers, and posts nothing where it saves', () => {
    const calls = (file: string, call: RegExp) => call.test(withoutComments(`shared/edge/loop/${file}.ts`));
    expect(calls('save', /store\.save\(/)).toBe(true);
    expect(calls('deliver', /sockets\.post\(/)).toBe(true);
    expect(['save', 'commands'].filter((file) => calls(file, /sockets\./))).toEqual([]);
    expect(['deliver', 'snapshot', 'commands'].filter((file) => calls(file, /timers\.|\bsave\w*\(/))).toEqual([]);
  });

  it('has rooms, not halls', () => {
    const rooms = Map.groupBy(inside('shared/edge'), dirname);
    expect([...rooms].filter(([, within]) => within.length > 12).map(([room]) => room)).toEqual([]);
  });
});

describe('The pure folders', () => {
  const pure = [...inside('shared/protocol'), ...inside('shared/domain')];

  it('import nothing but zod and each other', () => {
    const packages = pure.flatMap(importsOf).filter((name) => !files.includes(name));
    expect([...new Set(packages)]).toEqual(['zod']);
  });

  it.each([
    ['await or async', /\b(await|async)\b/],
    ['the clock', /Date\.now\(|new Date\(\)|performance\.now/],
    ['chance', /Math\.random|randomUUID/],
    ['the environment', /\bprocess\b/],
    ['a timer', /setTimeout|setInterval/],
  ])('do without %s', (_, forbidden) => {
    expect(pure.filter((file) => forbidden.test(withoutComments(file)))).toEqual([]);
  });
});

describe('The client', () => {
  it('runs wherever there is a WebSocket: it imports no package, but for its hooks for React', () => {
    const packages = inside('shared/client').flatMap((file) =>
      importsOf(file)
        .filter((name) => !files.includes(name))
        .map((name) => `${file} → ${name}`),
    );
    expect(packages).toEqual(['shared/client/react/hooks.ts → react']);
  });

  it('goes by the clock that it is given, and by no other', () => {
    const time = /Date\.now|new Date|performance\.|setInterval|setTimeout\((?!\(\) => \{\s+throw )/;
    const others = inside('shared/client').filter((file) => time.test(withoutComments(file)));
    expect(others).toEqual(['shared/client/clock.ts']);
  });

  it('brings no schema along: it needs names and types of the protocol only', async () => {
    const bundle = Buffer.from(await bundleClient()).toString();
    expect(bundle).toContain('agent-manager.v1');
    expect(bundle).not.toMatch(/zod|process\.|require\(|from ["']/);
  });
});

describe('The desk', () => {
  const desk = inside('desk');

  it('uses what the client shows to everybody, and of the protocol only types', () => {
    const protocol = desk.flatMap((file) => (source.get(file) ?? '').match(/^import .*shared\/protocol.*$/gm) ?? []);
    expect(protocol.filter((line) => !line.startsWith('import type '))).toEqual([]);
    expect(protocol.length).toBeGreaterThan(0);
  });

  it('is made of few packages', () => {
    const packages = desk.flatMap(importsOf).filter((name) => !/^(desk|shared)\//.test(name));
    const preact = ['@preact/signals', 'preact', 'preact/hooks'];
    expect(new Set(packages)).toEqual(new Set([...preact, 'oidc-client-ts']));
  });
});

describe('The outside world', () => {
  it('is reached through shared/aws only', () => {
    const sdk = files.filter(
      (file) => /^(shared|functions)\//.test(file) && importsOf(file).some((name) => name.startsWith('@aws-sdk/')),
    );
    expect(sdk.filter((file) => !file.startsWith('shared/aws/'))).toEqual([]);
    expect(sdk.length).toBeGreaterThan(3);
  });

  it('has its environment read in one place', () => {
    const readers = files.filter(
      (file) => /^(shared|functions)\//.test(file) && /process\.env/.test(withoutComments(file)),
    );
    expect(readers).toEqual(['shared/aws/env.ts']);
  });

  it('is found where the environment says: no client has an endpoint in the code', () => {
    const code = [...inside('shared'), ...inside('functions')];
    const clients = code.flatMap((file) => withoutComments(file).match(/new [A-Z]\w*Client\([^)]*\)/g) ?? []);
    expect(clients.length).toBeGreaterThan(4);
    expect(clients.filter((made) => /endpoint|https?:/.test(made))).toEqual([]);
    expect(code.filter((file) => /['"`]https?:\/\//.test(withoutComments(file)))).toEqual([]);
  });
});

describe('Prose', () => {
  // That of *.md is held by prettier. A line is as long as it must be where it is one word, or
  // aligned as a table is.
  it('in comments is wrapped at a hundred columns', () => {
    const long = files.flatMap((file) => longComments(source.get(file) ?? '').map((line) => `${file}: ${line}`));
    expect(long).toEqual([]);
    expect(longComments(`/** ${'a word '.repeat(20)}*/`)).toHaveLength(1);
  });

  // Two who add to the same document at the same time, and a merge that keeps both.
  it.each(['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'shared/protocol/PROTOCOL.md'])(
    'in %s says nothing twice: no item, no row of a table, no paragraph',
    (file) => {
      const said = passages(readFileSync(join(root, file), 'utf8'));
      expect(said.length).toBeGreaterThan(10);
      expect(said.filter((one, index) => said.indexOf(one) !== index)).toEqual([]);
    },
  );
});

/**
 * What of a document is long enough not to be the same by chance, apart from its code and lists of
 * errors.
 */
function passages(text: string): string[] {
  const prose = text.replaceAll(/^ *```.*?^ *```$/gms, '');
  const split = prose.split(/\n(?=\n|- |\|)/).map((passage) => passage.trim());
  return split.filter((passage) => passage.length > 100 && !passage.startsWith('Errors: '));
}

/**
 * The lines of comments, apart from those that stand behind code, which are too long and could be
 * shorter.
 */
function longComments(text: string): string[] {
  let inside = false;
  return text.split('\n').filter((line) => {
    const begins = line.trimStart().startsWith('/*');
    const comment = inside || begins || line.trimStart().startsWith('//');
    if (inside || begins) inside = !line.includes('*/');
    const words = line.trim().replace(/^(\/\*\*|\*|\/\/|\/\*) ?/, '');
    return comment && line.length > 100 && words.includes(' ') && !/^( |oxlint-)/.test(words);
  });
}

describe('Tests', () => {
  // A queue that is polled meanwhile would wait for a clock that never ticks again: timers of a
  // stack that files share stood still for whoever came after.
  it('put the clock of the process off only where no stack runs in it', () => {
    const faking = inside('test').filter((file) => /\.useFakeTimers\(/.test(source.get(file) ?? ''));
    expect(faking.filter((file) => !file.startsWith('test/client/parts/'))).toEqual([]);
    expect(faking.length).toBeGreaterThan(0);
  });
});

describe('Names, files and routes', () => {
  const namesIn = (folder: string) =>
    inside(folder)
      .map((file) => basename(file, '.ts'))
      .toSorted();

  it('an agent event is a file of functions/agent with its name', () => {
    expect(namesIn('functions/agent')).toEqual(Object.keys(agentEvents).toSorted());
  });

  it('a route of the HTTP API is a file of functions/platform or login with its name', () => {
    expect(namesIn('functions/platform')).toEqual(platformRoutes.map(({ name }) => name).toSorted());
    expect(namesIn('functions/login')).toEqual(loginRoutes.map(({ name }) => name).toSorted());
  });

  it('a port that a function needs is what the file of its name in shared/aws/ports exports by it', async () => {
    const needs = new Set((await Promise.all(inside('functions').map(needsOf))).flat());
    const missing = [...needs].filter(
      (name) => !source.get(`shared/aws/ports/${name}.ts`)?.includes(`export const ${name}: `),
    );
    expect(missing).toEqual([]);
    expect(needs.size).toBeGreaterThan(5);
  });

  it('a function fits on a screen and says first what it is for', () => {
    const functions = inside('functions');
    expect(functions.filter((file) => (source.get(file) ?? '').split('\n').length > 41)).toEqual([]);
    expect(functions.filter((file) => !/^\/\*\*\s/.test(source.get(file) ?? ''))).toEqual([]);
  });

  it('a folder is a room, of a dozen files at most', () => {
    const byTrigger = ['functions/agent', 'functions/platform']; // as many as there are events and routes
    const own = files.filter((file) => /^(shared|functions|infra|bridge|desk)\//.test(file));
    const halls = [...Map.groupBy(own, dirname)].filter(([, found]) => found.length > 12);
    expect(halls.map(([folder]) => folder).toSorted()).toEqual(byTrigger);
  });

  it('every file opens with what it decides, and none is a barrel', () => {
    const own = files.filter((file) => /^(shared|functions|infra|bridge|desk)\//.test(file));
    expect(own.filter((file) => !source.get(file)?.startsWith('/**'))).toEqual([]);
    expect(files.filter((file) => basename(file) === 'index.ts')).toEqual([]);
  });
});

function withoutComments(file: string): string {
  return (source.get(file) ?? '').replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}

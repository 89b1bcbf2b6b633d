/**
 * What came of a run over the emulator: counts, and whether the list of what is left out is still
 * true.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Vitest } from 'vitest/node';
import { root } from '../../infra/functions.ts';
import { emulatorFaults, fullName, leftOutFiles, leftOutStories, pathOf, reasonIn } from '../support/over-emulator.ts';

export interface Result {
  /**
   * To be printed; the last says how many passed, failed and were skipped. A file that is left out
   * counts as one.
   */
  readonly lines: readonly string[];
  readonly failed: number;
}

/** `all`: no files were named, so that a name on the list that no test has is one too many. */
export function resultOf(vitest: Vitest, all: boolean): Result {
  const modules = vitest.state.getTestModules();
  const tests = modules
    .flatMap((module) => [...module.children.allTests()])
    .map((test) => ({ name: fullName(test.fullName), state: test.result().state }));
  const wrong: string[] = [];
  for (const module of modules)
    if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0)
      wrong.push(`${module.relativeModuleId} failed outside of its tests`);
  for (const error of vitest.state.getUnhandledErrors()) wrong.push(`nobody caught ${String(error)}`);
  if (tests.length === 0) wrong.push('no test was found');
  for (const file of Object.keys(leftOutFiles))
    if (!existsSync(join(root, pathOf(file))))
      wrong.push(`${pathOf(file)} is on the list of what is left out, and is no file`);
  if (all)
    for (const beginning of [...Object.keys(leftOutStories), ...Object.keys(emulatorFaults)])
      if (!tests.some(({ name }) => name.startsWith(beginning)))
        wrong.push(`"${beginning}" is on the list of what is left out, and is no story`);

  const faulty = tests.filter(({ name, state }) => reasonIn(emulatorFaults, name) !== undefined && state === 'passed');
  const count = (state: string) => tests.filter((test) => test.state === state).length;
  const passed = count('passed') - faulty.length;
  const failed = count('failed') + wrong.length;
  const skipped = count('skipped') + faulty.length + (all ? Object.keys(leftOutFiles).length : 0);
  const reasons = Object.entries({ ...leftOutFiles, ...leftOutStories, ...emulatorFaults });
  return {
    lines: [
      ...reasons.map(([name, why]) => `left out: ${name}: ${why}`),
      ...wrong.map((what) => `emulator: ${what}`),
      `${passed} passed, ${failed} failed, ${skipped} skipped`,
    ],
    failed,
  };
}

/** The names of those that passed of what is left out, when just that was told. */
export function needlessIn(vitest: Vitest): string[] {
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests('passed')]);
  return tests.map((test) => fullName(test.fullName));
}

/** All mutants: `npm run mutate` sees each of them fail. */
import { asked } from './asked.ts';
import { follow } from './follow.ts';
import { kept } from './kept.ts';
import { loop } from './loop.ts';
import type { Mutant } from './mutant.ts';
import { rules } from './rules.ts';

export const mutants: readonly Mutant[] = [...loop, ...follow, ...asked, ...kept, ...rules];

/** `npm run strict -- --list`: prints every rule that the fronts enforce, with its source. */
import { allRules } from './rules.ts';

if (process.argv.includes('--list')) {
  for (const { id, operations, source } of allRules)
    console.log(`${id}\n  ${operations.join(', ')}\n  ${source.title}\n  ${source.url}`);
  console.log(`${allRules.length} rules`);
} else {
  console.error('Say npm run strict -- --list.');
  process.exitCode = 1;
}

/**
 * `npm run -s token -- amy`: a token for a person of the demo directory on stdout, and nothing
 * else. The stack need not run.
 */
import { makeToken } from './people/issuer.ts';
import { people } from './people/people.ts';

const [name] = process.argv.slice(2);
const names = people.map(({ id }) => id).join(', ');

if (name && people.some(({ id }) => id === name)) {
  console.log(await makeToken(name));
} else {
  console.error(
    name ? `Nobody is called ${name}. There are: ${names}.` : `Whose token? Say npm run -s token -- <name>: ${names}.`,
  );
  process.exitCode = 1;
}

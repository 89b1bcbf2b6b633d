/**
 * Stops `npm start` and `npm test` under a Node too old to run TypeScript as it is. Plain
 * JavaScript: any Node must parse it.
 */
var wanted = [22, 18];
var found = process.version.slice(1).split('.').map(Number);

if (found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1])) {
  console.error(
    'This project needs Node ' +
      wanted.join('.') +
      ' or newer and found ' +
      process.version +
      ' (' +
      process.execPath +
      '): run `npm ci` without --omit=optional, which installs Node 24 on Linux x64, or install Node 24 yourself.',
  );
  process.exit(1);
}

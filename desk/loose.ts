/**
 * Reads out of data that somebody else made: whatever is there instead of what is looked for counts
 * as missing.
 */

/** The member at the end of a path, of whatever kind. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((from, key) => (isRecord(from) && Object.hasOwn(from, key) ? from[key] : undefined), value);
}

/** The text there; numbers are texts, too. The empty text is missing. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The items of the list there. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Do two values of plain data say the same? The table does not keep the order of members. */
export function alike(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [one, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    one.size === other.size &&
    [...one].every(([key, value]) => other.has(key) && alike(value, other.get(key)))
  );
}

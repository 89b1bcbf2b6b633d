/**
 * The order of DynamoDB's sort keys: that of their UTF-8 bytes, which for characters beyond U+FFFF
 * is not that of JavaScript's strings.
 */

export function byBytes(a: string, b: string): number {
  const both = Math.min(a.length, b.length);
  for (let at = 0; at < both; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return place(one) - place(other);
  }
  return a.length - b.length;
}

/** Halves of characters beyond U+FFFF come behind all others. */
function place(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Where in a list in order a key is, or would be. */
export function placeOf(key: string, inOrder: readonly string[]): number {
  let [from, to] = [0, inOrder.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (byBytes(inOrder[middle] ?? '', key) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * A number and a name for a text, as good as random and always the same: cyrb53, which is public
 * domain. Not for secrets.
 */

const LENGTH = 11; // of 2^53 in base 36

export function digest(text: string, seed = 0): number {
  let [a, b] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 2 ** 32 * (b & 0x1fffff) + (a >>> 0);
}

/** 106 bits: of a million texts no two have the same. */
export function nameOf(text: string): string {
  return [1, 2].map((seed) => digest(text, seed).toString(36).padStart(LENGTH, '0')).join('');
}

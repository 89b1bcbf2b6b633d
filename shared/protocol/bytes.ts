/** How large things are on the wire. */

/** The size of a text on the wire, in bytes of UTF-8. */
export function byteLength(text: string): number {
  return BEYOND_ASCII.test(text) ? new TextEncoder().encode(text).length : text.length;
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * How many bytes a value takes where it stands in a JSON text that is itself in JSON, as `cimEvent`
 * is: every quotation mark takes two.
 */
export function bytesInText(value: unknown): number {
  return byteLength(JSON.stringify(JSON.stringify(value ?? null)));
}

/** Attribute values as they are on the wire, and what they weigh by DynamoDB's own formula. */
import { recordOf, type Input } from '../call.ts';

/** An item or a key: attributes by name. */
export type Attributes = Record<string, unknown>;

/** The type and the content of a value, such as `['S', 'x']`. */
export function typed(value: unknown): readonly [string, unknown] | undefined {
  const record = recordOf(value);
  for (const type in record) return [type, record[type]];
  return undefined;
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const recordsOf = (value: unknown): Input[] =>
  listOf(value).flatMap((each) => {
    const record = recordOf(each);
    return record ? [record] : [];
  });

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const bytesOf = (text: unknown): number => (typeof text === 'string' ? Buffer.byteLength(text) : 0);

/** Of base64. */
const binaryBytes = (text: unknown): number =>
  typeof text === 'string' ? Math.floor((text.replace(/=+$/, '').length * 3) / 4) : 0;

/**
 * About two digits a byte, and one more:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
const numberBytes = (text: unknown): number => {
  const digits = String(text)
    .replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
};

/** The bytes of a value, without its name. */
export function valueBytes(value: unknown): number {
  const [type, content] = typed(value) ?? ['', undefined];
  const sum = (bytes: (each: unknown) => number) => listOf(content).reduce<number>((all, each) => all + bytes(each), 0);
  switch (type) {
    case 'S':
      return bytesOf(content);
    case 'N':
      return numberBytes(content);
    case 'B':
      return binaryBytes(content);
    case 'SS':
      return sum(bytesOf);
    case 'NS':
      return sum(numberBytes);
    case 'BS':
      return sum(binaryBytes);
    case 'L':
      return 3 + sum((each) => valueBytes(each) + 1);
    case 'M':
      return 3 + Object.entries(recordOf(content) ?? {}).reduce((all, [name, each]) => all + Buffer.byteLength(name) + valueBytes(each) + 1, 0); // prettier-ignore
    default:
      return 1;
  }
}

/** The bytes of an item: names and values. */
export function itemBytes(item: Attributes): number {
  let bytes = 0;
  for (const name in item) bytes += Buffer.byteLength(name) + valueBytes(item[name]);
  return bytes;
}

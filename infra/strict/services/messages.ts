/**
 * What SQS and SNS ask of a message alike: how large it is, and what its attributes and its names
 * for order are made of.
 */
import { recordOf, type Input } from '../call.ts';

export const recordsOf = (value: unknown): Input[] =>
  Array.isArray(value) ? value.map(recordOf).filter((one) => one !== undefined) : [];

/** 1 to 128 characters: letters, digits and punctuation, and no space. */
export function isOrderName(name: unknown): boolean {
  return typeof name === 'string' && /^[\x21-\x7e]{1,128}$/.test(name);
}

/** Tab, line feed, carriage return and what XML 1.0 takes above them; half a character is none. */
export function isMessageText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text);
}

/** The bytes of a body with all names, types and values of attributes. */
export function messageBytes(body: unknown, attributes: unknown): number {
  const parts = Object.entries(recordOf(attributes) ?? {}).map(([name, attribute]) => {
    const { DataType = '', StringValue = '', BinaryValue = '' } = recordOf(attribute) ?? {};
    return bytes(name) + bytes(DataType) + bytes(StringValue) + Math.floor((bytes(BinaryValue) * 3) / 4);
  });
  return parts.reduce((sum, part) => sum + part, bytes(body));
}

const bytes = (text: unknown): number => (typeof text === 'string' ? Buffer.byteLength(text) : 0);

/** What is wrong with attributes: a name, a type, or a value that is empty. */
export function attributeFault(attributes: unknown): string | undefined {
  for (const [name, attribute] of Object.entries(recordOf(attributes) ?? {})) {
    if (!/^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/.test(name) || /^(aws|amazon)\./i.test(name))
      return `Invalid attribute name: ${name}`;
    const { DataType, StringValue, BinaryValue } = recordOf(attribute) ?? {};
    if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\..+)?$/.test(DataType))
      return `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
    if (!StringValue && !BinaryValue)
      return `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`;
  }
  return undefined;
}

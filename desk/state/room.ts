/** How much one message can hold: what fits into a frame, with everything that is around the text. */
import type { Conversation } from '../../shared/client/client.ts';

const utf8 = new TextEncoder();

/** How many characters have to go from the end of the text before it fits into one message; 0: it does. */
export function charactersTooMany(conversation: Conversation, text: string, whisper: boolean): number {
  let bytesTooMany = -conversation.bytesLeft(text, whisper ? 'whisper' : 'send');
  if (bytesTooMany <= 0) return 0;
  let count = 0;
  for (const character of Array.from(text).reverse()) {
    if (bytesTooMany <= 0) break;
    bytesTooMany -= utf8.encode(JSON.stringify(character)).length - 2; // without the quotation marks
    count += 1;
  }
  return count;
}

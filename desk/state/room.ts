/**
 * How much one message can hold: what fits into a frame, with everything that is around the text.
 */
import type { Conversation } from '../../shared/client/client.ts';

/**
 * How many characters have to go from the end of the text before it fits into one message; 0: it
 * does.
 */
export function charactersTooMany(conversation: Conversation, text: string, whisper: boolean): number {
  const fits = (some: string) => conversation.bytesLeft(some, whisper ? 'whisper' : 'send') >= 0;
  if (fits(text)) return 0;
  const characters = Array.from(text);
  let [most, tooMany] = [0, characters.length];
  while (most + 1 < tooMany) {
    const middle = (most + tooMany) >> 1;
    if (fits(characters.slice(0, middle).join(''))) most = middle;
    else tooMany = middle;
  }
  return characters.length - most;
}

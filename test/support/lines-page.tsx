/**
 * Runs in a browser: draws lines of a conversation whose bodies are whatever chance makes of the
 * names that the desk looks for.
 */
import fc from 'fast-check';
import { render } from 'preact';
import type { Line as SaidLine } from '../../desk/state/transcript.ts';
import { inOneLine } from '../../desk/views/talk/body.tsx';
import { Line } from '../../desk/views/talk/lines.tsx';
import { messageBodies, type MessageBody } from '../../shared/protocol/message.ts';

const MEMBERS = [
  'markdownText', 'caption', 'attachment', 'mediaUrl', 'mimeType', 'size', 'mediaName', 'additionalDetails', 'fileName', 'location',
  'latitude', 'longitude', 'name', 'address', 'contacts', 'formattedName', 'phones', 'phone', 'buttons', 'title', 'payload', 'interactive',
  'header', 'body', 'footer', 'text', 'elements', 'imageUrl', 'url', 'subject', 'from', 'htmlBody', 'attachments', 'postId', 'itemType',
  'wrapups', 'categoryName', 'value', 'note', 'notificationType', 'notificationData', 'message', 'reasonCode', 'leg', 'language', 'code',
  'toString', 'valueOf', 'length', 'map', 'key', 'ref', 'type',
]; // prettier-ignore

const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'medium' }, fc.jsonValue({ maxDepth: 1 }), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom(...MEMBERS), tie('value'), { maxKeys: 8 }),
}));
const type = fc.constantFrom(...Object.keys(messageBodies), 'image', 'HOLOGRAM', 'constructor', '');
const loose = fc
  .tuple(fc.dictionary(fc.constantFrom(...MEMBERS), value, { minKeys: 3 }), type)
  .map(([members, named]) => ({ ...members, type: named }));

const lineOf = (id: string, body: object): SaidLine => ({
  id,
  at: 0,
  kind: 'customer',
  own: false,
  who: 'Robin',
  body: body as MessageBody,
});

const root = document.body;
const SAYS_SO = 'This message cannot be shown.';

/** What these bodies look like, each as a line, once all of them are drawn. */
async function drawn(bodies: readonly object[]): Promise<(string | null)[]> {
  render(
    bodies.map((body, index) => <Line key={index} line={lineOf(String(index), body)} first={false} />),
    root,
  );
  await new Promise((resolve) => setTimeout(resolve)); // what fails is drawn again
  return [...root.querySelectorAll('.bubble')].map(({ textContent }) => textContent);
}

Object.assign(globalThis, {
  /** Draws so many bodies, and returns those that could not be drawn. */
  async fuzz(seed: number, numRuns: number): Promise<string[]> {
    const bodies = fc.sample(loose, { seed, numRuns });
    for (const body of bodies) inOneLine(lineOf('tab', body));
    const looks = await drawn(bodies);
    if (looks.length !== bodies.length) return ['lines are missing'];
    return bodies.flatMap((body, index) => (looks[index] === SAYS_SO ? JSON.stringify(body) : []));
  },
  /**
   * What three lines show, of which the second cannot be drawn; and what they show when it has been
   * edited.
   */
  async threeLines(): Promise<{ before: (string | null)[]; after: (string | null)[] }> {
    const text = (markdownText: string) => ({ type: 'PLAIN', markdownText });
    const broken = {
      type: 'PLAIN',
      get markdownText(): string {
        throw new Error('This cannot be drawn.');
      },
    };
    const before = await drawn([text('one'), broken, text('three')]);
    return { before, after: await drawn([text('one'), text('two'), text('three')]) };
  },
});

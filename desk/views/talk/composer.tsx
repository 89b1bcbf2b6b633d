/**
 * Where the agent writes: to the customer, or to colleagues only, each with a text of its own.
 * Enter sends, Shift and Enter begins a new line.
 */
import type { Reader } from '../../state/drafts.ts';
import { charactersTooMany } from '../../state/room.ts';
import type { Talk } from '../../state/talk.ts';

export function Composer({ talk }: { talk: Talk }) {
  const { reader, said } = talk.draft;
  const whisper = reader.value === 'colleagues';
  const draft = said[reader.value];
  const text = draft.value;
  const why = whyNot(talk, reader.value) ?? tooLong(charactersTooMany(talk.conversation, text, whisper));
  const send = () => {
    if (why !== undefined || text.trim() === '') return;
    talk.say(text, whisper);
    draft.value = '';
  };
  const to = (chosen: Reader) => () => {
    reader.value = chosen;
    document.getElementById(`say-${talk.id}`)?.focus();
  };
  return (
    <form
      class={`composer ${whisper ? 'whispers' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="to" role="group" aria-label="Who reads it">
        <button
          type="button"
          aria-pressed={!whisper}
          disabled={whisper && whyNot(talk, 'customer') !== undefined && said.customer.value === ''}
          onClick={to('customer')}
        >
          Customer
        </button>
        <button
          type="button"
          aria-pressed={whisper}
          disabled={!whisper && whyNot(talk, 'colleagues') !== undefined && said.colleagues.value === ''}
          onClick={to('colleagues')}
        >
          Whisper
        </button>
        <span class={`to-hint ${why === undefined ? 'muted' : 'warn'}`} role="status">
          {why ?? (whisper ? 'Only colleagues see it.' : 'The customer sees it.')}
        </span>
      </div>
      <div class="say">
        <textarea
          id={`say-${talk.id}`}
          rows={2}
          value={text}
          aria-label={whisper ? 'Whisper to colleagues' : `Message to ${talk.customer.value}`}
          placeholder={whisper ? 'Whisper …' : 'Write …'}
          onInput={({ currentTarget }) => {
            draft.value = currentTarget.value;
            if (!whisper && why === undefined) talk.types();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="primary" disabled={why !== undefined || text.trim() === ''}>
          Send
        </button>
      </div>
    </form>
  );
}

function tooLong(tooMany: number): string | undefined {
  if (tooMany === 0) return undefined;
  return `Too long for one message by ${tooMany.toLocaleString()} character${tooMany === 1 ? '' : 's'}.`;
}

/** Why nothing can be said to them now; what is typed is kept. */
function whyNot(talk: Talk, reader: Reader): string | undefined {
  const { role } = talk.view.value;
  if (talk.over.value !== null) return 'Not sent: the conversation is over.';
  if (role === 'WRAP_UP') return 'Not sent: you have left the conversation.';
  if (reader === 'customer') return role === 'PRIMARY' ? undefined : 'You are not in front of the customer.';
  return role === 'PRIMARY' && talk.colleagues.value.length === 0 ? 'No colleague is here to read it.' : undefined;
}

/** Where the agent writes: to the customer, or to colleagues only. Enter sends, Shift and Enter begins a new line. */
import type { Talk } from '../state/talk.ts';

const MOST_CHARACTERS = 65_536;

export function Composer({ talk }: { talk: Talk }) {
  const { role } = talk.view.value;
  const toCustomer = role === 'PRIMARY';
  const toColleagues = !toCustomer || talk.colleagues.value.length > 0;
  const whisper = !toCustomer || (toColleagues && talk.whispering.value);
  const text = talk.draft.value;
  const send = () => {
    if (text.trim() === '') return;
    talk.say(text, whisper);
    talk.draft.value = '';
  };
  const to = (whispering: boolean) => () => {
    talk.whispering.value = whispering;
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
        <button type="button" aria-pressed={!whisper} disabled={!toCustomer} onClick={to(false)}>
          Customer
        </button>
        <button type="button" aria-pressed={whisper} disabled={!toColleagues} onClick={to(true)}>
          Whisper
        </button>
        <span class="muted to-hint">{whisper ? 'Only colleagues see it.' : 'The customer sees it.'}</span>
      </div>
      <div class="say">
        <textarea
          id={`say-${talk.id}`}
          rows={2}
          maxLength={MOST_CHARACTERS}
          value={text}
          aria-label={whisper ? 'Whisper to colleagues' : `Message to ${talk.customer.value}`}
          placeholder={whisper ? 'Whisper …' : 'Write …'}
          onInput={({ currentTarget }) => {
            talk.draft.value = currentTarget.value;
            if (!whisper) talk.types();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="primary" disabled={text.trim() === ''}>
          Send
        </button>
      </div>
    </form>
  );
}

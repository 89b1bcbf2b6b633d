/** What the conversation was about: up to five answers and a note, while the time of the wrap-up runs. */
import { useState } from 'preact/hooks';
import { attempt } from '../state/notices.ts';
import { settings } from '../state/session.ts';
import type { Talk } from '../state/talk.ts';
import { NoteField, Until } from './parts.tsx';

const MOST = 5;

export function WrapUp({ talk }: { talk: Talk }) {
  const [chosen, choose] = useState<readonly string[]>([]);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const categories = settings.value?.wrapUps ?? [];
  const close = async (summary: Parameters<typeof talk.conversation.wrapUp>[0]) => {
    setBusy(true);
    if (!(await attempt(talk.conversation.wrapUp(summary)))) setBusy(false);
  };
  const toggle = (key: string) =>
    choose(chosen.includes(key) ? chosen.filter((other) => other !== key) : [...chosen, key]);
  const finish = () => {
    const wrapups = categories.flatMap(({ categoryName, values }) =>
      values.filter((value) => chosen.includes(keyOf(categoryName, value))).map((value) => ({ categoryName, value })),
    );
    return close({ wrapups, ...(note.trim() === '' ? {} : { note: note.trim() }) });
  };
  return (
    <form
      class="wrap-up"
      onSubmit={(event) => {
        event.preventDefault();
        void finish();
      }}
    >
      <header>
        <h2>Wrap-up</h2>
        {talk.wrapUpEndsAt.value && (
          <span class="chip warn" role="timer">
            <Until at={talk.wrapUpEndsAt.value} /> left
          </span>
        )}
      </header>
      <div class="categories">
        {categories.map(({ categoryName, values }) => (
          <fieldset key={categoryName}>
            <legend>{categoryName}</legend>
            {values.map((value) => {
              const key = keyOf(categoryName, value);
              const on = chosen.includes(key);
              return (
                <button
                  key={key}
                  type="button"
                  class="pick"
                  aria-pressed={on}
                  disabled={!on && chosen.length >= MOST}
                  onClick={() => toggle(key)}
                >
                  {value}
                </button>
              );
            })}
          </fieldset>
        ))}
      </div>
      <NoteField label="Note" note={note} write={setNote} />
      <footer>
        <button type="button" disabled={busy} onClick={() => void close(undefined)}>
          Skip
        </button>
        <button type="submit" class="primary" disabled={busy || (chosen.length === 0 && note.trim() === '')}>
          Finish
        </button>
      </footer>
    </form>
  );
}

function keyOf(category: string, value: string): string {
  return `${category}: ${value}`;
}

/**
 * What the conversation was about: up to five answers and a note, while the time of the wrap-up
 * runs.
 */
import { useState } from 'preact/hooks';
import { attempt } from '../../state/notices.ts';
import { settings } from '../../state/stage.ts';
import type { Talk } from '../../state/talk.ts';
import { NoteField, Until } from '../parts/parts.tsx';

const MOST = 5;

export function WrapUp({ talk }: { talk: Talk }) {
  const { chosen: choice, note: written } = talk.draft.wrapUp;
  const chosen = choice.value;
  const note = written.value;
  const over = talk.over.value !== null;
  const [busy, setBusy] = useState(false);
  const categories = settings.value?.wrapUps ?? [];
  const close = async (summary: Parameters<typeof talk.wrapUp>[0]) => {
    setBusy(true);
    if (!(await attempt(talk.wrapUp(summary)))) setBusy(false);
  };
  const toggle = (key: string) =>
    (choice.value = chosen.includes(key) ? chosen.filter((other) => other !== key) : [...chosen, key]);
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
        {over && <span class="chip warn">Not saved: the time is over</span>}
        {!over && talk.wrapUpEndsAt.value && (
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
      <NoteField label="Note" note={note} write={(text) => (written.value = text)} />
      <footer>
        <button type="button" disabled={busy || over} onClick={() => void attempt(talk.conversation.extendWrapUp())}>
          More time
        </button>
        <button
          type="button"
          disabled={busy || over || talk.conversation.wrapUpNeedsNote}
          onClick={() => void close(undefined)}
        >
          Skip
        </button>
        <button type="submit" class="primary" disabled={busy || over || (chosen.length === 0 && note.trim() === '')}>
          Finish
        </button>
      </footer>
    </form>
  );
}

function keyOf(category: string, value: string): string {
  return `${category}: ${value}`;
}

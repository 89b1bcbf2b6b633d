/** What the desk has to say, at the edge of the screen, where it moves nothing. */
import { dismiss, notices } from '../state/notices.ts';
import { Cross } from './parts/parts.tsx';

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, text, tone }) => (
        <div key={id} class={`notice ${tone}`}>
          <span class="grow">{text}</span>
          <button type="button" class="icon quiet" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Cross />
          </button>
        </div>
      ))}
    </div>
  );
}

/** Light, dark, or as the system has it: kept in this browser. */
import { effect, signal } from '@preact/signals';

type Theme = 'system' | 'light' | 'dark';
const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const KEPT = 'agent-desk.theme';

const kept = localStorage.getItem(KEPT);
const theme = signal<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system');

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  localStorage.setItem(KEPT, theme.value);
});

export function ThemeButton() {
  return (
    <button
      type="button"
      class="icon quiet"
      aria-label={`Colours: ${theme.value}`}
      title={`Colours: ${theme.value}`}
      onClick={() => {
        theme.value = NEXT[theme.value];
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.5" />
        <path class={`half ${theme.value}`} d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
      </svg>
    </button>
  );
}

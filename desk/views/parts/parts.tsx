/**
 * Small things that are used everywhere: a picture for a name, a time that runs, a badge, a menu, a
 * dialog.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { now } from '../../state/clock.ts';
import { duration } from '../../words.ts';
import { useDoing } from './doing.tsx';

/** The initials, in one of eight colours that is always the same for a name. */
export function Avatar({ name, small }: { name: string; small?: boolean }) {
  const words = name.split(/\s+/).filter(Boolean);
  const initials = ((words[0]?.[0] ?? '') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase();
  const tone = Array.from(name).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 8, 0);
  return (
    <span class={`avatar tone-${tone} ${small ? 'small' : ''}`} aria-hidden="true">
      {initials || '?'}
    </span>
  );
}

/** How long it has been since, counting up. */
export function Since({ at }: { at: number }) {
  return <span class="time">{duration(now.value - at)}</span>;
}

/** How long it is until, counting down to zero. */
export function Until({ at }: { at: number }) {
  return <span class="time">{duration(at - now.value)}</span>;
}

export function Badge({ children, label }: { children: number; label: string }) {
  if (children === 0) return null;
  return (
    <span class="badge">
      {children > 99 ? '99+' : children}
      <span class="hidden"> {label}</span>
    </span>
  );
}

export interface Choice {
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
  readonly tone?: string;
  readonly disabled?: boolean;
}

/**
 * A button with a menu. Arrow keys move, Escape closes. While it is open its choices stay as they
 * are: one is about to be clicked.
 */
export function Menu({
  choices,
  class: kind = '',
  label,
  children,
}: {
  choices: readonly (Choice | null)[];
  class?: string;
  label?: string;
  children: ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  const offered = useRef(choices);
  if (!open) offered.current = choices;
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)') ?? [])];
  const close = (back: boolean) => {
    setOpen(false);
    if (back) root.current?.querySelector('button')?.focus();
  };
  useLayoutEffect(() => {
    if (!open) return;
    items()[0]?.focus();
    const outside = ({ target }: Event) => {
      if (!root.current?.contains(target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
  const moved = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return close(true);
    if (event.key === 'Tab') return close(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    all.at((at + step) % all.length)?.focus();
  };
  return (
    <div class="menu-root" ref={root} onKeyDown={open ? moved : undefined}>
      <button
        type="button"
        class={kind}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        {children}
        <span class="caret" aria-hidden="true" />
      </button>
      {open && (
        <div class="menu" role="menu" id={id}>
          {offered.current.map((choice, index) =>
            choice === null ? (
              <hr key={index} />
            ) : (
              <button
                key={choice.label}
                type="button"
                role="menuitem"
                tabIndex={-1}
                disabled={choice.disabled}
                onClick={() => {
                  close(true);
                  choice.run();
                }}
              >
                {choice.tone && <span class={`dot ${choice.tone}`} aria-hidden="true" />}
                <span class="grow">
                  {choice.label}
                  {choice.hint && <small>{choice.hint}</small>}
                </span>
              </button>
            ),
          )}
        </div>
      )}
    </div>
  );
}

/** A dialog of the browser's: it keeps the focus, and Escape closes it. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={close}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="icon" aria-label="Close" onClick={close}>
          <Cross />
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** Asks before something that cannot be taken back, and stays until it is done. */
export function Confirm({
  title,
  text,
  action,
  run,
  close,
}: {
  title: string;
  text: string;
  action: string;
  run: () => Promise<unknown>;
  close: () => void;
}) {
  const doing = useDoing(close);
  return (
    <Dialog title={title} close={close}>
      <p>{text}</p>
      {doing.refusal}
      <footer>
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button type="button" class="danger" disabled={doing.busy} onClick={() => void doing.run(run())}>
          {action}
        </button>
      </footer>
    </Dialog>
  );
}

export function Bubbles() {
  return (
    <svg class="bubbles" viewBox="0 0 48 40" aria-hidden="true">
      <path d="M6 3h22a4 4 0 0 1 4 4v11a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4z" />
      <path d="M36 14h6a4 4 0 0 1 4 4v10a4 4 0 0 1-4 4h-2v5l-6-5H23a4 4 0 0 1-4-4v-1" />
    </svg>
  );
}

export function Cross() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="m4 4 8 8m0-8-8 8" />
    </svg>
  );
}

export function Back() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M10 3 5 8l5 5" />
    </svg>
  );
}

/** A label with room for a few words, as long as the manager takes. */
export function NoteField({
  label,
  class: kind,
  note,
  write,
}: {
  label: string;
  class?: string;
  note: string;
  write: (note: string) => void;
}) {
  return (
    <label class={kind}>
      {label}
      <textarea rows={2} maxLength={4_000} value={note} onInput={({ currentTarget }) => write(currentTarget.value)} />
    </label>
  );
}

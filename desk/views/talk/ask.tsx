/**
 * Asks for a colleague: a queue, somebody by name or, to hand the customer over only, a list; with
 * a note for who comes.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Found } from '../../state/directory.ts';
import { attempt } from '../../state/notices.ts';
import type { Talk } from '../../state/talk.ts';
import { useDesk } from '../context.ts';
import { Dialog, NoteField } from '../parts/parts.tsx';

export type Asking = 'transfer' | 'conference' | 'consult';
type Kind = 'queue' | 'agent' | 'list';

const TITLES: Record<Asking, string> = {
  transfer: 'Hand the customer over',
  conference: 'Ask somebody to join',
  consult: 'Ask somebody for advice',
};
const ACTIONS: Record<Asking, string> = { transfer: 'Transfer', conference: 'Ask to join', consult: 'Consult' };
const KINDS: Record<Kind, string> = { queue: 'Queue', agent: 'Colleague', list: 'List' };

/** Colleagues are looked for when nothing was typed for so long. */
const TYPED_MS = 150;

export function Ask({ talk, what, close }: { talk: Talk; what: Asking; close: () => void }) {
  const { directory, agent: me } = useDesk();
  const [kind, setKind] = useState<Kind>('queue');
  const [target, setTarget] = useState('');
  const [search, setSearch] = useState('');
  const { note } = talk.draft;
  const [busy, setBusy] = useState(false);
  const [{ colleagues, more }, setFound] = useState<Found>({ colleagues: [], more: false });
  useEffect(() => void attempt(directory.read()), [directory]);
  useEffect(() => {
    if (kind !== 'agent') return undefined;
    let current = true;
    const look = async () => {
      const found = await directory.find(search);
      if (current) setFound(found);
    };
    const timer = setTimeout(() => void attempt(look()), search === '' ? 0 : TYPED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [directory, kind, search]);

  const mrdId = directory.mrdOf(talk.channel.value);
  const ofMrd = (place: { mrdId: string }) => mrdId === null || place.mrdId === mrdId;
  const here = new Set(talk.view.value.participants.map(({ participant }) => participant.id));
  const options = {
    queue: directory.queues.value.filter(ofMrd).map(({ name }) => ({ id: name, name })),
    agent: colleagues.filter(({ id }) => id !== me.id && !here.has(id)),
    list: directory.lists.value.filter(ofMrd).map(({ id, name }) => ({ id, name })),
  }[kind];
  const named = ({ name }: { name: string }) => name.toLowerCase().includes(search.trim().toLowerCase());
  const found = kind === 'agent' ? options : options.filter(named);
  const kinds: readonly Kind[] = what === 'transfer' ? ['queue', 'agent', 'list'] : ['queue', 'agent'];

  const ask = async () => {
    setBusy(true);
    const said = note.value.trim() === '' ? undefined : note.value.trim();
    const { conversation } = talk;
    const asked =
      kind === 'list'
        ? conversation.transfer({ list: target }, said)
        : conversation[what](kind === 'queue' ? { queue: target } : { agent: target }, said);
    if (await attempt(asked)) done();
    else setBusy(false);
  };
  const done = () => {
    note.value = '';
    close();
  };
  // It stays open with what is typed, whatever becomes of the conversation meanwhile.
  const over = talk.over.value !== null || talk.view.value.role !== 'PRIMARY';
  return (
    <Dialog title={TITLES[what]} close={done}>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <div class="switch" role="group" aria-label="Whom">
          {kinds.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={kind === each}
              onClick={() => {
                setKind(each);
                setTarget('');
                setSearch('');
              }}
            >
              {KINDS[each]}
            </button>
          ))}
        </div>
        <input
          type="search"
          autofocus
          aria-label={`Search ${KINDS[kind].toLowerCase()}`}
          placeholder="Search …"
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <div class="options" role="radiogroup" aria-label={KINDS[kind]}>
          {found.map(({ id, name }) => (
            <label key={id} class="option">
              <input type="radio" name="target" checked={target === id} onChange={() => setTarget(id)} />
              <span>{name}</span>
            </label>
          ))}
          {found.length === 0 && <p class="muted">There is none.</p>}
          {kind === 'agent' && more && <p class="muted">There are more: type the beginning of a name.</p>}
        </div>
        <NoteField
          class="note-space"
          label="Note for who comes"
          note={note.value}
          write={(text) => (note.value = text)}
        />
        {over && <p role="status">You are no longer with the customer, so nobody can be asked any more.</p>}
        <footer>
          <button type="button" onClick={done}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={busy || over || !options.some(({ id }) => id === target)}>
            {ACTIONS[what]}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/**
 * Asks for a colleague: a queue, somebody by name or, to hand the customer over only, a list; with
 * a note for who comes. A supervisor says so of a conversation that they watch.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Found } from '../../state/directory.ts';
import { attempt } from '../../state/notices.ts';
import type { Talk } from '../../state/talk.ts';
import { useDesk } from '../context.ts';
import { useDoing } from '../parts/doing.tsx';
import { Dialog, NoteField } from '../parts/parts.tsx';

export type Asking = 'transfer' | 'conference' | 'consult' | 'assign' | 'requeue';
type Kind = 'queue' | 'agent' | 'list';

interface Words {
  readonly title: string;
  readonly action: string;
  readonly kinds: readonly [Kind, ...Kind[]];
}

const WORDS: Record<Asking, Words> = {
  transfer: { title: 'Hand the customer over', action: 'Transfer', kinds: ['queue', 'agent', 'list'] },
  conference: { title: 'Ask somebody to join', action: 'Ask to join', kinds: ['queue', 'agent'] },
  consult: { title: 'Ask somebody for advice', action: 'Consult', kinds: ['queue', 'agent'] },
  assign: { title: 'Hand the customer to a colleague', action: 'Hand over', kinds: ['agent'] },
  requeue: { title: 'Send the customer to a queue', action: 'Send', kinds: ['queue'] },
};
const KINDS: Record<Kind, string> = { queue: 'Queue', agent: 'Colleague', list: 'List' };

/** Colleagues are looked for when nothing was typed for so long. */
const TYPED_MS = 150;

export function Ask({ talk, what, close }: { talk: Talk; what: Asking; close: () => void }) {
  const desk = useDesk();
  const { directory, agent: me } = desk;
  const { title, action, kinds } = WORDS[what];
  const orders = what === 'assign' || what === 'requeue';
  const [kind, setKind] = useState<Kind>(kinds[0]);
  const [target, setTarget] = useState('');
  const [search, setSearch] = useState('');
  const { note } = talk.draft;
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
    queue: directory.queues.value.filter(ofMrd).map(({ id, name }) => ({ id: orders ? id : name, name })),
    agent: colleagues.filter(({ id }) => id !== me.id && !here.has(id)),
    list: directory.lists.value.filter(ofMrd).map(({ id, name }) => ({ id, name })),
  }[kind];
  const named = ({ name }: { name: string }) => name.toLowerCase().includes(search.trim().toLowerCase());
  const found = kind === 'agent' ? options : options.filter(named);

  const ask = (): Promise<unknown> => {
    if (what === 'assign') return desk.order(talk, { command: 'ASSIGN', toAgentId: target });
    if (what === 'requeue') return desk.order(talk, { command: 'QUEUE', queue: target });
    const said = note.value.trim() === '' ? undefined : note.value.trim();
    const { conversation } = talk;
    if (kind === 'list') return conversation.transfer({ list: target }, said);
    return conversation[what](kind === 'queue' ? { queue: target } : { agent: target }, said);
  };
  const done = () => {
    if (!orders) note.value = '';
    close();
  };
  const doing = useDoing(done);
  // It stays open with what is typed, whatever becomes of the conversation meanwhile.
  const { role, supervises } = talk.view.value;
  const over = talk.over.value !== null || !(orders ? supervises : role === 'PRIMARY');
  return (
    <Dialog title={title} close={done}>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          void doing.run(ask());
        }}
      >
        {kinds.length > 1 && (
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
        )}
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
        {!orders && (
          <NoteField
            class="note-space"
            label="Note for who comes"
            note={note.value}
            write={(text) => (note.value = text)}
          />
        )}
        {doing.refusal}
        {over && (
          <p role="status">
            You are no longer {orders ? 'in this conversation' : 'with the customer'}, so nobody can be asked any more.
          </p>
        )}
        <footer>
          <button type="button" onClick={done}>
            Cancel
          </button>
          <button
            type="submit"
            class="primary"
            disabled={doing.busy || over || !options.some(({ id }) => id === target)}
          >
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The customer simulator: send one, send many, and be each of them. */
import { useMemo, useState } from 'preact/hooks';
import { settings } from '../state/stage.ts';
import { Cross } from '../views/parts/parts.tsx';
import { channelInWords } from '../words.ts';
import { Chat } from './chat.tsx';
import { crowdAt, type Crowd } from './crowd.ts';
import { NAMES, OPENINGS } from './samples.ts';
import { Traffic } from './traffic.tsx';

export function Customers({ close }: { close?: () => void }) {
  const crowd = useMemo(() => crowdAt(settings.value?.httpUrl ?? ''), []);
  const [page, setPage] = useState<'one' | 'many'>('one');
  const { value: customer } = crowd.customer;
  return (
    <div class="simulator">
      <header class="simulator-head">
        <div class="switch grow">
          <button type="button" aria-pressed={page === 'one'} onClick={() => setPage('one')}>
            One customer
          </button>
          <button type="button" aria-pressed={page === 'many'} onClick={() => setPage('many')}>
            Traffic{crowd.running.value && <span class="dot ready" title="running" />}
          </button>
        </div>
        {close && (
          <button type="button" class="icon quiet" aria-label="Close the customers" onClick={close}>
            <Cross />
          </button>
        )}
      </header>
      {page === 'one' ? <Arrive crowd={crowd} /> : <Traffic crowd={crowd} />}
      <Present crowd={crowd} />
      {customer ? (
        <Chat key={customer.sessionId} customer={customer} />
      ) : (
        <p class="side-empty muted">Send a customer, then write as them here.</p>
      )}
    </div>
  );
}

function Arrive({ crowd }: { crowd: Crowd }) {
  const { queues, lists, channels } = crowd.directory;
  const [count, setCount] = useState(0);
  const [name, setName] = useState(NAMES[0] ?? '');
  const [channel, setChannel] = useState('WEB');
  const [to, setTo] = useState('queue support');
  const [opening, setOpening] = useState(OPENINGS[0] ?? '');
  const places = [
    ...queues.value.map(({ id, name: called }) => ({ value: `queue ${id}`, label: `Queue ${called}` })),
    ...lists.value.map(({ id, name: called }) => ({ value: `list ${id}`, label: `List ${called}` })),
  ];
  const chosen = places.some(({ value }) => value === to) ? to : (places[0]?.value ?? to);
  const send = () => {
    const [kind = 'queue', ...rest] = chosen.split(' ');
    const id = rest.join(' ');
    void crowd.send({ name, channel, to: kind === 'list' ? { list: id } : { queue: id } }, opening);
    setCount(count + 1);
    setName(NAMES[(count + 1) % NAMES.length] ?? name);
    setOpening(OPENINGS[(count + 1) % OPENINGS.length] ?? opening);
  };
  return (
    <form
      class="arrive"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label>
        Name
        <input value={name} required maxLength={100} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      <label>
        Channel
        <select value={channel} onChange={({ currentTarget }) => setChannel(currentTarget.value)}>
          {channels.value.map(({ id, name: called }) => (
            <option key={id} value={called}>
              {channelInWords(called)}
            </option>
          ))}
        </select>
      </label>
      <label class="wide">
        Says first
        <input value={opening} onInput={({ currentTarget }) => setOpening(currentTarget.value)} />
      </label>
      <label>
        To
        <select value={chosen} onChange={({ currentTarget }) => setTo(currentTarget.value)}>
          {places.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="primary">
        Send customer
      </button>
    </form>
  );
}

/** Who is there, newest first. */
function Present({ crowd }: { crowd: Crowd }) {
  const customers = crowd.customers.value.toReversed();
  if (customers.length === 0) return null;
  const words = { waiting: 'waits', served: 'is served', gone: 'has left' };
  return (
    <ul class="present" aria-label="Customers">
      {customers.map((customer) => (
        <li key={customer.sessionId}>
          <button
            type="button"
            class={`small ${customer.state.value}`}
            aria-pressed={crowd.selected.value === customer.sessionId}
            onClick={() => (crowd.selected.value = customer.sessionId)}
          >
            <span
              class={`dot ${{ waiting: 'away', served: 'ready', gone: 'out' }[customer.state.value]}`}
              aria-hidden="true"
            />
            {customer.name}
            <span class="hidden">, {words[customer.state.value]}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

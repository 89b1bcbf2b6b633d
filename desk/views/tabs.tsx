/** The agent's conversations, one tab each, with what is new. */
import { now } from '../state/clock.ts';
import { attempt } from '../state/notices.ts';
import type { Talk } from '../state/talk.ts';
import { channelInWords, roleInWords, timeOfDay } from '../words.ts';
import { useDesk } from './context.ts';
import { inOneLine } from './talk/body.tsx';
import { Drawn } from './parts/drawn.tsx';
import { Avatar, Badge, Until } from './parts/parts.tsx';
import { useSteady, type Still } from './parts/steady.ts';

export function Tabs() {
  const desk = useDesk();
  const talks = desk.talks.value;
  const moved = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || talks.length === 0) return;
    event.preventDefault();
    const at = talks.findIndex(({ id }) => id === desk.sight.id.value);
    const next = talks.at((at + step) % talks.length);
    if (!next) return;
    desk.select(next.id, { keyboard: false });
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  const { rows, still, pointer } = useSteady(talks, ({ id }) => id);
  if (rows.length === 0) return <Nobody />;
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label="Conversations"
      aria-orientation="vertical"
      onKeyDown={moved}
      {...pointer}
    >
      {rows.map((talk, index) => (
        <Drawn key={talk.id} of={talk} what="This conversation">
          <Tab talk={talk} first={index === 0} still={still(talk)} />
        </Drawn>
      ))}
    </div>
  );
}

/** What to do when there is nothing to do. */
export function Nobody() {
  const desk = useDesk();
  const ready = desk.presence.value.state.name === 'READY';
  return (
    <div class="nobody">
      <p class="muted">
        {ready ? 'Whoever comes next rings here.' : 'Nobody is offered to you while you are not ready.'}
      </p>
      {!ready && (
        <button type="button" onClick={() => void attempt(desk.agent.setState('READY'))}>
          Become ready
        </button>
      )}
    </div>
  );
}

function Tab({ talk, first, still }: { talk: Talk; first: boolean; still: Still }) {
  const desk = useDesk();
  const selected = desk.sight.id.value === talk.id;
  const over = talk.over.value !== null;
  const { lines, role, typing, hold } = talk.view.value;
  const last = lines.findLast(({ kind }) => kind !== 'note');
  const types = typing.some(({ until }) => until > now.value);
  const reachable = selected || (desk.talk.value === null && first);
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${talk.id}`}
      class="tab"
      aria-selected={selected}
      aria-controls={selected ? `talk-${talk.id}` : undefined}
      tabIndex={reachable ? 0 : -1}
      {...still}
      onClick={() => desk.select(talk.id)}
    >
      <Avatar name={talk.customer.value} />
      <span class="tab-text">
        <span class="tab-top">
          <b>{talk.customer.value}</b>
          <small>{last && timeOfDay(last.at)}</small>
        </span>
        <span class="tab-bottom">
          <span class={`preview ${types ? 'types' : ''}`}>{types ? 'is typing …' : last ? inOneLine(last) : '…'}</span>
          <Badge label="unread">{talk.unread.value}</Badge>
        </span>
        <span class="tab-bottom">
          <small>{channelInWords(talk.channel.value)}</small>
          {over && <small class="role">over</small>}
          {!selected && !talk.draft.isEmpty.value && <small class="role hold">not sent</small>}
          {!over && role !== 'PRIMARY' && <small class={`role ${role.toLowerCase()}`}>{roleInWords[role]}</small>}
          {!over && hold && role === 'PRIMARY' && <small class="role hold">{hold.parked ? 'parked' : 'on hold'}</small>}
          {!over && role === 'WRAP_UP' && talk.wrapUpEndsAt.value && (
            <small>
              <Until at={talk.wrapUpEndsAt.value} />
            </small>
          )}
        </span>
      </span>
    </button>
  );
}

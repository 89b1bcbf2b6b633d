/** Pull lists: which the agent watches, who waits on them, and what was not looked at yet. */
import { useEffect, useState } from 'preact/hooks';
import type { PullRequest } from '../../shared/client/client.ts';
import { attempt } from '../state/notices.ts';
import { channelInWords } from '../words.ts';
import { useDesk } from './context.ts';
import { Drawn } from './parts/drawn.tsx';
import { Badge, Confirm, Since } from './parts/parts.tsx';
import { useSteady, type Still } from './parts/steady.ts';

export function Lists() {
  const desk = useDesk();
  const { directory, watched, requests, agent } = desk;
  const known = new Map([...directory.lists.value, ...watched.value].map((list) => [list.id, list]));
  const { rows, still, pointer } = useSteady(
    requests.value.toSorted((a, b) => timeOf(a) - timeOf(b)),
    ({ id }) => id,
  );
  // Leaving the lists is having seen what is on them.
  useEffect(
    () => () => {
      desk.seen.value = new Set(desk.requests.value.map(({ id }) => id));
    },
    [desk],
  );
  return (
    <div class="lists" {...pointer}>
      {[...known.values()].map(({ id, name, description }) => {
        const on = watched.value.some((list) => list.id === id);
        const waiting = rows.filter(({ listId }) => listId === id);
        const fresh = waiting.filter((request) => request.status !== 'ACTIVE' && !desk.seen.value.has(request.id));
        const toggle = () => attempt(on ? agent.lists.unsubscribe(id) : agent.lists.subscribe(id));
        return (
          <section key={id} class="list" aria-label={`List ${name}`}>
            <label class="list-head">
              <input
                type="checkbox"
                checked={on}
                onClick={(event) => {
                  event.preventDefault(); // what the manager answers is shown, not what was clicked
                  void toggle();
                }}
              />
              <span class="grow">
                <b>{name}</b>
                {description && <small>{description}</small>}
              </span>
              <Badge label="new">{fresh.length}</Badge>
            </label>
            {on && waiting.length === 0 && <p class="side-empty muted">Nobody waits.</p>}
            {on &&
              waiting.map((request) => (
                <Drawn key={request.id} of={request} what="Somebody who waits">
                  <ListRow request={request} fresh={fresh.includes(request)} still={still(request)} />
                </Drawn>
              ))}
          </section>
        );
      })}
      {known.size === 0 && <p class="side-empty muted">There are no lists.</p>}
    </div>
  );
}

const statusInWords: Record<string, string> = {
  CREATED: 'waits',
  INACTIVE: 'waits again',
  ACTIVE: 'with a colleague',
  ON_HOLD: 'on hold',
  WRAP_UP: 'wrapped up',
};

function ListRow({ request, fresh, still }: { request: PullRequest; fresh: boolean; still: Still }) {
  const desk = useDesk();
  const [asking, ask] = useState(false);
  const { id, channelSession, status } = request;
  const name = channelSession.customer.firstName || 'Customer';
  const mine = desk.isIn(id);
  return (
    <div class={`request ${fresh ? 'fresh' : ''}`} {...still}>
      <span class="grow">
        <b>{name}</b>
        {fresh && <span class="hidden"> (new)</span>}
        <small>
          {channelInWords(channelSession.channel.channelType.name)}, {statusInWords[status] ?? status.toLowerCase()}{' '}
          <Since at={timeOf(request)} />
        </small>
      </span>
      {desk.mayDelete && (
        <button type="button" class="small quiet" onClick={() => ask(true)}>
          Delete<span class="hidden"> {name}</span>
        </button>
      )}
      <button type="button" class="small" onClick={() => (mine ? desk.select(id) : void desk.pick(id))}>
        {mine ? 'Open' : 'Join'}
        <span class="hidden"> {name}</span>
      </button>
      {asking && (
        <Confirm
          title={`Delete ${name}?`}
          text="The conversation ends, for the customer too."
          action="Delete"
          run={() => desk.agent.lists.remove(id)}
          close={() => ask(false)}
        />
      )}
    </div>
  );
}

function timeOf({ time }: PullRequest): number {
  return typeof time === 'number' ? time : Date.parse(String(time));
}

/** Pull lists: which the agent watches, who waits on them, and what was not looked at yet. */
import { useEffect, useState } from 'preact/hooks';
import type { PullRequest } from '../../shared/client/client.ts';
import { attempt } from '../state/notices.ts';
import { channelInWords } from '../words.ts';
import { useDesk } from './desk.tsx';
import { Drawn } from './drawn.tsx';
import { Badge, Confirm, Since } from './parts.tsx';

export function Lists() {
  const desk = useDesk();
  const { directory, watched, requests, agent } = desk;
  const known = new Map([...directory.lists.value, ...watched.value].map((list) => [list.id, list]));
  // Leaving the lists is having seen what is on them.
  useEffect(
    () => () => {
      desk.seen.value = new Set(desk.requests.value.map(({ id }) => id));
    },
    [desk],
  );
  return (
    <div class="lists">
      {[...known.values()].map(({ id, name, description }) => {
        const on = watched.value.some((list) => list.id === id);
        const waiting = requests.value.filter(({ listId }) => listId === id).toSorted((a, b) => timeOf(a) - timeOf(b));
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
                  <Request request={request} fresh={fresh.includes(request)} />
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

function Request({ request, fresh }: { request: PullRequest; fresh: boolean }) {
  const desk = useDesk();
  const [asking, ask] = useState(false);
  const { id, channelSession, status } = request;
  const name = channelSession.customer.firstName || 'Customer';
  const mine = desk.talks.value.some((talk) => talk.id === id);
  return (
    <div class={`request ${fresh ? 'fresh' : ''}`}>
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
          run={() => void attempt(desk.agent.lists.remove(id))}
          close={() => ask(false)}
        />
      )}
    </div>
  );
}

function timeOf({ time }: PullRequest): number {
  return typeof time === 'number' ? time : Date.parse(String(time));
}

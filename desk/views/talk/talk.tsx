/** One conversation: who it is with, what can be done, what was said, and a place to answer. */
import { useEffect } from 'preact/hooks';
import { textAt } from '../../loose.ts';
import { attempt } from '../../state/notices.ts';
import type { Draft } from '../../state/drafts.ts';
import type { Talk } from '../../state/talk.ts';
import { channelInWords, requestInWords, roleInWords } from '../../words.ts';
import { Actions } from './actions.tsx';
import { Composer } from './composer.tsx';
import { useDesk } from '../context.ts';
import { Avatar, Back, Until } from '../parts/parts.tsx';
import { Lines } from './lines.tsx';
import { WrapUp } from './wrap-up.tsx';

export function TalkPane({ talk }: { talk: Talk }) {
  const desk = useDesk();
  const { role } = talk.view.value;
  const { draft, over } = talk;
  const { value: keyboard } = desk.sight.keyboard;
  useEffect(() => {
    if (keyboard?.id !== talk.id || desk.main.peek() !== 'desk') return;
    document.getElementById(`say-${talk.id}`)?.focus({ preventScroll: true });
  }, [keyboard, talk.id, desk]);
  const speaks = over.value === null && role !== 'WRAP_UP';
  const hasSaid = draft.said.customer.value !== '' || draft.said.colleagues.value !== '';
  const wrapsUp = role === 'WRAP_UP' && (over.value === null || !isBlank(draft));
  return (
    <section
      class={`talk ${role.toLowerCase()}`}
      id={`talk-${talk.id}`}
      aria-label={`Conversation with ${talk.customer.value}`}
    >
      <header class="talk-head">
        <button type="button" class="icon quiet back" aria-label="Back to the list" onClick={() => desk.select(null)}>
          <Back />
        </button>
        <Avatar name={talk.customer.value} />
        <div class="grow talk-title">
          <h2>{talk.customer.value}</h2>
          <small>
            {channelInWords(talk.channel.value)} ·{' '}
            {talk.snapshot.value.topicData.channelSession.channelData.channelCustomerIdentifier}
          </small>
        </div>
        <Actions talk={talk} />
      </header>
      <Facts talk={talk} />
      <Lines talk={talk} />
      {over.value !== null && <Over key="over" talk={talk} />}
      {wrapsUp && <WrapUp key="wrap-up" talk={talk} />}
      {(speaks || hasSaid) && <Composer key="composer" talk={talk} />}
    </section>
  );
}

function isBlank({ wrapUp }: Draft): boolean {
  return wrapUp.chosen.value.length === 0 && wrapUp.note.value === '';
}

/** It stays, with what was not sent, until the agent goes on. */
function Over({ talk }: { talk: Talk }) {
  const desk = useDesk();
  return (
    <div class="over" role="status">
      <p class="grow">{talk.over.value || 'You are out of this conversation.'}</p>
      <button type="button" class="small" onClick={() => desk.dismiss(talk)}>
        {talk.draft.isEmpty.value ? 'Close' : 'Discard what was not sent'}
      </button>
    </div>
  );
}

/** One line that is always there, so nothing moves when it has more to say. */
function Facts({ talk }: { talk: Talk }) {
  const { directory } = useDesk();
  const { role, request, hold, sla, data, hands } = talk.view.value;
  const own = talk.conversation.snapshot.topicData.topicParticipant.participant.keycloakUser.username;
  return (
    <div class="facts" role="group" aria-label="Facts" tabIndex={0}>
      {role !== 'PRIMARY' && <span class={`chip role ${role.toLowerCase()}`}>You are {roleInWords[role]}</span>}
      {hold && (
        <span class="chip warn">
          {hold.parked ? 'Parked' : 'On hold'}, <Until at={hold.endsAt} /> left
        </span>
      )}
      {sla && (
        <span class={`chip ${slaTone(sla.action)}`}>
          Answer within <Until at={sla.endsAt} />
        </span>
      )}
      {request && (
        <span class="chip ask">
          {request.requestedBy === own ? 'You' : directory.called(request.requestedBy)} asked{' '}
          {request.ofColleague ? directory.called(request.of) : request.of} for {requestInWords[request.direction]}
          {request.rings ? ': it rings' : ': waiting'}
          {request.requestedBy === own && role === 'PRIMARY' && (
            <button type="button" class="small" onClick={() => void attempt(talk.conversation.cancelRequest())}>
              Take back
            </button>
          )}
        </span>
      )}
      {hands.length > 0 && <span class="chip warn">A hand is raised</span>}
      {talk.colleagues.value.map(({ id, firstName, name, role: theirs }) => (
        <span key={id} class="chip">
          <Avatar name={name} small />
          {firstName} {roleInWords[theirs]}
        </span>
      ))}
      {Object.entries(data).map(([key, value]) => (
        <span key={key} class="chip data">
          {key} <b>{textAt(value)}</b>
        </span>
      ))}
      <Presence talk={talk} />
    </div>
  );
}

function Presence({ talk }: { talk: Talk }) {
  const here = talk.view.value.participants.some(({ type }) => type === 'CUSTOMER');
  return here ? null : <span class="chip warn">The customer has left</span>;
}

function slaTone(action: string): string {
  if (action === 'CHANGE_COLOR_TO_RED' || action === 'SHOW_POPUP') return 'bad';
  return action === 'CHANGE_COLOR' ? 'warn' : '';
}

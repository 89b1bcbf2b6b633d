/**
 * What the agent can do with a conversation besides writing: what their role allows, and nothing
 * else.
 */
import { useState } from 'preact/hooks';
import { attempt } from '../../state/notices.ts';
import type { Talk } from '../../state/talk.ts';
import { Ask, type Asking } from './ask.tsx';
import { Menu, type Choice } from '../parts/parts.tsx';

const HOLDS = [2, 5, 10, 30];
/** And hours of parking. */
const PARKS = [1, 8];

export function Actions({ talk }: { talk: Talk }) {
  const [asking, ask] = useState<Asking | null>(null);
  return (
    <>
      <Buttons talk={talk} ask={ask} />
      {asking && <Ask talk={talk} what={asking} close={() => ask(null)} />}
    </>
  );
}

function Buttons({ talk, ask }: { talk: Talk; ask: (what: Asking) => void }) {
  const { role, hold, supervises } = talk.view.value;
  const { conversation } = talk;
  const leave = (
    <button type="button" class="danger-quiet" onClick={() => void attempt(talk.leave())}>
      Leave
    </button>
  );
  if (role === 'WRAP_UP' || talk.over.value !== null) return null;
  if (role !== 'PRIMARY') {
    return (
      <div class="actions">
        {role === 'SILENT_MONITOR' && (
          <button type="button" onClick={() => void attempt(conversation.joinAsWhisper())}>
            Advise
          </button>
        )}
        {supervises && (
          <button
            type="button"
            onClick={() => {
              talk.draft.reader.value = 'customer'; // at once: not under what is typed when the answer comes
              void attempt(conversation.joinAsBargeIn());
            }}
          >
            Step in
          </button>
        )}
        {leave}
      </div>
    );
  }
  const consulted = talk.colleagues.value.filter((colleague) => colleague.role === 'ASSISTANT');
  const choices: (Choice | null)[] = [
    ...consulted.flatMap(({ id, firstName: name }) => {
      const agent = { agent: id };
      return [
        {
          label: `Hand over to ${name}`,
          hint: 'Consult transfer: you leave.',
          run: () => void attempt(conversation.consultTransfer(agent)),
        },
        {
          label: `Bring ${name} to the customer`,
          hint: 'Consult conference: you stay.',
          run: () => void attempt(conversation.consultConference(agent)),
        },
      ];
    }),
    ...(consulted.length > 0 ? [null] : []),
    { label: 'Consult …', hint: 'Advice, unseen by the customer.', run: () => ask('consult') },
    { label: 'Conference …', hint: 'Somebody joins you.', run: () => ask('conference') },
    { label: 'Transfer …', hint: 'Somebody takes over, you leave.', run: () => ask('transfer') },
  ];
  return (
    <div class="actions">
      {hold ? (
        <button key="resume" type="button" onClick={() => void attempt(conversation.resume())}>
          Resume
        </button>
      ) : (
        <Menu
          key="hold"
          label="Put on hold"
          choices={[
            ...HOLDS.map((minutes) => ({
              label: `Hold for ${minutes} minutes`,
              run: () => void attempt(conversation.pause(minutes * 60)),
            })),
            null,
            ...PARKS.map((hours) => ({
              label: hours === 1 ? 'Park for an hour' : `Park for ${hours} hours`,
              hint: 'Until the customer writes. You are free for others.',
              run: () => void attempt(conversation.park(hours * 3_600)),
            })),
          ]}
        >
          Hold
        </Menu>
      )}
      <Menu key="colleague" choices={choices}>
        Colleague
      </Menu>
      {talk.wrapUpChosen.value !== undefined && (
        <button
          key="wrap-up"
          type="button"
          aria-pressed={talk.wrapUpChosen.value}
          disabled={talk.wrapUpChosen.value}
          onClick={() => void attempt(talk.chooseWrapUp())}
        >
          Wrap up afterwards
        </button>
      )}
      {leave}
    </div>
  );
}

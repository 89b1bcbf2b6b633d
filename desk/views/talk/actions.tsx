/**
 * What the agent can do with a conversation besides writing: what their role allows, and nothing
 * else.
 */
import { useState } from 'preact/hooks';
import { attempt } from '../../state/notices.ts';
import type { Talk } from '../../state/talk.ts';
import { useDesk } from '../context.ts';
import { Confirm, Menu, type Choice } from '../parts/parts.tsx';
import { Ask, type Asking } from './ask.tsx';

const HOLDS = [2, 5, 10, 30];
/** And hours of parking. */
const PARKS = [1, 8];

/** What a supervisor does to a conversation that they need nobody else for. */
const ORDERS = {
  TAKE_OVER: {
    title: 'Take this customer over?',
    text: 'The customer is yours at once, and their agent is out of the conversation.',
    action: 'Take over',
  },
  CLOSE: {
    title: 'Close this conversation?',
    text: 'It ends, for the customer too.',
    action: 'Close conversation',
  },
};
type Order = keyof typeof ORDERS;

export function Actions({ talk }: { talk: Talk }) {
  const desk = useDesk();
  const [asking, ask] = useState<Asking | null>(null);
  const [ordering, order] = useState<Order | null>(null);
  return (
    <>
      <Buttons talk={talk} ask={ask} order={order} />
      {asking && <Ask talk={talk} what={asking} close={() => ask(null)} />}
      {ordering && (
        <Confirm
          {...ORDERS[ordering]}
          run={async () => {
            await desk.order(talk, { command: ordering });
            if (ordering === 'TAKE_OVER') talk.draft.reader.value = 'customer';
          }}
          close={() => order(null)}
        />
      )}
    </>
  );
}

interface Asks {
  readonly talk: Talk;
  readonly ask: (what: Asking) => void;
  readonly order: (what: Order) => void;
}

function Supervise({ ask, order }: Asks) {
  return (
    <Menu
      choices={[
        { label: 'Take over …', hint: 'The customer is yours.', run: () => order('TAKE_OVER') },
        { label: 'Hand to a colleague …', hint: 'It rings at their desk.', run: () => ask('assign') },
        { label: 'Send to a queue …', hint: 'The next agent is looked for.', run: () => ask('requeue') },
        null,
        { label: 'Close …', hint: 'For the customer too.', run: () => order('CLOSE') },
      ]}
    >
      Supervise
    </Menu>
  );
}

function Buttons(asks: Asks) {
  const { talk, ask } = asks;
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
        {supervises && <Supervise key="supervise" {...asks} />}
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
      {supervises && <Supervise key="supervise" {...asks} />}
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

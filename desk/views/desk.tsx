/**
 * The desk of whoever is signed in: header, the narrow column with conversations or lists, and the
 * conversation or the team.
 */
import { useSignalEffect } from '@preact/signals';
import { Customers } from '../customer/panel.tsx';
import { settings } from '../state/stage.ts';
import type { Desk } from '../state/desk.ts';
import { DeskContext, playing, useDesk } from './context.ts';
import { Drawn } from './parts/drawn.tsx';
import { Header } from './header.tsx';
import { Lists } from './lists.tsx';
import { Notices } from './notices.tsx';
import { Offers } from './offers.tsx';
import { Nobody, Tabs } from './tabs.tsx';
import { TalkPane } from './talk/talk.tsx';
import { TeamPane } from './team.tsx';
import { Badge, Bubbles } from './parts/parts.tsx';

export function DeskPage({ desk }: { desk: Desk }) {
  const talk = desk.talk.value;
  const team = desk.main.value === 'team';
  // What rings is also seen from another tab of the browser.
  useSignalEffect(() => {
    const ringing = desk.offers.value.length;
    const unread = desk.unread.value;
    document.title = ringing > 0 ? `${ringing} ringing · Agent desk` : `${unread > 0 ? `(${unread}) ` : ''}Agent desk`;
  });
  const customers = playing.value && settings.value?.development === true;
  return (
    <DeskContext.Provider value={desk}>
      <div class={`desk ${team ? 'team' : ''} ${talk ? 'open' : ''} ${customers ? 'customers' : ''}`}>
        <Header />
        {!team && <Side />}
        {team && (
          <Drawn of={desk.team.figures.value} what="The team">
            <TeamPane />
          </Drawn>
        )}
        <main class="main">
          <Drawn of={talk} what="This conversation">
            {talk ? <TalkPane key={talk.id} talk={talk} /> : <Empty team={team} />}
          </Drawn>
        </main>
        {customers && (
          <aside class="beside" aria-label="Customers">
            <Customers close={() => (playing.value = false)} />
          </aside>
        )}
        <Offers />
        <Notices />
      </div>
    </DeskContext.Provider>
  );
}

function Empty({ team }: { team: boolean }) {
  const nobody = useDesk().talks.value.length === 0;
  return (
    <div class="empty">
      <Bubbles />
      <p class="strong">{team ? 'No conversation is watched.' : 'No conversation is open.'}</p>
      {team ? <p class="muted">Watch one of an agent's to read along.</p> : nobody && <Nobody />}
    </div>
  );
}

function Side() {
  const desk = useDesk();
  const lists = desk.side.value === 'lists';
  return (
    <nav class="side" aria-label="Conversations and lists">
      <div class="switch">
        <button type="button" aria-pressed={!lists} onClick={() => (desk.side.value = 'talks')}>
          Conversations <Badge label="unread messages">{desk.unread.value}</Badge>
        </button>
        <button type="button" aria-pressed={lists} onClick={() => (desk.side.value = 'lists')}>
          Lists <Badge label="new on lists">{desk.unseen.value}</Badge>
        </button>
      </div>
      {lists ? <Lists /> : <Tabs />}
    </nav>
  );
}

/** Which page there is: signing in, the desk, or the customers by themselves. */
import { signal } from '@preact/signals';
import { CustomersPage } from '../customer/page.tsx';
import { discardUnsent, open, settings, signInAs, signInAtIssuer, stage, unsent } from '../state/stage.ts';
import { DeskPage } from './desk.tsx';
import { Avatar } from './parts/parts.tsx';
import { ThemeButton } from './theme.tsx';

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

export function App() {
  const now = stage.value;
  if (settings.value?.development && hash.value === '#customers') return <CustomersPage />;
  if (now.name === 'desk') return <DeskPage desk={now.desk} />;
  return (
    <main class="front">
      <div class="front-card">
        <h1>
          <img src="icon.svg" alt="" width={28} height={28} /> Agent desk
        </h1>
        <Front />
        <Unsent />
      </div>
      <ThemeButton />
    </main>
  );
}

/** What was typed at the desk that was here, and reached nobody. */
function Unsent() {
  if (unsent.value.length === 0) return null;
  return (
    <section class="unsent" aria-labelledby="unsent">
      <h2 id="unsent">You had not sent</h2>
      {unsent.value.map(({ customer, texts }, index) => (
        <div key={index}>
          {texts.value.map(({ what, text }) => (
            <p key={what} class="text">
              <b>
                {what}, {customer}:
              </b>{' '}
              {text}
            </p>
          ))}
        </div>
      ))}
      <button type="button" class="small" onClick={discardUnsent}>
        Discard
      </button>
    </section>
  );
}

function Front() {
  const now = stage.value;
  switch (now.name) {
    case 'opening':
      return <p class="muted">Opening …</p>;
    case 'connecting':
      return (
        <p class="muted" role="status">
          Connecting …
        </p>
      );
    case 'broken':
      return (
        <>
          <p role="alert">{now.why}</p>
          <button type="button" class="primary" onClick={() => void open()}>
            Try again
          </button>
        </>
      );
    case 'replaced':
      return (
        <>
          <p role="alert">You have signed in at another desk, which has taken over. Your conversations are there.</p>
          <button type="button" class="primary" onClick={() => void open()}>
            Use this desk instead
          </button>
        </>
      );
    case 'signedOut':
      return <SignIn {...now} />;
    default:
      return null;
  }
}

function SignIn({ people, why }: Extract<typeof stage.value, { name: 'signedOut' }>) {
  return (
    <>
      {why && <p role="status">{why}</p>}
      {people.length === 0 ? (
        <button type="button" class="primary" onClick={() => void signInAtIssuer()}>
          Sign in
        </button>
      ) : (
        <>
          <p class="muted">This is a development system. Who are you?</p>
          <ul class="people">
            {people.map(({ id, firstName, lastName, roles, team }) => (
              <li key={id}>
                <button type="button" onClick={() => void signInAs(id)}>
                  <Avatar name={`${firstName} ${lastName}`} />
                  <span class="grow">
                    <b>
                      {firstName} {lastName}
                    </b>
                    <small>
                      {roles.includes('supervisor') ? 'Supervisor' : 'Agent'}
                      {team && `, team ${team.teamName}`}
                    </small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <p>
            <a href="#customers">Play the customers</a>
          </p>
        </>
      )}
    </>
  );
}

/**
 * What rings: a card with a ring that runs down until the offer goes to somebody else. It lies
 * above the rest and moves nothing.
 */
import { useMemo, useState } from 'preact/hooks';
import type { Offer } from '../../shared/client/client.ts';
import { now, rightNow } from '../state/clock.ts';
import { channelInWords, directionInWords } from '../words.ts';
import { useDesk } from './context.ts';
import { Drawn } from './parts/drawn.tsx';
import { useSteady, type Still } from './parts/steady.ts';

export function Offers() {
  const desk = useDesk();
  const { rows, still, pointer } = useSteady(desk.offers.value, ({ taskId }) => taskId);
  return (
    <section class="offers" aria-label="Offers" aria-live="assertive" {...pointer}>
      {rows.map((offer) => (
        <Drawn key={offer.taskId} of={offer} what="This offer">
          <Card offer={offer} still={still(offer)} />
        </Drawn>
      ))}
    </section>
  );
}

function Card({ offer, still }: { offer: Offer; still: Still }) {
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const { customer, channel } = offer.channelSession;
  const name = customer.firstName || 'Customer';
  return (
    <article class="offer" {...still}>
      <Ring offer={offer} />
      <div class="grow">
        <h2>{name}</h2>
        <p class="muted">
          {directionInWords[offer.direction] ?? offer.direction}
          {offer.requestedBy && `, by ${desk.directory.called(offer.requestedBy)}`}
        </p>
        <p class="chips">
          <span class="chip">{channelInWords(channel.channelType.name)}</span>
          {offer.queue && <span class="chip">{offer.queue.name}</span>}
        </p>
        {offer.note && <p class="offer-note">“{offer.note}”</p>}
      </div>
      <button
        type="button"
        class="primary"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          void desk.accept(offer).finally(() => setBusy(false));
        }}
      >
        Accept<span class="hidden"> {name}</span>
      </button>
      <button
        type="button"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          void desk.decline(offer).finally(() => setBusy(false));
        }}
      >
        Decline<span class="hidden"> {name}</span>
      </button>
    </article>
  );
}

/** Runs by CSS; the number says the same for whoever wants nothing to move. */
function Ring({ offer }: { offer: Offer }) {
  const totalMs = useMemo(() => Math.max(1_000, (offer.expiresAt ?? 0) - rightNow()), [offer]);
  const leftMs = (offer.expiresAt ?? 0) - now.value;
  return (
    <div class="ring" role="timer" aria-label="Seconds left">
      <svg viewBox="0 0 44 44" aria-hidden="true">
        <circle class="track" cx="22" cy="22" r="19" />
        {/* `pathLength` makes the way around it 100. */}
        <circle class="left" cx="22" cy="22" r="19" pathLength={100} style={{ animationDuration: `${totalMs}ms` }} />
      </svg>
      <span class="time">{Math.max(0, Math.floor(leftMs / 1000))}</span>
    </div>
  );
}

/**
 * What a dialog does: it closes when that is done; where it is refused it stays, and says why.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { attempt } from '../../state/notices.ts';
import { inWords } from '../../words.ts';

export function useDoing(done: () => void) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const gone = useRef(false);
  useEffect(() => () => void (gone.current = true), []);
  const run = async (doing: Promise<unknown>) => {
    setBusy(true);
    setRefusal('');
    try {
      await doing;
    } catch (error) {
      if (gone.current) return void attempt(doing); // nobody would see it in a dialog that is closed
      setRefusal(inWords(error));
      return setBusy(false);
    }
    if (!gone.current) done();
  };
  return { busy, run, refusal: <Refusal words={refusal} /> };
}

function Refusal({ words }: { words: string }) {
  return (
    <p class="refusal" role="alert">
      {words}
    </p>
  );
}

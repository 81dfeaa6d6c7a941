/**
 * No call of this process waits longer than so many ms from now on, whatever limit it is given: what never answers need not be
 * waited for in full. Gives back what undoes it.
 */
export function giveUpAfter(mostMs: number): () => void {
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => timeout.call(AbortSignal, Math.min(ms, mostMs));
  return () => {
    AbortSignal.timeout = timeout;
  };
}

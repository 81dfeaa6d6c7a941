/** No call of this process waits longer than so many ms from now on, whatever limit it is given: what never answers need not be waited for in full. */
export function giveUpAfter(mostMs: number): void {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(Math.min(ms, mostMs));
}

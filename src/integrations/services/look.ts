// One look at a job takes a minute at most. A service that takes the request and never answers would otherwise keep a state
// without TimeoutSeconds waiting for ever, although the job has ended long since; here it is asked again.

import type { Integration, JobOutcome } from '../integration.ts';

const LOOK_MS = 60_000;

/** @param limitMs tests make it shorter. */
export function withLookLimit(integration: Integration, limitMs = LOOK_MS): Integration {
  const { poll } = integration;
  if (poll === undefined) return integration;
  return {
    ...integration,
    async poll(task, submitted, signal): Promise<JobOutcome> {
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), limitMs);
      try {
        const outcome = await poll(task, submitted, AbortSignal.any([signal, limit.signal]));
        // What comes of a look that was broken off says nothing about the job.
        return limit.signal.aborted ? { status: 'running' } : outcome;
      } catch (error) {
        if (!limit.signal.aborted) throw error;
        return { status: 'running' };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

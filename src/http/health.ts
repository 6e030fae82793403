// What supervisors and load balancers ask: GET (or HEAD) /livez, /readyz and /health.

import type { Route } from './routes.ts';

export interface Health {
  readonly status: 'starting' | 'ok' | 'stopping';
  readonly version: string;
}

/** Something that keeps the server from taking durable work, in words for its operator. */
export interface FailingCheck {
  readonly check: string;
  readonly message: string;
}

/**
 * `/livez` is 200 while the process answers at all. `/readyz` and `/health` are 200 only while durable work can be taken, else
 * 503 with what fails.
 * @param faults asked by each of those requests: an answer from memory would be one about the past.
 */
export function healthRoute(health: () => Health, faults: () => Promise<readonly FailingCheck[]>): Route {
  return ({ method, url }, response, send) => {
    if (method !== 'GET' && method !== 'HEAD') return false;
    const answer = (ok: boolean, body: object): void =>
      send(response, 'application/json', { status: ok ? 200 : 503, body: JSON.stringify(body) });
    const { status, version } = health();
    switch (url) {
      case '/livez':
        answer(true, { status: 'alive', version });
        return true;
      case '/health':
      case '/readyz':
        if (status !== 'ok') {
          const failing = [{ check: 'server', message: `Treadle is ${status}` }];
          answer(false, { status, version, failing });
          return true;
        }
        faults().then(
          (failing) => {
            if (failing.length === 0) answer(true, { status, version });
            else answer(false, { status: 'failing', version, failing });
          },
          (error: unknown) => {
            const message = error instanceof Error ? error.message : String(error);
            answer(false, { status: 'failing', version, failing: [{ check: 'server', message }] });
          },
        );
        return true;
      default:
        return false;
    }
  };
}

// What is seen of the calls of HTTP Tasks. Source: AWS, API reference of TestState, on `revealSecrets`: data that a connection
// adds is a secret; the definition and the response are not.

import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import type { Connection } from '../../../src/config/connections.ts';
import type { HttpExchange } from '../../../src/integrations/integration.ts';
import { type Answer, json, type OpenTask, openTask, serve } from './support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const CONNECTION: Connection = {
  basic: { username: 'ada', password: 'top-secret' },
  headers: { 'X-Key': 'hidden-header' },
  query: { key: 'hidden-query' },
  body: { key: 'hidden-body' },
};

async function exchanges(
  parameters: Record<string, Json>,
  revealSecrets: boolean,
  answer: Answer = (_, response) => json(response, { ok: true }),
): Promise<HttpExchange[]> {
  const server = await serve(answer);
  opened.push(server);
  const task: OpenTask = openTask(CONNECTION, { settings: { allow: ['127.0.0.1'] } });
  opened.push(task);
  const seen: HttpExchange[] = [];
  const trace = { revealSecrets, exchange: (exchange: HttpExchange) => void seen.push(exchange) };
  await task.call({ ApiEndpoint: `${server.url}/a`, ...parameters }, undefined, trace);
  return seen;
}

const POST = {
  Method: 'POST',
  Headers: { 'X-Own': 'own' },
  QueryParameters: { q: '1' },
  RequestBody: { a: 1 },
};

describe('whoever traces an HTTP Task', () => {
  it('sees the request before its response, and the body when it is read', async () => {
    const [sent, received, whole] = await exchanges(POST, true);
    expect(sent).not.toHaveProperty('response');
    expect(received?.response).toMatchObject({ status: 200, statusText: 'OK', body: undefined });
    expect(whole?.response?.body).toBe('{"ok":true}');
    expect(whole?.request).toMatchObject({ method: 'POST', body: '{"a":1,"key":"hidden-body"}' });
    expect(whole?.request.url).toMatch(/\/a\?q=1&key=hidden-query$/);
    expect(whole?.request.headers).toEqual(
      expect.arrayContaining([
        ['X-Own', 'own'],
        ['X-Key', 'hidden-header'],
        ['authorization', expect.stringMatching(/^Basic /)],
      ]),
    );
  });

  it('sees nothing of what the connection adds without the right to', async () => {
    const seen = await exchanges(POST, false);
    expect(seen.at(-1)?.request).toMatchObject({ method: 'POST', body: '{"a":1}' });
    expect(seen.at(-1)?.request.url).toMatch(/\/a\?q=1$/);
    expect(JSON.stringify(seen)).toContain('"X-Own"');
    expect(JSON.stringify(seen)).not.toMatch(/hidden|authorization|X-Key|top-secret/i);
  });

  it('sees no body that is still encoded', async () => {
    const seen = await exchanges({ Method: 'GET' }, false, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      response.end(gzipSync('plain'));
    });
    expect(seen.at(-1)?.response).toMatchObject({ status: 200, body: undefined });
  });

  it('sees the status of an API that fails', async () => {
    const seen = await exchanges({ Method: 'GET' }, false, (_, response) => json(response, {}, 503));
    expect(seen.at(-1)?.response).toMatchObject({ status: 503, statusText: 'Service Unavailable' });
  });
});

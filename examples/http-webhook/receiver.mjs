// A webhook to try the example with: `node examples/http-webhook/receiver.mjs` listens on port 8090.
// It wants the API key, is too busy for an urgent order at first, and refuses orders without lines.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const key = readFileSync(new URL('api-key.txt', import.meta.url), 'utf8').trim();

/** Resolves with the listening server. */
export function start(port) {
  const busyFor = new Set();
  const server = createServer(async (request, response) => {
    const answer = (status, body) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    if (request.headers['x-api-key'] !== key) return answer(401, { message: 'Unknown key' });
    const order = JSON.parse(text);
    if (order.urgent && !busyFor.has(order.id)) {
      busyFor.add(order.id);
      return answer(503, { message: 'Busy' });
    }
    if (order.lines.length === 0) return answer(422, { message: 'No lines' });
    return answer(202, { receipt: `R-${order.id}` });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await start(8090);
  console.log('The receiver listens on http://127.0.0.1:8090');
}

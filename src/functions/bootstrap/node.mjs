// Runs a Node handler under the Lambda Runtime API: loads it, then one invocation after another, until the connection
// ends. Talks HTTP over one plain socket (answer and next request in one write), which halves the cost of a call.
// Runs inside the function's process and shares nothing with Treadle but the protocol.

import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';

const env = process.env;
const api = env.AWS_LAMBDA_RUNTIME_API;
// `unix:` and the path of a socket, or host, port and what every path begins with.
const path = api.startsWith('unix:') ? api.slice('unix:'.length) : undefined;
const [, host = 'localhost', port, prefix = ''] = /^([^:/]+):(\d+)(\/.*)?$/.exec(api) ?? [];
const RUNTIME = `${prefix}/2018-06-01/runtime`;
const NEXT = `GET ${RUNTIME}/invocation/next HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
const EXTENSIONS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx'];

class RuntimeFault extends Error {
  constructor(name, message, cause) {
    super(message);
    this.name = name;
    if (cause?.stack) this.stack = `${name}: ${cause.stack}`;
  }
}

const socket = connect(path === undefined ? { host, port: Number(port), noDelay: true } : { path });
// Without Treadle there is nobody to work for: also the way out when Treadle is killed.
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(0));

let received = Buffer.alloc(0);
let waiting;
socket.on('data', (chunk) => {
  received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
  deliver();
});

/** Hands over one complete response, when there is one and somebody waits. Treadle always sends Content-Length. */
function deliver() {
  if (waiting === undefined) return;
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return;
  const [first, ...lines] = received.toString('utf8', 0, end).split('\r\n');
  const headers = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const start = end + 4;
  const length = Number(headers['content-length'] ?? 0);
  if (received.length < start + length) return;
  const body = received.toString('utf8', start, start + length);
  received = received.subarray(start + length);
  const give = waiting;
  waiting = undefined;
  give({ status: Number(first.split(' ')[1]), headers, body });
}

function receive() {
  return new Promise((give) => {
    waiting = give;
    deliver();
  });
}

function post(path, body, errorType) {
  const type =
    errorType === undefined
      ? ''
      : `Lambda-Runtime-Function-Error-Type: ${errorType.replace(/[^!-~]/g, '')}\r\n`;
  return `POST ${RUNTIME}/${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${type}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function errorObject(error) {
  try {
    if (
      error instanceof Error ||
      (typeof error === 'object' && error !== null && 'stack' in error && 'message' in error)
    ) {
      return {
        errorType: String(error.name),
        errorMessage: String(error.message),
        trace: String(error.stack ?? '').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'the function threw a value that cannot be shown',
      trace: [],
    };
  }
}

async function load() {
  const text = env._HANDLER ?? '';
  const folder = dirname(text);
  const [, file, path] = /^([^.]+)\.(.+)$/.exec(basename(text)) ?? [];
  if (file === undefined)
    throw new RuntimeFault('Runtime.MalformedHandlerName', `Bad handler ${text}: expected path/file.export`);
  const base = resolvePath(env.LAMBDA_TASK_ROOT, folder, file);
  const found = EXTENSIONS.map((extension) => base + extension).find(
    (path) => existsSync(path) && path !== base,
  );
  if (found === undefined) {
    throw new RuntimeFault(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${file}' (looked for ${base} with ${EXTENSIONS.slice(1).join(', ')})`,
    );
  }
  let module;
  try {
    if (/\.[mc]?tsx?$/.test(found)) {
      const { readTypeScript } = await import('./typescript.mjs');
      readTypeScript(found);
    }
    module = await import(pathToFileURL(found).href);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new RuntimeFault('Runtime.UserCodeSyntaxError', String(error), error);
    if (/MODULE_NOT_FOUND$/.test(error?.code))
      throw new RuntimeFault('Runtime.ImportModuleError', `${error}${remedyFor(error)}`, error);
    throw error;
  }
  const handler = pick(module, path) ?? pick(module.default, path);
  if (handler === undefined)
    throw new RuntimeFault('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  if (typeof handler !== 'function')
    throw new RuntimeFault('Runtime.HandlerNotFound', `${text} is not a function`);
  return handler;
}

/** AWS's runtime has its SDK; here it is a package like any other. */
function remedyFor(error) {
  const [, name] = /'(@aws-sdk\/[^'/]+|@smithy\/[^'/]+|aws-sdk)/.exec(error.message) ?? [];
  return name === undefined
    ? ''
    : ` (AWS's runtime has it, this machine has not: npm install --save-dev ${name})`;
}

function pick(value, path) {
  return path.split('.').reduce((inner, name) => inner?.[name], value);
}

/** Called when the handler's work has run dry without an answer. */
let whenIdle;
process.on('beforeExit', () => whenIdle?.());

let current;
function dieOf(error, code) {
  const about = errorObject(error);
  process.stderr.write(`${JSON.stringify(about)}\n`);
  if (current === undefined) process.exit(code);
  socket.ref();
  socket.write(post(`invocation/${current}/error`, JSON.stringify(about), about.errorType));
  // The acknowledgement is the proof that the error arrived.
  waiting = () => process.exit(code);
  deliver();
}
process.on('uncaughtException', (error) => dieOf(error, 129));
process.on('unhandledRejection', (reason) => {
  const text = reason instanceof Error ? String(reason) : JSON.stringify(reason);
  dieOf(new RuntimeFault('Runtime.UnhandledPromiseRejection', text, reason), 128);
});

function contextOf(headers, settle) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
    succeed: (result) => settle(undefined, result),
    fail: (error) => settle(error ?? 'handled'),
    done: (error, result) => settle(error, result),
  };
}

function run(handler, { headers, body }) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) =>
      error === undefined || error === null ? resolve(result) : reject(error);
    const context = contextOf(headers, settle);
    const callback = (error, result) => {
      if (!context.callbackWaitsForEmptyEventLoop) settle(error, result);
      else whenIdle = () => settle(error, result);
    };
    whenIdle = () => resolve(null);
    const result = handler(JSON.parse(body), context, callback);
    if (typeof result?.then === 'function') result.then(resolve, reject);
    else if (handler.length < 3 && result !== undefined) resolve(result);
  });
}

let handler;
try {
  handler = await load();
} catch (error) {
  const about = errorObject(error);
  process.stderr.write(`${JSON.stringify(about)}\n`);
  socket.write(post('init/error', JSON.stringify(about), about.errorType));
  await receive();
  process.exit(1);
}

let message = NEXT;
for (;;) {
  socket.ref();
  socket.write(message);
  let event = await receive();
  // Answers to a POST come first; the 200 is the next invocation.
  while (event.status !== 200 || event.headers['lambda-runtime-aws-request-id'] === undefined)
    event = await receive();
  current = event.headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = event.headers['lambda-runtime-trace-id'];
  // From here on only the handler's own work keeps the process alive, so that "nothing left to do" shows.
  socket.unref();
  let answer;
  try {
    const result = await run(handler, event);
    answer = post(`invocation/${current}/response`, stringify(result));
  } catch (error) {
    const about = errorObject(error);
    answer = post(`invocation/${current}/error`, JSON.stringify(about), about.errorType);
  }
  whenIdle = undefined;
  current = undefined;
  message = answer + NEXT;
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    throw new RuntimeFault(
      'Runtime.MarshalError',
      `Unable to stringify response body: ${error.message}`,
      error,
    );
  }
}

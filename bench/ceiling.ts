// No engine: the least that node:http and node:sqlite must do to answer the same calls and keep the same rows as Treadle
// does for a sequence of Pass states. How near Treadle comes to it is how little the engine costs.
// node bench/ceiling.ts PORT FILE. A start is parsed, "run", committed with whatever else came in the same turn of the
// event loop (fsync), then answered: one execution row and twelve event rows, the payload stored once.

import http from 'node:http';
import { DatabaseSync } from 'node:sqlite';

const [port, file] = process.argv.slice(2) as [string, string];
const database = new DatabaseSync(file);
database.exec(`
  pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000;
  create table execution (id integer primary key, arn text unique, machine text, status text, start integer, stop integer, input text, output text);
  create table event (execution integer, n integer, type text, at integer, body text);
  create unique index event_by_number on event (execution, n)`);
const insertExecution = database.prepare('insert into execution values (?, ?, ?, ?, ?, ?, ?, ?)');
const insertEvent = database.prepare('insert into event values (?, ?, ?, ?, ?)');
const selectExecution = database.prepare('select * from execution where arn = ?');

interface Input {
  readonly name: string;
  readonly definition: string;
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly input: string;
}
const steps = new Map<string, number>();
let queue: { readonly write: () => void; readonly done: () => void }[] = [];
let ids = 0;

function commit(write: () => void, done: () => void): void {
  if (queue.push({ write, done }) === 1) setImmediate(flush);
}

function flush(): void {
  const now = queue;
  queue = [];
  database.exec('begin');
  for (const { write } of now) write();
  database.exec('commit');
  for (const { done } of now) done();
}

const PREFIX = 'arn:aws:states:us-east-1:123456789012';
type Answer = (output: object) => void;
const operations: Readonly<Record<string, (input: Input, answer: Answer) => void>> = {
  ListStateMachines: (_input, answer) => answer({ stateMachines: [] }),
  CreateStateMachine(input, answer) {
    const stateMachineArn = `${PREFIX}:stateMachine:${input.name}`;
    steps.set(
      stateMachineArn,
      Object.keys((JSON.parse(input.definition) as { States: object }).States).length,
    );
    answer({ stateMachineArn, creationDate: Date.now() / 1000 });
  },
  StartExecution(input, answer) {
    const id = ++ids;
    const executionArn = `${PREFIX}:execution:${input.stateMachineArn.split(':')[6]}:${input.name}`;
    const start = Date.now();
    commit(
      () => {
        let n = 0;
        let text = input.input;
        insertEvent.run(id, ++n, 'ExecutionStarted', Date.now(), text);
        for (let k = steps.get(input.stateMachineArn) ?? 0; k > 0; k--) {
          insertEvent.run(id, ++n, 'PassStateEntered', Date.now(), null);
          text = JSON.stringify(JSON.parse(text));
          insertEvent.run(id, ++n, 'PassStateExited', Date.now(), null);
        }
        insertEvent.run(id, ++n, 'ExecutionSucceeded', Date.now(), null);
        insertExecution.run(
          id,
          executionArn,
          input.stateMachineArn,
          'SUCCEEDED',
          start,
          Date.now(),
          input.input,
          text,
        );
      },
      () => answer({ executionArn, startDate: start / 1000 }),
    );
  },
  DescribeExecution(input, answer) {
    const row = selectExecution.get(input.executionArn);
    if (row === undefined) return answer({});
    const { arn, machine, status, start, stop, input: given, output } = row;
    answer({
      executionArn: arn,
      stateMachineArn: machine,
      status,
      startDate: Number(start) / 1000,
      stopDate: Number(stop) / 1000,
      input: given,
      output,
    });
  },
  StartSyncExecution(input, answer) {
    const start = Date.now();
    let output = input.input;
    for (let k = steps.get(input.stateMachineArn) ?? 0; k > 0; k--)
      output = JSON.stringify(JSON.parse(output));
    answer({
      executionArn: 'none',
      status: 'SUCCEEDED',
      startDate: start / 1000,
      stopDate: Date.now() / 1000,
      input: input.input,
      output,
    });
  },
};

http
  .createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).slice('AWSStepFunctions.'.length);
      const input = JSON.parse(Buffer.concat(chunks).toString()) as Input;
      operations[operation]!(input, (output) => {
        const body = Buffer.from(JSON.stringify(output));
        response.writeHead(200, {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': body.length,
        });
        response.end(body);
      });
    });
  })
  .listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));

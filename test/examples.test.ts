// Runs every example with every input through the whole engine, functions included, and compares how it ended.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, parseJson } from '../src/base/json.ts';
import { Payload } from '../src/base/payload.ts';
import { loadConfig } from '../src/config/load.ts';
import { deploy } from '../src/deploy.ts';
import { startLocalEngine } from '../src/server.ts';

const ROOT = join(import.meta.dirname, '..');
const EXAMPLES = join(ROOT, 'examples');
const MOCKS = 'MockConfigFile.json';

interface Expected {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  /** Left out where it holds a stack trace. */
  readonly cause?: string;
}

interface Case {
  readonly example: string;
  readonly input: string;
  readonly expected: Expected;
}

function readCases(): Case[] {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: example }) =>
    readdirSync(join(EXAMPLES, example))
      .filter((file) => file.endsWith('.expected.json'))
      .map((file) => ({
        example,
        input: file.replace('.expected.json', '.json'),
        expected: JSON.parse(readFileSync(join(EXAMPLES, example, file), 'utf8')) as Expected,
      })),
  );
}

/** Where the inputs say that an example's receiver.mjs listens; in this test it takes any free port. */
const RECEIVER = 'http://127.0.0.1:8090';

interface Receiver {
  start(port: number): Promise<Server>;
}

async function startReceivers(): Promise<Map<string, Server>> {
  const receivers = new Map<string, Server>();
  for (const folder of FOLDERS) {
    const file = join(EXAMPLES, folder, 'receiver.mjs');
    if (!existsSync(file)) continue;
    const { start } = (await import(file)) as Receiver;
    receivers.set(folder, await start(0));
  }
  return receivers;
}

const CASES = readCases();
const FOLDERS = [...new Set(CASES.map(({ example }) => example))];

describe('the examples', () => {
  it('have an expected outcome beside every input', () => {
    for (const folder of FOLDERS) {
      const inputs = readdirSync(join(EXAMPLES, folder)).filter(
        (file) => /^[\w-]+\.json$/.test(file) && file !== MOCKS,
      );
      for (const input of inputs) {
        expect(existsSync(join(EXAMPLES, folder, input.replace('.json', '.expected.json'))), input).toBe(
          true,
        );
      }
    }
  });

  it('are all listed in examples/README.md', () => {
    const page = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
    const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) expect(page).toContain(`(${name}/README.md)`);
  });
});

describe('every example ends as its .expected.json says', { timeout: 60_000 }, () => {
  let local: Awaited<ReturnType<typeof startLocalEngine>>;
  let receivers: Map<string, Server>;

  beforeAll(async () => {
    receivers = await startReceivers();
    const config = loadConfig({ folder: ROOT, file: 'treadle.yaml', env: { TREADLE_LOGS_LEVEL: 'silent' } });
    local = await startLocalEngine(config);
    for (const source of config.stateMachines) await deploy(local, source);
  });

  afterAll(async () => {
    await local?.close();
    for (const server of receivers.values()) {
      server.close();
      server.closeAllConnections();
    }
  });

  it.concurrent.each(CASES)(
    '$example with $input: $expected.status',
    async ({ example, input, expected }) => {
      const { engine, store, account } = local;
      const arn = `arn:${account.partition}:states:${account.region}:${account.account}:stateMachine:${example}`;
      const machine = await store.catalog.get(arn);
      expect(machine, `${example} in treadle.yaml's stateMachines`).toBeDefined();
      const written = readFileSync(join(EXAMPLES, example, input), 'utf8');
      const address = receivers.get(example)?.address() as AddressInfo | undefined;
      const text =
        address === undefined ? written : written.replace(RECEIVER, `http://127.0.0.1:${address.port}`);
      const { executionArn } = await engine.start({
        machine: machine!,
        name: input.replace('.json', ''),
        input: Payload.ofText(text),
        traceHeader: undefined,
        // Where there is a mock file, an input has the name of its test case.
        mockCase: existsSync(join(EXAMPLES, example, MOCKS)) ? input.replace('.json', '') : undefined,
      });
      const ended = await engine.waitForEnd(executionArn);
      const outcome = {
        status: ended?.status,
        ...(ended?.output !== undefined && { output: parseJson(ended.output.text) }),
        ...(ended?.error !== undefined && { error: ended.error }),
        ...(expected.cause !== undefined && { cause: ended?.cause }),
      };
      expect(outcome, ended?.cause).toEqual(expected);
    },
  );
});

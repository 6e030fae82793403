// Definition files of the configuration: deployed at the start and when they change.

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import type { StateMachineSource } from '../src/config/state-machines.ts';
import { DefinitionRefused, deploy, watchDefinitions } from '../src/deploy.ts';
import { type LocalEngine, startLocalEngine } from '../src/server.ts';
import { until } from './support/until.ts';

const ROLE = 'arn:aws:iam::123456789012:role/r';
const ARN = 'arn:aws:states:us-east-1:123456789012:stateMachine:orders';
const passTo = (result: unknown) =>
  `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":${result},"End":true}}}`;

let folder: string;
let file: string;
let local: LocalEngine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-deploy-'));
  file = join(folder, 'orders.asl.json');
  local = await startLocalEngine(loadConfig({ folder, env: { TREADLE_LOGS_LEVEL: 'silent' } }));
});
afterEach(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

function source(change: Partial<StateMachineSource> = {}): StateMachineSource {
  return {
    name: 'orders',
    file,
    type: 'STANDARD',
    roleArn: ROLE,
    origin: { from: 'file', file: 'treadle.yaml', line: 1, column: 1 },
    ...change,
  };
}
const machine = () => local.store.catalog.get(ARN);

describe('deploying', () => {
  it('creates the machine, updates it when file or role differ, and leaves it when nothing does', async () => {
    writeFileSync(file, passTo(1));
    const expected = { name: 'orders', arn: ARN, type: 'STANDARD', file };
    expect(await deploy(local, source())).toMatchObject({ ...expected, change: 'created' });
    const first = await machine();
    expect(first).toMatchObject({ type: 'STANDARD', revision: { definition: passTo(1), roleArn: ROLE } });
    expect(await deploy(local, source())).toMatchObject({ ...expected, change: 'unchanged' });
    expect(await machine()).toEqual(first);
    writeFileSync(file, passTo(2));
    expect((await deploy(local, source())).change).toBe('updated');
    expect((await machine())?.revision.definition).toBe(passTo(2));
    expect((await deploy(local, source({ roleArn: `${ROLE}2` }))).change).toBe('updated');
    expect((await machine())?.revision.roleArn).toBe(`${ROLE}2`);
  });

  it('takes YAML, which is JSON to the machine', async () => {
    const yaml = join(folder, 'orders.asl.yaml');
    writeFileSync(yaml, 'StartAt: A\nStates:\n  A: { Type: Pass, End: true } # done\n');
    await deploy(local, source({ file: yaml }));
    expect(JSON.parse((await machine())!.revision.definition)).toEqual({
      StartAt: 'A',
      States: { A: { Type: 'Pass', End: true } },
    });
  });

  it('refuses what AWS would refuse, with file and diagnostics, and changes nothing', async () => {
    writeFileSync(file, passTo(1));
    await deploy(local, source());
    writeFileSync(file, '{"StartAt":"B","States":{"A":{"Type":"Pass","End":true}}}');
    const refusal = await deploy(local, source()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DefinitionRefused);
    const { file: read, diagnostics, message } = refusal as DefinitionRefused;
    expect(read.path).toBe(file);
    expect(diagnostics.map(({ severity }) => severity)).toContain('ERROR');
    expect(message).toBe(`${file} is not a valid definition: ${diagnostics[0]!.message}`);
    expect((await machine())?.revision.definition).toBe(passTo(1));
  });

  it('takes a definition that is only warned of', async () => {
    // A value that looks like a path, but is none: the warning NO_DOLLAR.
    const states = { A: { Type: 'Pass', Parameters: { x: '$.a' }, End: true } };
    writeFileSync(file, JSON.stringify({ StartAt: 'A', States: states }));
    expect((await deploy(local, source())).change).toBe('created');
  });

  it('accepts resources that the configuration answers for, and those alone', async () => {
    const resource = 'arn:aws:states:::acme:sendFax';
    writeFileSync(file, `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"${resource}","End":true}}}`);
    await expect(deploy(local, source())).rejects.toThrow(DefinitionRefused);
    const config = loadConfig({
      folder,
      env: {
        TREADLE_LOGS_LEVEL: 'silent',
        TREADLE_FUNCTIONS: JSON.stringify({ fax: { url: 'http://127.0.0.1:9', resources: resource } }),
      },
    });
    const answering = await startLocalEngine(config);
    expect((await deploy(answering, source())).change).toBe('created');
    await answering.close();
  });

  it('does not change the type of a machine, and says what to do', async () => {
    writeFileSync(file, passTo(1));
    await deploy(local, source());
    await expect(deploy(local, source({ type: 'EXPRESS' }))).rejects.toThrow(
      'The state machine orders exists as STANDARD, but treadle.yaml wants EXPRESS: a type cannot be changed. Delete it first, or choose another name.',
    );
    expect((await machine())?.type).toBe('STANDARD');
  });
});

describe('watching', () => {
  const records: { msg: string; file?: string; stateMachine?: string }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void records.push(JSON.parse(line)) });
  let unwatch: () => void;
  beforeEach(async () => {
    records.length = 0;
    writeFileSync(file, passTo(1));
    unwatch = watchDefinitions(local, [await deploy(local, source())], log);
  });
  afterEach(() => unwatch());

  it('deploys a file again that was written', async () => {
    writeFileSync(file, passTo(2));
    await until('the new definition', async () => (await machine())?.revision.definition === passTo(2));
    await until('the record', () => records.length > 0);
    expect(records[0]).toMatchObject({ msg: 'Definition deployed', stateMachine: ARN, file });
  });

  it('deploys a file again that was put in the place of the old one, as editors do', async () => {
    writeFileSync(join(folder, 'draft'), passTo(3));
    renameSync(join(folder, 'draft'), file);
    await until('the new definition', async () => (await machine())?.revision.definition === passTo(3));
  });

  it('keeps the old definition when the new one is wrong, says why, and takes the next one', async () => {
    writeFileSync(file, '{"StartAt":');
    await until('the record', () => records.length > 0);
    expect(records[0]!.msg).toMatch(/^Definition not deployed, the old one stays: .+/);
    expect((await machine())?.revision.definition).toBe(passTo(1));
    writeFileSync(file, passTo(4));
    await until('the new definition', async () => (await machine())?.revision.definition === passTo(4));
  });
});

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DefinitionFileError,
  definitionFormat,
  definitionJson,
  readDefinitionFile,
  stateMachineName,
} from '../../src/config/definition-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-definition-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a file is read as it is; YAML becomes JSON for the API', () => {
  const json = readDefinitionFile(write('a.asl.json', '{"StartAt" : "A"}'));
  expect(json).toMatchObject({ format: 'json', text: '{"StartAt" : "A"}' });
  expect(definitionJson(json)).toBe(json.text);
  const yaml = readDefinitionFile(write('b.asl.yml', 'StartAt: A\nStates:\n  A: { Type: Succeed }\n'));
  expect(yaml.format).toBe('yaml');
  expect(JSON.parse(definitionJson(yaml))).toEqual({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
});

test('members of a YAML file keep their order, also where names look like numbers', () => {
  const file = readDefinitionFile(write('c.asl.yaml', "b: 1\n10: [{ z: ~, '3': x, '1': y }]\n'9': 3\n"));
  expect(definitionJson(file).replaceAll(/\s/g, '')).toBe('{"b":1,"10":[{"z":null,"3":"x","1":"y"}],"9":3}');
});

describe('a file that cannot be read says why', () => {
  const refused = (path: string) => {
    try {
      readDefinitionFile(path);
    } catch (error) {
      expect(error).toBeInstanceOf(DefinitionFileError);
      return (error as Error).message.replace(path, 'FILE');
    }
    return 'read';
  };

  test('missing, a folder, not text', () => {
    expect(refused(join(folder, 'no.json'))).toBe('FILE does not exist');
    expect(refused(folder)).toBe('FILE is a folder, not a file');
    expect(refused(write('binary.json', new Uint8Array([0xff, 0xfe, 0])))).toBe('FILE is not UTF-8 text');
  });

  test.skipIf(process.getuid?.() === 0)('not permitted', () => {
    const path = write('closed.json', '{}');
    chmodSync(path, 0);
    expect(refused(path)).toBe('FILE may not be read (permission denied)');
  });
});

test.each([
  ['flows/order.asl.json', 'order'],
  ['flows/order.v2.asl.yaml', 'order-v2'],
  ['flows/order processing.json', 'order-processing'],
  ['/x/invoice/workflow.asl.json', 'invoice'],
  ['/x/invoice/definition.yml', 'invoice'],
])('%s is the state machine %s', (path, name) => {
  expect(stateMachineName(path)).toBe(name);
});

test('the format follows the extension; anything unknown is JSON', () => {
  expect(['a.YAML', 'a.yml', 'a.json', 'a.asl'].map(definitionFormat)).toEqual([
    'yaml',
    'yaml',
    'json',
    'json',
  ]);
});

// Deploys the definition files of the configuration: at the start, and again when a file changes.
// It calls the API, so that the result is what CreateStateMachine or UpdateStateMachine makes.

import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Api } from './api/api.ts';
import type { DefinitionCache } from './asl/analysis.ts';
import type { Diagnostic } from './asl/diagnostic.ts';
import { type Account, stateMachineArn } from './base/arn.ts';
import type { Log } from './base/log.ts';
import { type DefinitionFile, definitionJson, readDefinitionFile } from './config/definition-file.ts';
import type { StateMachineSource } from './config/state-machines.ts';
import type { Store } from './store/store.ts';

export interface Deployed {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  readonly file: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/** A definition file that AWS would refuse. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';
  readonly file: DefinitionFile;
  readonly diagnostics: readonly Diagnostic[];
  constructor(file: DefinitionFile, diagnostics: readonly Diagnostic[]) {
    super(`${file.path} is not a valid definition: ${diagnostics[0]?.message}`);
    this.file = file;
    this.diagnostics = diagnostics;
  }
}

interface Target {
  readonly api: Api;
  readonly store: Store;
  readonly account: Account;
  readonly definitions: DefinitionCache;
}

/** @throws DefinitionRefused, DefinitionFileError. Nothing is changed then. */
export async function deploy(target: Target, source: StateMachineSource): Promise<Deployed> {
  const file = readDefinitionFile(source.file);
  const { errors } = target.definitions.analyze(file.text, source.type, file.format);
  if (errors.length > 0) throw new DefinitionRefused(file, errors);
  const definition = definitionJson(file);
  const arn = stateMachineArn(target.account, source.name);
  const known = await target.store.catalog.get(arn);
  const result = (change: Deployed['change']): Deployed => ({
    name: source.name,
    arn,
    type: source.type,
    file: source.file,
    change,
  });
  if (known === undefined) {
    await target.api.handle('CreateStateMachine', {
      name: source.name,
      definition,
      roleArn: source.roleArn,
      type: source.type,
    });
    return result('created');
  }
  if (known.type !== source.type) {
    throw new Error(
      `The state machine ${source.name} exists as ${known.type}, but ${source.origin.from === 'file' ? source.origin.file : 'the configuration'} wants ${source.type}: a type cannot be changed. Delete it first, or choose another name.`,
    );
  }
  if (known.revision.definition === definition && known.revision.roleArn === source.roleArn)
    return result('unchanged');
  await target.api.handle('UpdateStateMachine', {
    stateMachineArn: arn,
    definition,
    roleArn: source.roleArn,
  });
  return result('updated');
}

/** Editors write a file in several steps: deploy when nothing has changed for this long. */
const SETTLE_MS = 150;

/** Deploys a file again when it changes. When that fails, the reason is logged and the old definition stays in force. */
export function watchDefinitions(
  target: Target,
  sources: readonly StateMachineSource[],
  log: Log,
): () => void {
  const watchers: FSWatcher[] = [];
  const timers = new Map<string, NodeJS.Timeout>();
  for (const folder of new Set(sources.map((source) => dirname(source.file)))) {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      for (const source of sources) {
        if (dirname(source.file) !== folder || (name !== null && name !== basename(source.file))) continue;
        clearTimeout(timers.get(source.file));
        timers.set(
          source.file,
          setTimeout(() => {
            deploy(target, source).then(
              (deployed) => {
                if (deployed.change !== 'unchanged')
                  log.info({ stateMachine: deployed.arn, file: source.file }, 'Definition deployed');
              },
              (error: unknown) =>
                log.error(
                  { file: source.file },
                  `Definition not deployed, the old one stays: ${error instanceof Error ? error.message : String(error)}`,
                ),
            );
          }, SETTLE_MS),
        );
      }
    });
    watcher.on('error', (error) =>
      log.warn({ err: error, folder }, 'Definition files are no longer watched'),
    );
    watchers.push(watcher);
  }
  return () => {
    for (const watcher of watchers) watcher.close();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

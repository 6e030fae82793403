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
import { checkPlaceholders } from './templates/placeholders.ts';
import { substitute } from './templates/substitute.ts';

export interface Deployed {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  readonly file: string;
  readonly change: 'created' | 'updated' | 'unchanged';
  readonly source: StateMachineSource;
  /** Files that it was read from. */
  readonly files: readonly string[];
  /** What the user should know, though it was deployed. */
  readonly warnings: readonly string[];
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

/** What a source has now. */
interface Read {
  readonly file: DefinitionFile;
  /** Members of CreateStateMachine and UpdateStateMachine besides definition and role. */
  readonly settings: { readonly loggingConfiguration?: unknown; readonly tracingConfiguration?: unknown };
  readonly files: readonly string[];
}

async function read(source: StateMachineSource, account: Account): Promise<Read> {
  const { file: path, template, substitutions = {} } = source;
  if (template === undefined) {
    const file = readDefinitionFile(path);
    const text = substitute(file.text, file.format, substitutions);
    return { file: { ...file, text }, settings: {}, files: [path] };
  }
  // Most installations have no templates: what reads them is loaded when one is there.
  const { readMachine, watchedFiles } = await import('./templates/served.ts');
  const machine = readMachine(source, account, process.env);
  const { definition, loggingConfiguration, tracingConfiguration } = machine;
  const text = substitute(definition.text, definition.format, substitutions);
  return {
    file: { ...definition, text },
    settings: {
      ...(loggingConfiguration !== undefined && { loggingConfiguration }),
      ...(tracingConfiguration !== undefined && { tracingConfiguration }),
    },
    files: watchedFiles(source, machine),
  };
}

/** @throws DefinitionRefused, DefinitionFileError, TemplateProblem. Nothing is changed then. */
export async function deploy(target: Target, source: StateMachineSource): Promise<Deployed> {
  const { file, settings, files } = await read(source, target.account);
  const placeholders = checkPlaceholders(file, source);
  if (placeholders.errors.length > 0) throw new DefinitionRefused(file, placeholders.errors);
  const { errors } = target.definitions.analyze(file.text, source.type, file.format);
  if (errors.length > 0) throw new DefinitionRefused(file, errors);
  const definition = definitionJson(file);
  const arn = stateMachineArn(target.account, source.name);
  const known = await target.store.catalog.get(arn);
  const result = (change: Deployed['change']): Deployed => ({
    name: source.name,
    arn,
    type: source.type,
    file: file.path,
    change,
    source,
    files,
    warnings: placeholders.warnings,
  });
  if (known === undefined) {
    await target.api.handle('CreateStateMachine', {
      name: source.name,
      definition,
      roleArn: source.roleArn,
      type: source.type,
      ...settings,
    });
    return result('created');
  }
  if (known.type !== source.type) {
    throw new Error(
      `The state machine ${source.name} exists as ${known.type}, but ${source.origin.from === 'file' ? source.origin.file : 'the configuration'} wants ${source.type}: a type cannot be changed. Delete it first, or choose another name.`,
    );
  }
  const { revisionId: before } = known.revision;
  const isSame = known.revision.definition === definition && known.revision.roleArn === source.roleArn;
  if (isSame && Object.keys(settings).length === 0) return result('unchanged');
  const updated = (await target.api.handle('UpdateStateMachine', {
    stateMachineArn: arn,
    definition,
    roleArn: source.roleArn,
    ...settings,
  })) as { readonly revisionId?: string };
  return result(updated.revisionId === before ? 'unchanged' : 'updated');
}

/** Editors write a file in several steps: deploy when nothing has changed for this long. */
const SETTLE_MS = 150;

/**
 * Deploys a machine again when a file that it was read from changes. When that fails, the reason is logged and the old definition
 * stays in force.
 */
export function watchDefinitions(
  target: Target,
  deployed: readonly Pick<Deployed, 'source' | 'files'>[],
  log: Log,
): () => void {
  const watchers: FSWatcher[] = [];
  const timers = new Map<StateMachineSource, NodeJS.Timeout>();
  const watched = deployed.flatMap(({ source, files }) => files.map((file) => ({ file, source })));

  const deployAgain = async (source: StateMachineSource): Promise<void> => {
    try {
      const { change, arn, file } = await deploy(target, source);
      if (change !== 'unchanged') log.info({ stateMachine: arn, file }, 'Definition deployed');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ file: source.file }, `Definition not deployed, the old one stays: ${reason}`);
    }
  };

  for (const folder of new Set(watched.map(({ file }) => dirname(file)))) {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      for (const { file, source } of watched) {
        if (dirname(file) !== folder || (name !== null && name !== basename(file))) continue;
        clearTimeout(timers.get(source));
        timers.set(
          source,
          setTimeout(() => void deployAgain(source), SETTLE_MS),
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

// Finds the stacks that a path stands for: a SAM or CloudFormation template, a folder of CDK's output, a serverless.yml, or what the
// Serverless Framework has packaged.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Account } from '../base/arn.ts';
import type { TemplateSettings } from '../config/templates.ts';
import { readTemplateDocument, startOf, type TemplateDocument } from './document.ts';
import { Evaluator } from './evaluate.ts';
import { TemplateProblem } from './problem.ts';
import { readSamConfig } from './sam-config.ts';
import { isServerless, toCloudFormation } from './serverless.ts';
import type { Stack } from './stack.ts';
import { isMembers, toTemplate } from './template.ts';

export interface OpenOptions {
  readonly account: Account;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name of a machine by logical id. */
  readonly names?: Readonly<Record<string, string>>;
}

/** What a folder may hold, the first that is there. */
const FILES = [
  'manifest.json',
  'cloudformation-template-update-stack.json',
  'template.yaml',
  'template.yml',
  'template.json',
  'serverless.yml',
  'serverless.yaml',
  join('cdk.out', 'manifest.json'),
];

/** A template file, and where code of functions lies that it does not say. */
interface Source {
  readonly file: string;
  readonly stackName: string | undefined;
  readonly codeFolder: string;
}

/** @param path absolute @returns at least one. @throws TemplateProblem */
export function openStacks(path: string, settings: TemplateSettings, options: OpenOptions): Stack[] {
  const stacks: Stack[] = [];
  const importValue = (name: string): string | undefined => {
    if (settings.exports !== undefined && Object.hasOwn(settings.exports, name))
      return settings.exports[name];
    for (const stack of stacks) {
      const found = exported(stack, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const source of sourcesOf(path)) {
    const sam = readSamConfig(source.file);
    const parameters = { ...sam.parameters, ...settings.parameters };
    const template = toTemplate(readDocument(source.file, parameters, options));
    const evaluator = new Evaluator(template, {
      account: options.account,
      stackName: source.stackName ?? sam.stackName ?? stackNameOf(source.file),
      parameters,
      values: settings.values ?? {},
      names: options.names ?? {},
      importValue,
    });
    stacks.push({ template, evaluator, codeFolder: source.codeFolder });
  }
  return stacks;
}

/** Files whose change may change what the path stands for. */
export function filesOf(path: string): string[] {
  return sourcesOf(path).map(({ file }) => file);
}

function readDocument(
  file: string,
  parameters: Readonly<Record<string, string>>,
  { account, env }: OpenOptions,
): TemplateDocument {
  const document = readTemplateDocument(file);
  if (!isServerless(document)) return document;
  return toCloudFormation(document, {
    options: { region: account.region, ...parameters },
    env,
    account: account.account,
    region: account.region,
  });
}

function sourcesOf(path: string): Source[] {
  const file = fileOf(path);
  if (basename(file) === 'manifest.json') return stacksOfAssembly(dirname(file));
  const isPackaged = basename(file) === 'cloudformation-template-update-stack.json';
  const folder = dirname(file);
  return [{ file, stackName: undefined, codeFolder: isPackaged ? dirname(folder) : folder }];
}

function fileOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new TemplateProblem(startOf(path), 'expected a template here, but there is nothing');
  if (!stat.isDirectory()) return path;
  const found = FILES.map((name) => join(path, name)).find((file) => existsSync(file));
  if (found === undefined)
    throw new TemplateProblem(
      startOf(path),
      `expected one of ${FILES.join(', ')} in the folder, but there is none`,
    );
  return found;
}

/** A cloud assembly of CDK: its stacks, those of its stages included. */
function stacksOfAssembly(folder: string, depth = 0): Source[] {
  const file = join(folder, 'manifest.json');
  const manifest: unknown = parseManifest(file);
  if (depth > 10 || !isMembers(manifest) || !isMembers(manifest['artifacts']))
    throw new TemplateProblem(
      startOf(file),
      'expected the manifest of a cloud assembly, as cdk synth writes it',
    );
  return Object.entries(manifest['artifacts']).flatMap(([name, artifact]): Source[] => {
    if (!isMembers(artifact) || !isMembers(artifact['properties'])) return [];
    const { properties, type } = artifact as { properties: Record<string, unknown>; type: unknown };
    if (type === 'aws:cloudformation:stack') {
      const { stackName = name, templateFile } = properties;
      return [
        { file: resolve(folder, String(templateFile)), stackName: String(stackName), codeFolder: folder },
      ];
    }
    if (type === 'cdk:cloud-assembly')
      return stacksOfAssembly(resolve(folder, String(properties['directoryName'])), depth + 1);
    return [];
  });
}

function parseManifest(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new TemplateProblem(startOf(file), `cannot be read: ${(error as Error).message}`);
  }
}

function stackNameOf(file: string): string {
  return basename(dirname(file)).replace(/[^A-Za-z0-9-]+/g, '-') || 'stack';
}

function exported({ template, evaluator }: Stack, name: string): string | undefined {
  for (const output of Object.values(template.outputs)) {
    if (!isMembers(output) || !isMembers(output['Export'])) continue;
    const start = startOf(template.file);
    if (evaluator.text(output['Export']['Name'], start, 'Name of an export') === name)
      return evaluator.text(output['Value'], start, 'Value of an export');
  }
  return undefined;
}

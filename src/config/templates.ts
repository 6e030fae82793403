// `templates` of treadle.yaml: SAM, CloudFormation, CDK and Serverless projects whose machines and functions are served, and what a
// user may say of their values. The templates themselves are read in src/templates.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Origin, Path } from './problem.ts';
import type { Complaint } from './shape.ts';
import {
  either,
  type Infer,
  isRecord,
  isScalar,
  list,
  mapping,
  object,
  optional,
  scalar,
  text,
} from './shape.ts';

const EXPECTED = 'a path, a list of paths, or a mapping from path to parameters, exports and values';
const PATH = text('the path of a template, or of a folder that has one', /./);
const VALUE = scalar(
  'a text, a number or true or false',
  { type: ['string', 'number', 'boolean'] },
  (value) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined),
);
const VALUES = (what: string) =>
  mapping(
    `a mapping from ${what} to value`,
    { pattern: /^.{1,1024}$/s, expected: '1 to 1024 characters' },
    VALUE,
  );

const SETTINGS = object('a mapping with parameters, exports and values', {
  parameters: optional(
    VALUES('parameter'),
    'Values of parameters, over their defaults and samconfig.toml; of a `serverless.yml` its `${opt:…}`.',
  ),
  exports: optional(VALUES('export'), 'Values of `Fn::ImportValue`.'),
  values: optional(
    VALUES('resource'),
    'Values of `Resource` and `Resource.Attribute`, where what AWS would give is not known here.',
  ),
});

/** Replaces `${Name}` in a definition. */
export const SUBSTITUTIONS = VALUES('placeholder');

export const TEMPLATES = either(
  EXPECTED,
  { when: isScalar, shape: PATH },
  { when: Array.isArray, shape: list(PATH, EXPECTED, 100) },
  {
    when: isRecord,
    shape: mapping(EXPECTED, { pattern: /^.{1,4096}$/, expected: 'a path' }, SETTINGS),
  },
);

export type TemplateSettings = Infer<typeof SETTINGS>;

export interface TemplateSource {
  /** Absolute. */
  readonly path: string;
  readonly settings: TemplateSettings;
  readonly origin: Origin;
}

interface Report {
  refuse(at: Path, complaint: Complaint): void;
  originOf(at: Path): Origin;
}

export function findTemplates(
  templates: Infer<typeof TEMPLATES> | undefined,
  folder: string,
  report: Report,
): readonly TemplateSource[] {
  if (templates === undefined) return [];
  const named: [string | number, string, TemplateSettings][] =
    typeof templates === 'string'
      ? templates.split(',').map((path, i) => [i, path.trim(), {}])
      : isList(templates)
        ? templates.map((path, i) => [i, path, {}])
        : Object.entries(templates).map(([path, settings]) => [path, path, settings]);
  return named.flatMap(([key, written, settings]) => {
    const path = resolve(folder, written);
    const at = typeof templates === 'string' ? ['templates'] : ['templates', key];
    if (existsSync(path)) return [{ path, settings, origin: report.originOf(at) }];
    report.refuse(at, { value: written, expected: `a template, but there is nothing at ${path}` });
    return [];
  });
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

// Every example of docs/reference/diagnostics.md says what Treadle says.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, WARNING_CODES } from '../../src/asl/diagnostic.ts';
import { validateDefinition } from '../../src/asl/validate.ts';
import { checkTemplate } from '../../src/integrations/checks.ts';

const page = readFileSync(new URL('../../docs/reference/diagnostics.md', import.meta.url), 'utf8');

interface Example {
  readonly code: string;
  readonly express: boolean;
  readonly text: string;
  readonly claim: string;
}

function examplesOf(markdown: string): Example[] {
  return markdown.split(/^## /m).flatMap((section) => {
    const code = /^\w+/.exec(section)?.[0] ?? '';
    const blocks = section.matchAll(/^```json( express)?\n([\s\S]*?)\n```\n→ (`+) ?(.*?) ?\3$/gm);
    return [...blocks].map(([, express, text, , claim]) => ({
      code,
      express: express !== undefined,
      text: text!,
      claim: claim!,
    }));
  });
}

/** An example without StartAt shows the states alone. */
function asDefinition(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value) || 'StartAt' in value) return text;
  const names = Object.keys(value);
  return names.length === 0 ? text : JSON.stringify({ StartAt: names[0], States: value });
}

const examples = examplesOf(page);

describe('the page on diagnostics', () => {
  it('has a section for every code', () => {
    const sections = [...page.matchAll(/^## (\w+)$/gm)].map(([, code]) => code);
    expect(sections.sort()).toEqual([...ERROR_CODES, ...WARNING_CODES].sort());
  });

  it('has an example below every code block', () => {
    expect(examples.length).toBe([...page.matchAll(/^```json/gm)].length);
  });

  it.each(examples.map((example) => [example.claim, example] as const))('%s', (claim, example) => {
    const { diagnostics } = validateDefinition(asDefinition(example.text), {
      type: example.express ? 'EXPRESS' : 'STANDARD',
      checkParameters: checkTemplate,
    });
    const said = diagnostics
      .filter(({ code }) => code === example.code)
      .map(({ message, location }) => `${message}${location === undefined ? '' : ` at ${location}`}`);
    expect(said.map((text) => text.replaceAll('\n', ' ⏎'))).toContain(claim);
  });
});

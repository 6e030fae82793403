// Everything a definition's text says, found once: what is wrong with it and, when nothing is, the program and the
// variables that its states read. The API, deployment, mocks, the command line and the engine all use this.

import { assert } from '../base/assert.ts';
import { BoundedCache } from '../base/bounded-cache.ts';
import { compile, compileDefinition } from './compile.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Program } from './program.ts';
import {
  type TaskKnowledge,
  type ValidateOptions,
  type Validation,
  validateDefinition,
  validateState,
} from './validate.ts';

export interface Analysis {
  /** Errors and warnings. */
  readonly diagnostics: readonly Diagnostic[];
  /** The errors among them. */
  readonly errors: readonly Diagnostic[];
  /** Undefined when there are errors. */
  readonly program: Program | undefined;
}

/** Parses, checks and, when there are no errors, compiles. */
export function analyzeDefinition(text: string, options: ValidateOptions): Analysis {
  return analysisOf(validateDefinition(text, options));
}

function analysisOf({ diagnostics, definition }: Validation): Analysis {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  const program = definition !== undefined && errors.length === 0 ? compile(definition) : undefined;
  return { diagnostics, errors, program };
}

/** Definitions kept, and their length together. */
const BOUNDS = { entries: 500, weight: 32 * 1024 * 1024 };

interface Kept {
  readonly program: Program;
  /** By type of state machine, once it was asked for. Programs are the same for both. */
  readonly analyses: Map<ValidateOptions['type'], Analysis>;
}

/**
 * Analyses and programs of definitions without errors, by their text: what was compiled when a state machine was created
 * need not be compiled again when it is started, described or deployed.
 */
export class DefinitionCache {
  readonly #tasks: TaskKnowledge;
  readonly #kept = new BoundedCache<string, Kept>(BOUNDS, (_, text) => text.length);
  /** As long as anybody has the program. */
  readonly #texts = new WeakMap<Program, string>();

  /** @param tasks what is known of tasks where the definitions run. */
  constructor(tasks: TaskKnowledge = {}) {
    this.#tasks = tasks;
  }

  analyze(text: string, type: ValidateOptions['type'], format: ValidateOptions['format'] = 'json'): Analysis {
    const known = format === 'json' ? this.#kept.get(text)?.analyses.get(type) : undefined;
    if (known !== undefined) return known;
    const analysis = analyzeDefinition(text, { type, format, ...this.#tasks });
    if (format === 'json' && analysis.program !== undefined) {
      this.#keep(text, analysis.program).analyses.set(type, analysis);
    }
    return analysis;
  }

  /** @param text one state on its own; the program has it under the name `StateName`. Kept by nobody. */
  analyzeState(text: string): Analysis {
    return analysisOf(validateState(text, { type: 'STANDARD', ...this.#tasks }));
  }

  /** @param text a definition without errors, as one that is stored. @throws Bug when it has one. */
  program(text: string): Program {
    return (this.#kept.get(text) ?? this.#keep(text, compileDefinition(text))).program;
  }

  /** The definition of a program that this cache gave out. */
  textOf(program: Program): string {
    const text = this.#texts.get(program);
    assert(text, 'Expected a program of this cache');
    return text;
  }

  #keep(text: string, program: Program): Kept {
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    const kept: Kept = { program, analyses: new Map() };
    this.#kept.set(text, kept);
    this.#texts.set(program, text);
    return kept;
  }
}

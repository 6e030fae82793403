// `treadle test-state FILE`: TestState in this process, without a server, with the value after every stage to read.

import type { TestStateInput, TestStateOutput } from '../../api/model.ts';
import { ApiError } from '../../api/wire/errors.ts';
import { type ValidateOptions, validateDefinition, validateState } from '../../asl/validate.ts';
import { isJsonObject, type Json, type JsonObject, parseJson, stringifyJson } from '../../base/json.ts';
import { type DefinitionFile, definitionJson, readDefinitionFile } from '../../config/definition-file.ts';
import { shownPath } from '../../config/shown-path.ts';
import { defaultRole } from '../../config/state-machines.ts';
import { checkTemplate } from '../../integrations/checks.ts';
import { startLocalEngine } from '../../server.ts';
import { answersBeside, configuration, printWarnings } from '../configuration.ts';
import { canRun } from '../diagnosis.ts';
import { CliError, EXIT } from '../failure.ts';
import { readInput, readJsonOption } from '../input.ts';
import type { Output } from '../output.ts';
import { endLines, stageLines } from '../render/stages.ts';

interface TestStateOptions {
  readonly state?: string;
  readonly input?: string;
  readonly mock?: string;
  readonly variables?: string;
  readonly context?: string;
  readonly with?: string;
  readonly inspect?: boolean;
  readonly json?: boolean;
  readonly config?: string;
}

/** @returns the exit code: 0 when the state goes on, by whatever way. */
export async function testState(
  path: string,
  options: TestStateOptions,
  out: Output,
  err: Output,
): Promise<number> {
  const file = readDefinitionFile(path);
  const answersFor = answersBeside(file.path, options.config);
  const stateName = chooseState(file, options.state);
  const known: ValidateOptions = {
    ...{ type: 'STANDARD', format: file.format },
    ...{ answersFor, checkParameters: checkTemplate },
  };
  const validate = stateName === undefined ? validateState : validateDefinition;
  const { diagnostics } = validate(file.text, known);
  if (!canRun(shownPath(file.path), file, diagnostics, options.json === true, err)) return EXIT.invalid;
  const config = configuration({
    config: options.config,
    beside: file.path,
    options: { 'logs.level': 'error' },
  });
  const request: TestStateInput = {
    definition: definitionJson(file),
    ...(stateName !== undefined && { stateName }),
    input: readInput(options.input, config).text,
    roleArn: defaultRole(config),
    ...(options.mock !== undefined && { mock: toMock(options.mock) }),
    ...(options.variables !== undefined && { variables: readJsonOption('--variables', options.variables) }),
    ...(options.context !== undefined && { context: readJsonOption('--context', options.context) }),
    ...(options.with !== undefined && { stateConfiguration: objectOf('--with', options.with) }),
    inspectionLevel: options.inspect === true ? 'TRACE' : 'INFO',
  };
  if (options.json !== true) printWarnings(config.warnings, err);
  const answer = await answerOf(config, request);
  if (options.json === true) out.line(JSON.stringify(answer));
  else print(answer, out, err);
  return answer.status === 'SUCCEEDED' || answer.status === 'CAUGHT_ERROR' ? EXIT.ok : EXIT.failed;
}

async function answerOf(
  config: Parameters<typeof startLocalEngine>[0],
  request: TestStateInput,
): Promise<TestStateOutput> {
  const local = await startLocalEngine(config);
  try {
    const answer = await local.api.handle('TestState', request);
    // Floats of the answer know only how they are printed.
    return JSON.parse(JSON.stringify(answer)) as TestStateOutput;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new CliError(
      error.message,
      'docs/guide/testing-states.md describes what can be tested',
      EXIT.invalid,
    );
  } finally {
    await local.close();
  }
}

/** A file holds one state, or a machine of which one is named. */
function chooseState(file: DefinitionFile, named: string | undefined): string | undefined {
  let value: Json | undefined;
  try {
    value = parseJson(definitionJson(file));
  } catch {
    // The diagnostics say what is wrong with the text.
  }
  const states = isJsonObject(value) ? value['States'] : undefined;
  if (!isJsonObject(states)) {
    if (named === undefined || value === undefined) return named;
    const shown = shownPath(file.path);
    throw new CliError(`${shown} holds one state, which has no name`, 'leave out --state', EXIT.invalid);
  }
  if (named !== undefined) return named;
  const names = Object.keys(states);
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  throw new CliError(
    `${shownPath(file.path)} holds a state machine`,
    `choose a state: --state '${only ?? 'NAME'}' (there are ${names.join(', ')})`,
    EXIT.invalid,
  );
}

/** As TestState takes it, but `result` may also be the value itself instead of its text. */
function toMock(option: string): NonNullable<TestStateInput['mock']> {
  const mock = objectOf('--mock', option);
  const { result } = mock;
  return result === undefined || typeof result === 'string'
    ? mock
    : { ...mock, result: stringifyJson(result) };
}

function objectOf(name: string, option: string): JsonObject {
  const value = parseJson(readJsonOption(name, option));
  if (isJsonObject(value)) return value;
  throw new CliError(`${name} is ${stringifyJson(value)}`, 'give a JSON object', EXIT.invalid);
}

function print(answer: TestStateOutput, out: Output, err: Output): void {
  const { inspectionData, output } = answer;
  if (inspectionData !== undefined) {
    for (const line of stageLines(inspectionData, err.paint)) err.line(line);
    err.line();
  }
  for (const line of endLines(answer, err.paint)) err.line(line);
  if (output !== undefined) out.line(JSON.stringify(parseJson(output), null, 2));
}

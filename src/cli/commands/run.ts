// `treadle run FILE`: one execution in this process, without a server and without a data folder, shown while it happens.

import { randomUUID } from 'node:crypto';
import { toWireEvent } from '../../api/wire/history-events.ts';
import { DefinitionCache } from '../../asl/analysis.ts';
import { executionArn } from '../../base/arn.ts';
import type { Payload } from '../../base/payload.ts';
import {
  type DefinitionFile,
  definitionJson,
  readDefinitionFile,
  stateMachineName,
} from '../../config/definition-file.ts';
import type { Config } from '../../config/load.ts';
import { shownPath } from '../../config/shown-path.ts';
import { defaultRole } from '../../config/state-machines.ts';
import type { HistoryEvent } from '../../history/event.ts';
import { checkTemplate } from '../../integrations/checks.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';
import { type LocalEngine, startLocalEngine } from '../../server.ts';
import { answersBeside, configuration, printWarnings } from '../configuration.ts';
import { canRun } from '../diagnosis.ts';
import { CliError, EXIT } from '../failure.ts';
import { readInput } from '../input.ts';
import { type ChosenCase, chooseCase, closeMocks } from '../mocked-run.ts';
import type { Output } from '../output.ts';
import { nameColumn } from '../render/definition-shape.ts';
import { liveView, plainView, silentView, type View } from '../render/live.ts';
import { count, duration, failureText } from '../render/text.ts';
import { onFirstSignal } from '../signals.ts';

interface RunOptions {
  readonly input?: string;
  readonly name?: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly config?: string;
  readonly mock?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly logLevel?: string;
}

/** @returns the exit code. @throws CliError and the errors that `describeFailure` knows. */
export async function run(path: string, options: RunOptions, out: Output, err: Output): Promise<number> {
  const file = readDefinitionFile(path);
  const shown = shownPath(file.path);
  const answersFor = answersBeside(file.path, options.config);
  const definitions = new DefinitionCache({ answersFor, checkParameters: checkTemplate });
  const { diagnostics } = definitions.analyze(file.text, options.type, file.format);
  const quiet = options.quiet === true || options.json === true;
  if (!canRun(shown, file, diagnostics, quiet, err)) return EXIT.invalid;
  const name = options.name ?? randomUUID();
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw new CliError(
      `--name is ${JSON.stringify(name)}`,
      'use 1 to 80 letters, digits, - and _',
      EXIT.invalid,
    );
  }
  const definition = definitionJson(file);
  const chosen =
    options.mock === undefined
      ? undefined
      : chooseCase(options.mock, stateMachineName(file.path), definition, definitions);
  const config = configuration({
    config: options.config,
    beside: file.path,
    // The log would tear the picture; what matters of it is in the result.
    options: { 'logs.level': options.logLevel ?? 'error', mocks: chosen?.file },
  });
  const input = readInput(options.input, config);
  if (!quiet) printWarnings(config.warnings, err);

  const view = openView(options, definition, err);
  const mocks = chosen && closeMocks(chosen, definitions.program(definition), config, answersFor);
  const local = await startLocalEngine(config, { mocks });
  try {
    const ended = await execute(local, config, { file, definition, chosen, name, input, options, view, out });
    view.close();
    return conclude(ended, view, options, out, err);
  } finally {
    view.close();
    await local.close();
  }
}

function openView(options: RunOptions, definition: string, err: Output): View {
  if (options.quiet === true || options.json === true) return silentView();
  return err.live ? liveView(err, nameColumn(definition)) : plainView(err);
}

interface Job {
  readonly file: DefinitionFile;
  readonly definition: string;
  readonly chosen: ChosenCase | undefined;
  readonly name: string;
  readonly input: Payload;
  readonly options: RunOptions;
  readonly view: View;
  readonly out: Output;
}

async function execute(local: LocalEngine, config: Config, job: Job): Promise<ExecutionEnd> {
  const { options, view } = job;
  const created = (await local.api.handle('CreateStateMachine', {
    name: job.chosen?.machine ?? stateMachineName(job.file.path),
    definition: job.definition,
    roleArn: defaultRole(config),
    type: options.type,
  })) as { stateMachineArn: string };
  const machine = await local.store.catalog.get(created.stateMachineArn);
  if (machine === undefined)
    throw new Error(`Expected ${created.stateMachineArn} to exist after its creation`);

  // An Express execution has its ARN from the engine; it is the first that anything is heard of.
  let arn = options.type === 'STANDARD' ? executionArn(config, machine.name, job.name) : undefined;
  const unobserve = local.bus.on('events', ({ executionArn: of, events }) => {
    arn ??= of;
    if (of !== arn) return;
    view.add(events);
    if (options.json === true) for (const event of events) printEvent(event, job.out);
  });
  const unobserveRuns = local.bus.on('mapRunChanged', (run) => {
    if (run.executionArn === arn) view.progress(run);
  });
  const stopped = Promise.withResolvers<ExecutionEnd>();
  let startedAt = Date.now();
  const stop = (signal: NodeJS.Signals) => {
    const error = 'Treadle.Interrupted';
    const cause = `${signal} while treadle run was under way`;
    if (options.type === 'STANDARD' && arn !== undefined) {
      local.engine.stop(arn, error, cause).catch(stopped.reject);
    } else {
      const stoppedAt = Date.now();
      stopped.resolve({
        executionArn: arn ?? '',
        status: 'ABORTED',
        startedAt,
        stoppedAt,
        output: undefined,
        error,
        cause,
      });
    }
  };
  const ignoreSignals = onFirstSignal(['SIGINT', 'SIGTERM'], stop);
  try {
    const request = {
      machine,
      name: job.name,
      input: job.input,
      traceHeader: undefined,
      mockCase: job.chosen?.testCase,
    };
    if (options.type === 'EXPRESS')
      return await Promise.race([local.engine.startSync(request), stopped.promise]);
    const started = await local.engine.start(request);
    startedAt = started.startedAt;
    const ended = await Promise.race([local.engine.waitForEnd(started.executionArn), stopped.promise]);
    if (ended === undefined) throw new Error(`Expected ${started.executionArn} to end, but it is gone`);
    return ended;
  } finally {
    ignoreSignals();
    unobserve();
    unobserveRuns();
  }
}

function printEvent(event: HistoryEvent, out: Output): void {
  if (event.id > 0) out.line(JSON.stringify(toWireEvent(event, true)));
}

function conclude(ended: ExecutionEnd, view: View, options: RunOptions, out: Output, err: Output): number {
  const succeeded = ended.status === 'SUCCEEDED';
  if (options.json === true) {
    out.line(
      JSON.stringify({
        type: 'Result',
        executionArn: ended.executionArn,
        status: ended.status,
        startDate: ended.startedAt / 1000,
        stopDate: ended.stoppedAt / 1000,
        output: ended.output?.text,
        error: ended.error,
        cause: ended.cause,
      }),
    );
    return succeeded ? EXIT.ok : EXIT.failed;
  }
  if (options.quiet !== true) {
    const took = `in ${duration(ended.stoppedAt - ended.startedAt)}, ${count(view.tree.events)} events`;
    err.line();
    err.line(`${err.paint(succeeded ? 'green' : 'red', ended.status)} ${err.paint('dim', took)}`);
  }
  if (!succeeded && (ended.error !== undefined || ended.cause !== undefined)) err.line(failureText(ended));
  if (ended.output !== undefined) out.line(JSON.stringify(ended.output.value, null, 2));
  return succeeded ? EXIT.ok : EXIT.failed;
}

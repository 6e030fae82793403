// The settings of a state machine as the API takes and shows them: logging, tracing, tags; encryption is in encryption.ts.
// Each function takes what was sent, refuses what AWS refuses, and returns what is stored: known members only.

import type { StateMachineSettings } from '../store/store.ts';
import { encryptionOf, encryptionText } from './encryption.ts';
import type { EncryptionConfiguration, LoggingConfiguration, Tag, TracingConfiguration } from './model.ts';
import { apiError, invalid } from './wire/errors.ts';

const MAX_TAGS = 50;

export const DEFAULT_LOGGING: LoggingConfiguration = { level: 'OFF', includeExecutionData: false };
export const DEFAULT_TRACING: TracingConfiguration = { enabled: false };

/** The shape alone; whether the log group exists is asked in log-groups.ts. @throws InvalidLoggingConfiguration */
export function checkLogging(sent: LoggingConfiguration): LoggingConfiguration {
  const level = sent.level ?? 'OFF';
  const { destinations } = sent;
  if (level !== 'OFF' && destinations?.length !== 1) {
    throw apiError('InvalidLoggingConfiguration', 'Must specify exactly one Log Destination.');
  }
  for (const destination of destinations ?? []) {
    const arn = destination.cloudWatchLogsLogGroup?.logGroupArn;
    if (arn === undefined || !/^arn:[^:]+:logs:[^:]+:[^:]+:log-group:[^:]+:\*$/.test(arn)) {
      throw apiError('InvalidLoggingConfiguration', 'Log Destination not found.');
    }
  }
  const logging = { level, includeExecutionData: sent.includeExecutionData ?? false };
  if (destinations === undefined) return logging;
  return {
    ...logging,
    destinations: destinations.map(({ cloudWatchLogsLogGroup }) => ({
      cloudWatchLogsLogGroup: { logGroupArn: cloudWatchLogsLogGroup?.logGroupArn },
    })),
  };
}

export function checkTracing(sent: TracingConfiguration): TracingConfiguration {
  return { enabled: sent.enabled ?? false };
}

/**
 * A key that comes twice counts once, with its last value (AWS takes such lists, as recorded).
 * @throws TooManyTags, ValidationException
 */
export function checkTags(sent: readonly Tag[]): { readonly key: string; readonly value: string }[] {
  if (sent.length > MAX_TAGS) {
    throw apiError('TooManyTags', `Expected at most ${MAX_TAGS} tags, but got ${sent.length}`);
  }
  const values = new Map<string, string>();
  for (const [index, { key, value = '' }] of sent.entries()) {
    if (key === undefined) throw invalid(`Expected a key in tag ${index + 1} of 'tags', but there is none`);
    for (const [part, text] of Object.entries({ key, value })) {
      if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)) {
        throw invalid(
          `Expected only letters, digits, white space and _.:/=+-@ in the ${part} of tag ${index + 1} of 'tags', but got '${text}'`,
        );
      }
    }
    if (/^aws:/i.test(key)) {
      throw invalid(`Expected tag keys without the reserved prefix aws:, but got '${key}'`);
    }
    values.set(key, value);
  }
  return [...values].map(([key, value]) => ({ key, value }));
}

/** What Describe shows. */
export interface SettingsMembers {
  readonly loggingConfiguration: LoggingConfiguration;
  readonly tracingConfiguration: TracingConfiguration;
  readonly encryptionConfiguration: EncryptionConfiguration;
}

/** Stored settings with AWS's defaults for what was never sent. */
export function toSettingsMembers(settings: StateMachineSettings): SettingsMembers {
  return {
    loggingConfiguration: (settings.loggingConfiguration as LoggingConfiguration) ?? DEFAULT_LOGGING,
    tracingConfiguration: (settings.tracingConfiguration as TracingConfiguration) ?? DEFAULT_TRACING,
    encryptionConfiguration: encryptionOf(settings),
  };
}

/** Idempotent creation compares settings as they are shown; an absent list of destinations equals an empty one. */
export function sameSettings(a: StateMachineSettings, b: StateMachineSettings): boolean {
  return settingsText(a) === settingsText(b);
}

function settingsText(settings: StateMachineSettings): string {
  const {
    loggingConfiguration: logging,
    tracingConfiguration,
    encryptionConfiguration,
  } = toSettingsMembers(settings);
  const { level, includeExecutionData, destinations = [] } = logging;
  const groups = destinations.map((destination) => destination.cloudWatchLogsLogGroup?.logGroupArn);
  return JSON.stringify([
    level,
    includeExecutionData,
    groups,
    tracingConfiguration.enabled,
    encryptionText(encryptionConfiguration),
  ]);
}

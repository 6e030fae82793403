// Ends function processes when Treadle is killed without a chance to do so (kill -9, power button on the container).
// A shell reads the process groups that live from a pipe; when the pipe ends, whatever the reason, it kills those left and
// removes the folder of their sockets.
// The bootstraps also leave by themselves when their connection breaks; this covers busy loops and other runtimes.

import { type ChildProcess, spawn } from 'node:child_process';

const SCRIPT = `trap '' INT TERM HUP
live= folder=
while read -r op group; do
  case $op in
    +) live="$live $group" ;;
    -) left=; for each in $live; do [ "$each" = "$group" ] || left="$left $each"; done; live=$left ;;
    folder) folder=$group ;;
  esac
done
for each in $live; do kill -9 "-$each" 2>/dev/null; done
[ -z "$folder" ] || PATH=/bin:/usr/bin rm -rf -- "$folder"`;

/** A process that could not be started for want of descriptors has no streams, whatever their types say; its `error` comes later. */
export function hasStreams(child: ChildProcess): boolean {
  return Boolean(child.stdio);
}

export interface Reaper {
  add(group: number): void;
  remove(group: number): void;
  /** Removed at the end. @param path without a line break */
  folder(path: string): void;
  close(): void;
}

/** Starts the shell with the first process. On Windows, which has none, the bootstraps' own way out remains. */
export function openReaper(
  onError: (error: Error) => void,
  platform: NodeJS.Platform = process.platform,
): Reaper {
  if (platform === 'win32') return { add() {}, remove() {}, folder() {}, close() {} };
  let shell: ChildProcess | undefined;
  const tell = (line: string): void => {
    if (shell === undefined) {
      shell = spawn('/bin/sh', ['-c', SCRIPT], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
        env: {},
      });
      shell.on('error', onError);
      if (!hasStreams(shell)) {
        // Out of descriptors; the next process tries again.
        shell = undefined;
        return;
      }
      shell.stdin!.on('error', onError);
      shell.unref();
      (shell.stdin as unknown as { unref(): void }).unref();
    }
    shell.stdin!.write(line);
  };
  return {
    add: (group) => tell(`+ ${group}\n`),
    remove: (group) => tell(`- ${group}\n`),
    folder: (path) => tell(`folder ${path}\n`),
    close: () => shell?.stdin?.end(),
  };
}

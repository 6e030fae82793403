// Ends a process and everything that it started.

import { spawn } from 'node:child_process';

/** @param pid of a process that was started `detached`. Nothing happens when it has ended already. */
export function killTree(pid: number, platform: NodeJS.Platform = process.platform): void {
  // Windows knows no process groups; it has a command that looks for the descendants.
  if (platform === 'win32') {
    const options = { stdio: 'ignore', windowsHide: true } as const;
    spawn('taskkill', ['/pid', String(pid), '/t', '/f'], options).on('error', () => kill(pid));
  } else kill(-pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

import { expect, it } from 'vitest';
import {
  frameOf,
  hasChildren,
  hasTask,
  openFrame,
  parentFrame,
  taskFrame,
} from '../../src/interpreter/state.ts';
import { machine, only, parallel, pass, task } from '../support/machine.ts';
import { session } from '../support/session.ts';

it('frames are handed out as what they are, and as nothing else', () => {
  const one = session(only(parallel([machine({ T: task() }), machine({ I: pass() })])));
  one.start();
  const [main, branch] = [frameOf(one.state, 0), frameOf(one.state, 1)];
  expect([openFrame(main), parentFrame(main), openFrame(branch), taskFrame(branch)]).toEqual([
    main,
    main,
    branch,
    branch,
  ]);
  expect([hasChildren(main), hasTask(main), hasChildren(branch), hasTask(branch)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(() => taskFrame(main)).toThrow('Expected frame 0 to have an open task');
  expect(() => parentFrame(branch)).toThrow('Expected frame 1 to have branches or iterations');
  expect(() => frameOf(one.state, 2)).toThrow('Expected frame 2 to be open');
  expect(() => openFrame(undefined)).toThrow('Expected frame undefined to be in a state');
});

it('a frame between two states is in none', () => {
  const one = session(machine({ A: pass({ Next: 'B' }), B: pass() }), { env: { maxTransitions: 1 } });
  one.start();
  expect(() => openFrame(frameOf(one.state, 0))).toThrow('Expected frame 0 to be in a state');
});

import { describe, expect, it } from 'vitest';
import { releaseNotes } from '../../scripts/release-notes.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

- later

## [0.2.0] - 2026-12-01

### Added

- this

## [0.1.0] - 2026-11-01

- before
`;

describe('the notes of a release', () => {
  it('are the section of its version', () => {
    expect(releaseNotes('v0.2.0', '0.2.0', CHANGELOG)).toBe('### Added\n\n- this');
    expect(releaseNotes('v0.1.0', '0.1.0', CHANGELOG)).toBe('- before');
  });

  it('are refused when the tag is not the version of package.json', () => {
    expect(() => releaseNotes('v0.2.1', '0.2.0', CHANGELOG)).toThrow(
      'Expected the tag v0.2.0, as package.json has it, but got v0.2.1',
    );
  });

  it('are refused when CHANGELOG.md has none, or no date', () => {
    expect(() => releaseNotes('v0.3.0', '0.3.0', CHANGELOG)).toThrow('rename [Unreleased]');
    const undated = CHANGELOG.replace(' - 2026-12-01', '');
    expect(() => releaseNotes('v0.2.0', '0.2.0', undated)).toThrow('but got "## [0.2.0]"');
  });
});

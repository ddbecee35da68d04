import { spawnSync } from 'node:child_process';

describe('a command whose reader has seen enough', () => {
  test('ends without a stack trace', () => {
    const { stderr, status } = spawnSync(
      'sh',
      [
        '-c',
        '"$0" --disable-warning=MODULE_TYPELESS_PACKAGE_JSON scripts/content-check.ts --explain | true',
        process.execPath,
      ],
      { encoding: 'utf8' },
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});

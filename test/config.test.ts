import { readConfig, settings } from '../server/config.ts';
import type { AppError } from '../server/errors.ts';

describe('settings', () => {
  test('have defaults that work, and are frozen', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ port: 3000, host: '127.0.0.1', contentDir: 'content', watch: true });
    expect(config.publicUrl).toBe('http://127.0.0.1:3000');
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('are read from the environment; an empty variable counts as not set', () => {
    const config = readConfig({ PORT: '8080', HOST: '::1', WATCH: 'off', CONTENT_DIR: '' });
    expect(config).toMatchObject({
      port: 8080,
      watch: false,
      contentDir: 'content',
      publicUrl: 'http://[::1]:8080',
    });
    expect(readConfig({ PUBLIC_URL: 'https://help.example/' }).publicUrl).toBe('https://help.example');
  });

  test('that are wrong are all named, with what was expected and found', () => {
    const wrong = {
      PORT: '70000',
      WATCH: 'maybe',
      PUBLIC_URL: 'ftp://x',
      RATE_LIMIT: '1.5',
      LOG_LEVEL: 'loud',
    };
    let thrown: AppError | null = null;
    try {
      readConfig(wrong);
    } catch (error) {
      thrown = error as AppError;
    }
    expect(thrown?.code).toBe('settings-invalid');
    expect(
      thrown?.errors.map(({ message, expected, found }) => [message.split(' ')[0], expected, found]),
    ).toEqual([
      ['PORT', 'a whole number from 0 to 65535 (TCP port)', '70000'],
      ['PUBLIC_URL', 'an http or https address (URL)', 'ftp://x'],
      ['WATCH', 'on or off (on, off)', 'maybe'],
      ['RATE_LIMIT', 'a whole number from 1 to 1000000 (requests a minute and address)', '1.5'],
      ['LOG_LEVEL', 'silent, error, warn, info or debug (level)', 'loud'],
    ]);
  });

  test('each have a unit and a sentence, and a default that they take', () => {
    for (const [name, { unit, description, default: value, schema }] of Object.entries(settings)) {
      expect({
        name,
        ok: String(unit).length > 0 && /\.$/.test(description) && schema.safeParse(value).success,
      }).toEqual({ name, ok: true });
    }
  });
});

import { byServer } from '../../server/audit/audit-event.ts';
import { listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { smallWorld } from '../support/small-world.ts';

let world: TestApp;
let server: Awaited<ReturnType<typeof listen>>;
beforeEach(async () => {
  world = await makeApp(smallWorld().snapshot);
  server = await listen(world.app);
});
afterEach(async () => {
  await server.close();
  await world.close();
});

/** Sends an admin's invitation in two parts, and does something to the admin between them. */
async function inviteAround(
  act: (admin: { readonly id: number; readonly version: number }) => Promise<unknown>,
) {
  const { cookie, token } = await world.signIn('admin');
  const [admin] = await world.accounts.people();
  if (admin === undefined) throw new Error('somebody is signed in');
  await world.accounts.add({ name: 'boss', role: 'admin', password: 'unrelated words in a row' }, byServer);
  const form = new URLSearchParams({ token, name: 'backdoor', role: 'admin', fullName: '', email: '' });
  const body = String(form);
  const head = [
    'POST /manage/people HTTP/1.1',
    `Host: ${new URL(server.url).host}`,
    `Cookie: ${cookie}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  const pieces = [`${head.join('\r\n')}\r\n\r\n${body.slice(0, 20)}`, body.slice(20)];
  const acting = new Promise((resolve) => setTimeout(resolve, 200)).then(() => act(admin));
  const answer = await sendRaw(server.url, pieces, { pauseMs: 600 });
  await acting;
  return { status: answer.status, invited: (await world.accounts.personNamed('backdoor')) !== null };
}

describe('a form that arrives slowly', () => {
  test('does what it says while its sender may', async () => {
    expect(await inviteAround(async () => {})).toEqual({ status: 200, invited: true });
  });

  type Admin = { readonly id: number; readonly version: number };
  test.each([
    ['disabled', 401, ({ id, version }: Admin) => world.accounts.disable(id, version, byServer)],
    [
      'demoted',
      403,
      ({ id, version }: Admin) => world.accounts.change(id, { role: 'agent' }, version, byServer),
    ],
    ['signed out everywhere', 401, ({ id }: Admin) => world.accounts.endSessionsOf(id, byServer)],
  ] as const)('does nothing where its sender was %s meanwhile', async (_what, status, act) => {
    expect(await inviteAround(act)).toEqual({ status, invited: false });
  });
});

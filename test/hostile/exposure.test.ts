import { inParallel, listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { type RawAnswer, sendRaw } from '../support/raw-socket.ts';
import { smallWorld } from '../support/small-world.ts';

/** What scanners ask every server for: none of it is there, and every refusal says the same. */

const dotfiles = [
  '.env',
  '.env.local',
  '.env.production',
  '.git/HEAD',
  '.git/config',
  '.git/index',
  '.git/logs/HEAD',
  '.gitignore',
  '.gitattributes',
  '.svn/entries',
  '.svn/wc.db',
  '.hg/store',
  '.bzr/README',
  '.DS_Store',
  '.htaccess',
  '.htpasswd',
  '.npmrc',
  '.yarnrc',
  '.nvmrc',
  '.dockerignore',
  '.dockerenv',
  '.editorconfig',
  '.bash_history',
  '.ssh/id_rsa',
  '.ssh/authorized_keys',
  '.aws/credentials',
  '.kube/config',
  '.vscode/settings.json',
  '.idea/workspace.xml',
  '.ci/run',
  '.well-known',
  '.well-known/',
  '.well-known/openid-configuration',
  '.well-known/change-password',
  '.well-known/../.env',
];
const sources = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'jest.config.mjs',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'server/main.ts',
  'server/app.ts',
  'server/config.ts',
  'server/start.ts',
  'scripts/user-add.ts',
  'test/start.test.ts',
  'views/error.hbs',
  'views/words/en.json',
  'views/assets/site.css',
  'content/site.yaml',
  'content/facts.yaml',
  'content/offers.yaml',
  'content/teams.yaml',
  'content/synonyms.yaml',
  'content/golden.yaml',
  'content/en/orders/cancel-order.md',
  'data/concord.sqlite',
  'data/concord.sqlite-wal',
  'data/concord.sqlite-shm',
  'concord.sqlite',
  'node_modules/express/package.json',
  'Dockerfile',
  'docker-compose.yml',
  'Makefile',
  'Caddyfile',
  'nginx.conf',
];
const assets = [
  'site.css',
  'site.js',
  'site.css.map',
  'site.js.map',
  'suggest.js',
  '../server/main.ts',
  '..%2fserver%2fmain.ts',
  '%2e%2e%2fpackage.json',
  '..%5c..%5cpackage.json',
  '%252e%252e%252fpackage.json',
  'site.00000000.css',
  '.',
  '..',
  '%00',
  'site.css%00.js',
  'fonts/',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
];
const others = [
  'wp-admin/',
  'wp-login.php',
  'wp-config.php',
  'wp-content/uploads/',
  'wp-json/wp/v2/users',
  'xmlrpc.php',
  'x-private/test',
  'en-u-ca/test',
  'administrator/',
  'admin',
  'admin/',
  'admin/login',
  'admin.php',
  'phpmyadmin/',
  'pma/',
  'phpinfo.php',
  'info.php',
  'test.php',
  'shell.php',
  'index.php',
  'login',
  'login.jsp',
  'console',
  'console/',
  'manager/html',
  'host-manager/html',
  'jmx-console/',
  'web-console/',
  'actuator',
  'actuator/env',
  'actuator/heapdump',
  'actuator/health',
  'metrics',
  'debug',
  'debug/pprof/',
  'debug/vars',
  'server-status',
  'server-info',
  'status',
  'health',
  'trace',
  'graphql',
  'graphiql',
  'swagger',
  'swagger.json',
  'swagger-ui.html',
  'api-docs',
  'openapi.json',
  'v2/_catalog',
  '_cat/indices',
  '_all_dbs',
  '_utils/',
  'solr/admin/',
  'jenkins/',
  'script',
  'cgi-bin/test',
  'cgi-bin/luci',
  'boaform/admin/formLogin',
  'HNAP1',
  'owa/',
  'autodiscover/autodiscover.xml',
  'remote/login',
  'vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  'telescope/requests',
  '_ignition/health-check',
  '_profiler',
  'elmah.axd',
  'web.config',
  'crossdomain.xml',
  'clientaccesspolicy.xml',
  'Trace.axd',
  'users',
  'uploads/',
  'backup/',
  'backups/',
  'old/',
  'tmp/',
  'temp/',
  'logs/',
  'log',
  'error.log',
  'access.log',
  'npm-debug.log',
  'dump.sql',
  'database.sql',
  'db.sqlite',
  'backup.zip',
  'backup.tar.gz',
  'site.zip',
  'www.rar',
  'config',
  'config.json',
  'config.yml',
  'secrets.json',
  'credentials',
  'id_rsa',
  'server.key',
  'privatekey.pem',
  'core',
  'static/',
  'public/',
  'src/',
  'dist/',
  'build/',
];
const endings = [
  '.bak',
  '.old',
  '.orig',
  '.save',
  '.swp',
  '~',
  '.tmp',
  '.copy',
  '.1',
  '.zip',
  '.gz',
  '.tar',
  '.map',
  '.txt',
  '.md',
  '.ts',
  '.hbs',
  '.yaml',
  '.json',
  '.html',
];
const pages = [
  'en/search',
  'en/contact',
  'readyz',

  'en',
  'en/orders',
  'en/orders/cancel-order',
  'agent',
  'manage',
  'api/v1/answer',
  'healthz',
  'sitemap.xml',
];
const climbs = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..%5c',
  '%252e%252e%252f',
  '%c0%ae%c0%ae/',
  '....//',
  '..;/',
  '.%00./',
];
const targets = ['etc/passwd', 'package.json', 'proc/self/environ', 'server/main.ts', 'data/concord.sqlite'];

const paths = [
  ...dotfiles,
  ...sources,
  ...assets.map((name) => `assets/${name}`),
  ...others,
  ...pages.flatMap((page) => endings.map((ending) => `${page}${ending}`)),
  ...climbs.flatMap((climb) => targets.map((target) => `${climb.repeat(6)}${target}`)),
].map((path) => `/${path}`);

/** What no answer may tell: folders, files, lines and parts of the server. */
const paper =
  /\/(?:home|usr|var|opt|tmp|root|work|app)\/|[A-Za-z]:\\|node_modules|node:internal|\.ts:\d+|\bat \w+ \(|SQLITE|express/;

describe('what is not for the public', () => {
  let world: TestApp;
  let server: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    world = await makeApp(smallWorld().snapshot);
    server = await listen(world.app);
  });
  afterAll(async () => {
    await server.close();
    await world.close();
  });
  const get = (path: string, accept: string, method = 'GET'): Promise<RawAnswer> =>
    sendRaw(server.url, [
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`,
    ]);

  test('is some 450 addresses, each once', () => {
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.length).toBeGreaterThanOrEqual(420);
  });

  test.each(['text/html', 'application/json'])(
    'is nowhere, and no refusal tells anything, as %s',
    async (accept) => {
      const found: string[] = [];
      const bodies = new Map<string, string>();
      await inParallel(paths, async (path) => {
        const { status, headers, body, bytes } = await get(path, accept);
        // Below /agent and /manage a stranger is sent to sign in, whatever is there.
        const isInside = /^\/(?:agent|manage)(?:[/.~]|$)/.test(path) && (status === 302 || status === 401);
        if (![400, 404, 405].includes(status ?? 0) && !isInside) found.push(`${path}: ${status}`);
        if (paper.test(bytes.toString('utf8').replaceAll(path, '')))
          found.push(`${path}: tells of the server`);
        if (headers['cache-control'] !== 'no-store') found.push(`${path}: ${headers['cache-control']}`);
        if (status !== 404 || accept === 'text/html') return;
        const same = JSON.parse(body) as Record<string, unknown>;
        bodies.set(JSON.stringify({ ...same, instance: '', requestId: '' }), path);
      });
      expect(found).toEqual([]);
      expect([...bodies.values()].length).toBeLessThanOrEqual(1);
    },
    60_000,
  );

  test('is not made by other methods either', async () => {
    for (const path of ['/.env', '/content/site.yaml', '/assets/x', '/en/x.ts'])
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
        expect([404, 405]).toContain((await get(path, 'text/html', method)).status);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import type { AppError } from '../../server/errors.ts';

const secret = 'hush-hush-hush';
/** The least that one provider needs. */
const least = {
  OIDC_PROVIDERS: 'okta',
  OIDC_OKTA_ISSUER: 'https://example.okta.com',
  OIDC_OKTA_CLIENT_ID: 'concord',
  OIDC_OKTA_CLIENT_SECRET: secret,
  OIDC_OKTA_ROLE_CLAIM: 'groups',
  OIDC_OKTA_ROLES: 'support=agent',
};

/** What is wrong, as variable, expectation and finding. */
function faults(environment: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(text).not.toContain(secret);
    return (error as AppError).errors.map(({ message, expected = '', found = '' }) => [
      message.split(' ')[0] ?? '',
      expected,
      found,
    ]);
  }
}

describe('settings of identity providers', () => {
  test('are none where none is named, and then other variables are not ours', () => {
    expect(readConfig({ OIDC_TOKEN: 'of something else' })).toMatchObject({
      providers: [],
      passwordSignIn: 'on',
    });
  });

  test('have what is left out from the defaults', () => {
    expect(readConfig(least).providers).toEqual([
      {
        ...{ name: 'okta', label: 'okta', issuer: 'https://example.okta.com' },
        ...{ clientId: 'concord', clientSecret: secret, scopes: 'openid profile email' },
        ...{ roleClaim: 'groups', roles: [{ value: 'support', role: 'agent' }], defaultRole: null },
        ...{ teamClaim: null, teams: [], required: [], signOut: true },
      },
    ]);
  });

  test('are read for several providers, in their order, with all they can say', () => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-settings-'));
    const file = join(folder, 'secret');
    writeFileSync(file, `\n  ${secret}  \n`);
    const { providers } = readConfig({
      ...least,
      OIDC_PROVIDERS: ' our-keycloak , okta ',
      OIDC_OUR_KEYCLOAK_ISSUER: 'http://127.0.0.1:8080/realms/staff',
      OIDC_OUR_KEYCLOAK_CLIENT_ID: 'x',
      OIDC_OUR_KEYCLOAK_CLIENT_SECRET_FILE: file,
      OIDC_OUR_KEYCLOAK_NAME: 'our staff account',
      OIDC_OUR_KEYCLOAK_SCOPES: 'openid groups',
      OIDC_OUR_KEYCLOAK_ROLE_CLAIM: 'groups',
      OIDC_OUR_KEYCLOAK_ROLES: 'CN=leads,OU=support=manager; /support=agent',
      OIDC_OUR_KEYCLOAK_DEFAULT_ROLE: 'agent',
      OIDC_OUR_KEYCLOAK_TEAM_CLAIM: 'teams',
      OIDC_OUR_KEYCLOAK_TEAMS: 'a=orders,b=customer-care',
      OIDC_OUR_KEYCLOAK_REQUIRE: 'hd=example.com,tenant=7',
      OIDC_OUR_KEYCLOAK_SIGN_OUT: 'off',
    });
    rmSync(folder, { recursive: true });
    expect(providers.map(({ name }) => name)).toEqual(['our-keycloak', 'okta']);
    expect(providers[0]).toEqual({
      ...{ name: 'our-keycloak', label: 'our staff account', issuer: 'http://127.0.0.1:8080/realms/staff' },
      ...{ clientId: 'x', clientSecret: secret, scopes: 'openid groups', roleClaim: 'groups' },
      roles: [
        { value: 'CN=leads,OU=support', role: 'manager' },
        { value: '/support', role: 'agent' },
      ],
      ...{ defaultRole: 'agent', teamClaim: 'teams', signOut: false },
      teams: [
        { value: 'a', team: 'orders' },
        { value: 'b', team: 'customer-care' },
      ],
      required: [
        { claim: 'hd', value: 'example.com' },
        { claim: 'tenant', value: '7' },
      ],
    });
  });

  test.each([
    ['a name twice', { OIDC_PROVIDERS: 'okta,okta' }, 'OIDC_PROVIDERS'],
    ['a name that is no word', { OIDC_PROVIDERS: 'Okta!' }, 'OIDC_PROVIDERS'],
    ['no issuer', { OIDC_OKTA_ISSUER: '' }, 'OIDC_OKTA_ISSUER'],
    ['an issuer by http', { OIDC_OKTA_ISSUER: 'http://example.okta.com' }, 'OIDC_OKTA_ISSUER'],
    [
      'a host that only begins like loopback',
      { OIDC_OKTA_ISSUER: 'http://127.0.0.1.nip.io' },
      'OIDC_OKTA_ISSUER',
    ],
    [
      'a discovery document for an issuer',
      { OIDC_OKTA_ISSUER: 'https://example.okta.com/.well-known/openid-configuration' },
      'OIDC_OKTA_ISSUER',
    ],
    [
      'all tenants of Entra ID',
      { OIDC_OKTA_ISSUER: 'https://login.microsoftonline.com/common/v2.0' },
      'OIDC_OKTA_ISSUER',
    ],
    ['no client', { OIDC_OKTA_CLIENT_ID: '' }, 'OIDC_OKTA_CLIENT_ID'],
    ['no secret', { OIDC_OKTA_CLIENT_SECRET: '' }, 'OIDC_OKTA_CLIENT_SECRET'],
    ['two secrets', { OIDC_OKTA_CLIENT_SECRET_FILE: '/dev/null' }, 'OIDC_OKTA_CLIENT_SECRET'],
    [
      'a file of a secret that is not there',
      { OIDC_OKTA_CLIENT_SECRET: '', OIDC_OKTA_CLIENT_SECRET_FILE: '/nowhere' },
      'OIDC_OKTA_CLIENT_SECRET_FILE',
    ],
    [
      'an empty file of a secret',
      { OIDC_OKTA_CLIENT_SECRET: '', OIDC_OKTA_CLIENT_SECRET_FILE: '/dev/null' },
      'OIDC_OKTA_CLIENT_SECRET_FILE',
    ],
    ['scopes without openid', { OIDC_OKTA_SCOPES: 'profile email' }, 'OIDC_OKTA_SCOPES'],
    ['a role that is none', { OIDC_OKTA_ROLES: 'support=boss' }, 'OIDC_OKTA_ROLES'],
    ['a value without a role', { OIDC_OKTA_ROLES: 'support' }, 'OIDC_OKTA_ROLES'],
    ['a claim without roles', { OIDC_OKTA_ROLES: '' }, 'OIDC_OKTA_ROLES'],
    ['roles without a claim', { OIDC_OKTA_ROLE_CLAIM: '' }, 'OIDC_OKTA_ROLE_CLAIM'],
    ['no role for anybody', { OIDC_OKTA_ROLE_CLAIM: '', OIDC_OKTA_ROLES: '' }, 'OIDC_OKTA_ROLES'],
    ['everybody an admin', { OIDC_OKTA_DEFAULT_ROLE: 'admin' }, 'OIDC_OKTA_DEFAULT_ROLE'],
    ['teams without a claim', { OIDC_OKTA_TEAMS: 'a=b' }, 'OIDC_OKTA_TEAM_CLAIM'],
    ['a claim of teams without teams', { OIDC_OKTA_TEAM_CLAIM: 'teams' }, 'OIDC_OKTA_TEAMS'],
    ['a required claim without a value', { OIDC_OKTA_REQUIRE: 'hd=' }, 'OIDC_OKTA_REQUIRE'],
    ['a switch that is none', { OIDC_OKTA_SIGN_OUT: 'yes' }, 'OIDC_OKTA_SIGN_OUT'],
    [
      'everybody who has an account at Google',
      { OIDC_OKTA_ISSUER: 'https://accounts.google.com', OIDC_OKTA_DEFAULT_ROLE: 'agent' },
      'OIDC_OKTA_REQUIRE',
    ],
    ['a variable that is misspelled', { OIDC_OKTA_REQIURE: 'hd=x' }, 'OIDC_OKTA_REQIURE'],
    ['a variable of nobody', { OIDC_ENTRA_ISSUER: 'https://x.example' }, 'OIDC_ENTRA_ISSUER'],
    ['passwords for nobody knows whom', { PASSWORD_SIGN_IN: 'maybe' }, 'PASSWORD_SIGN_IN'],
  ])('with %s stop the start, with what was expected', (_name, wrong, variable) => {
    const found = faults({ ...least, ...wrong });
    expect(found.map(([name]) => name)).toEqual([variable]);
    expect(found[0]?.[1]).not.toBe('');
  });

  test('a misspelled variable is told what it may have meant', () => {
    try {
      readConfig({ ...least, OIDC_OKTA_REQIURE: 'hd=x' });
    } catch (error) {
      expect((error as AppError).errors[0]?.hint).toBe('did you mean OIDC_OKTA_REQUIRE?');
    }
    expect.assertions(1);
  });

  test('no way in at all is refused', () => {
    expect(faults({ PASSWORD_SIGN_IN: 'off' }).map(([name]) => name)).toEqual(['PASSWORD_SIGN_IN']);
    expect(faults({ ...least, PASSWORD_SIGN_IN: 'off' })).toEqual([]);
  });
});

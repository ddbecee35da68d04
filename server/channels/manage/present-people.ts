import type { Person } from '../../accounts/accounts.ts';
import type { ProviderOffer } from '../../accounts/provider-sign-in.ts';
import { hasRole, type Role, roles } from '../../accounts/roles.ts';
import type { AgentDesk, Locale, Site } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';
import { roleInWords } from '../role-in-words.ts';
import { hrefOf } from './manage-page.ts';
import { type PeopleFilter, type PersonState, personStates } from './people-filter.ts';

/** People on one page of the list: two screens. */
const rowsAtOnce = 50;

/** The fields of a form about a person. */
export interface PersonFields {
  readonly name: string;
  readonly role: Role;
  readonly teams: readonly string[];
  readonly fullName: string;
  readonly email: string;
  /** By which identity provider the person signs in; null or empty: with a password. */
  readonly provider?: string | null;
}

/** The people that a filter leaves, a page of them, and the filter's own form. */
export function presentPeople(
  people: readonly Person[],
  filter: PeopleFilter,
  by: {
    readonly ui: Locale;
    readonly path: string;
    readonly words: Words;
    readonly desk: Pick<AgentDesk, 'teams'>;
    readonly offers: readonly ProviderOffer[];
  },
) {
  const { words, ui } = by;
  const chosen = people.filter(
    (person) =>
      (filter.role === null || person.role === filter.role) &&
      (filter.team === '' || person.teams.includes(filter.team)) &&
      (filter.state === null || stateOf(person) === filter.state) &&
      [person.name, person.fullName ?? '', person.email ?? ''].some((text) =>
        text.toLowerCase().includes(filter.words),
      ),
  );
  const pages = Math.max(1, Math.ceil(chosen.length / rowsAtOnce));
  const at = Math.min(filter.page, pages);
  const asked = {
    ui,
    q: filter.words,
    role: filter.role ?? '',
    team: filter.team,
    state: filter.state ?? '',
  };
  const hrefAt = (page: number): string => hrefOf(by.path, { ...asked, page: page > 1 ? String(page) : '' });
  return {
    rows: chosen.slice((at - 1) * rowsAtOnce, at * rowsAtOnce).map((person) => ({
      ...person,
      href: hrefOf(`${by.path}/${person.id}`, { ui }),
      role: roleInWords(person.role, words),
      provider: providerInWords(person, by.offers),
      teams: teamNames(person.teams, by.desk),
      ...presentState(person, words),
    })),
    found: chosen.length,
    all: people.length,
    pageNumber: at,
    pages,
    previousHref: at > 1 ? hrefAt(at - 1) : null,
    nextHref: at < pages ? hrefAt(at + 1) : null,
    filter: {
      words: filter.words,
      roles: rolesOffered(filter.role, words),
      teams: teamsOffered(filter.team === '' ? [] : [filter.team], by.desk),
      states: personStates.map((state) => ({
        id: state,
        label: stateInWords(state, words),
        chosen: state === filter.state,
      })),
      clearHref: chosen.length === people.length ? null : hrefOf(by.path, { ui }),
    },
  };
}

/** One person as their page shows them. `categories`: those that one of their teams may edit. */
export function presentPerson(
  person: Person,
  categories: readonly string[],
  by: {
    readonly ui: Locale;
    readonly words: Words;
    readonly desk: Pick<AgentDesk, 'teams'>;
    readonly site: Site;
    readonly offers: readonly ProviderOffer[];
  },
) {
  const { words, site, ui } = by;
  const titleOf = (id: string): string => {
    const category = site.categories.find((one) => one.id === id);
    return category === undefined ? id : inLocale(category.title, ui, site);
  };
  return {
    person,
    role: roleInWords(person.role, words),
    provider: providerInWords(person, by.offers),
    teamNames: teamNames(person.teams, by.desk),
    ...presentState(person, words),
    edits: hasRole(person.role, 'manager')
      ? words.say('manage.people.editsEverything')
      : !hasRole(person.role, 'editor') || categories.length === 0
        ? words.say('manage.people.editsNothing')
        : categories.map(titleOf).join(', '),
  };
}

/** The roles of a select field. */
export function rolesOffered(chosen: Role | null, words: Words) {
  return roles.map((role) => ({ id: role, label: roleInWords(role, words), chosen: role === chosen }));
}

/** The teams of checkboxes or a select field: those of teams.yaml, and chosen ones that are not there any more. */
export function teamsOffered(chosen: readonly string[], desk: Pick<AgentDesk, 'teams'>) {
  const known = desk.teams.map(({ teamId, name }) => ({ id: teamId, label: name, isGone: false }));
  const gone = chosen
    .filter((team) => !known.some(({ id }) => id === team))
    .map((team) => ({ id: team, label: team, isGone: true }));
  return [...known, ...gone].map((team) => ({ ...team, chosen: chosen.includes(team.id) }));
}

function teamNames(teams: readonly string[], desk: Pick<AgentDesk, 'teams'>): readonly string[] {
  return teams.map((team) => desk.teams.find(({ teamId }) => teamId === team)?.name ?? team);
}

/** As its button says it; one that is not set up any more by its word. */
function providerInWords({ provider }: Person, offers: readonly ProviderOffer[]): string | null {
  return offers.find(({ name }) => name === provider)?.label ?? provider;
}

function stateOf(person: Person): PersonState {
  if (person.disabledAt !== null) return 'disabled';
  return person.hasPassword || person.provider !== null ? 'active' : 'invited';
}

function presentState(person: Person, words: Words) {
  const state = stateOf(person);
  return {
    state: stateInWords(state, words),
    isActive: state === 'active',
    isInvited: state === 'invited',
    isDisabled: state === 'disabled',
  };
}

function stateInWords(state: PersonState, words: Words): string {
  switch (state) {
    case 'active':
      return words.say('manage.people.active');
    case 'invited':
      return words.say('manage.people.invited');
    case 'disabled':
      return words.say('manage.people.disabled');
  }
}

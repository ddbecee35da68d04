import { analyserFor } from '../../server/search/analyser.ts';
import { thesaurusFor } from '../../server/search/thesaurus.ts';

interface Expected {
  readonly locale: string;
  readonly least: number;
  /** Members that stand in two groups on purpose, each with the reason. */
  readonly twice: Readonly<Record<string, string>>;
}

const languages: readonly Expected[] = [
  { locale: 'en', least: 250, twice: {} },
  { locale: 'he', least: 120, twice: {} },
  { locale: 'fa', least: 120, twice: {} },
  { locale: 'ms', least: 120, twice: {} },
];

describe.each(languages)('The thesaurus of $locale', ({ locale, least, twice }) => {
  const groups = thesaurusFor(locale);
  const analyser = analyserFor(locale);
  const termsOf = (member: string): string =>
    analyser
      .tokens(member)
      .map(({ term }) => term)
      .join(' ');
  const members = groups.flatMap((group, at) => group.map((member) => ({ member, at })));

  test(`has at least ${least} groups of 2 to 8 members, each of 1 to 5 words`, () => {
    expect(groups.length).toBeGreaterThanOrEqual(least);
    expect(groups.filter((group) => group.length < 2 || group.length > 8)).toEqual([]);
    expect(members.filter(({ member }) => !/^\S+(?: \S+){0,4}$/u.test(member))).toEqual([]);
  });

  test('has no two members of a group that are the same to the analyser, since one of them would do nothing', () => {
    const idle = groups.filter((group) => new Set(group.map(termsOf)).size < group.length);
    expect(idle).toEqual([]);
  });

  test('has no member of stop words alone, since every question has them', () => {
    const empty = members.filter(({ member }) => analyser.tokens(member).every(({ stop }) => stop));
    expect(empty).toEqual([]);
  });

  test('has no member in two groups without a reason, since its two meanings would mix', () => {
    const byTerms = Map.groupBy(members, ({ member }) => termsOf(member));
    const repeated = [...byTerms.values()].filter((same) => new Set(same.map(({ at }) => at)).size > 1);
    const names = repeated.flatMap((same) => same.map(({ member }) => member));
    expect([...new Set(names)].sort()).toEqual(Object.keys(twice).sort());
  });
});

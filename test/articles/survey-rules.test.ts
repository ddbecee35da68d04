import { smallWorld, smallYaml, tryWorld } from '../support/small-world.ts';

const site = (survey: string) => ({ 'site.yaml': `${smallYaml['site.yaml']}\n${survey}\n` });

describe('what site.yaml says of the relationship question', () => {
  test('is a share and two questions by language, each of them optional', () => {
    expect(smallWorld().content.site.survey).toBeUndefined();
    const rules = 'survey: { share: 0, why: { en: Why?, he: למה? } }';
    expect(smallWorld(site(rules)).content.site.survey).toEqual({
      share: 0,
      recommend: null,
      why: { en: 'Why?', he: 'למה?' },
    });
  });

  test.each([
    ['survey: { share: 1.1 }', 'a share of conversations from 0 (never) to 1 (all), like 0.25'],
    ['survey: { share: often }', 'a share of conversations from 0 (never) to 1 (all), like 0.25'],
    ['survey: { shares: 1 }', 'share, recommend, why'],
    ['survey: { why: { de: Warum? } }', 'a locale of the site: en, he, fa, ms'],
    ['survey: 1', 'a map with share, recommend, why'],
  ])('refuses %s and says what is expected', (survey, expected) => {
    const { errors } = tryWorld(site(survey));
    expect(errors.map((error) => error.expected)).toContain(expected);
    expect(errors[0]?.place?.file).toBe('site.yaml');
  });
});

import { articleTexts, withoutCode } from '../article-texts.ts';
import type { Check, CheckWorld, Finding } from '../finding.ts';
import { textSpan } from '../line-span.ts';
import { entryLine, keySpan } from '../register-span.ts';

/** Placeholders that were left where a text, a source or an owner's name belongs. */
export const placeholderText: Check = {
  code: 'placeholder-text',
  title: 'A placeholder stands where words belong.',
  severity: 'warning',
  explanation: `A source that says "TODO" or "?" satisfies the form and tells nobody where a value comes from; the same goes for a description, an offer's label and a team's name. In an article a placeholder is published as it is.

In registers it is told of values that hold nothing but signs, or a word such as todo, tbd, unknown, n/a; in articles, notes included, of TODO, FIXME, TBD or XXX in capitals and of lorem ipsum. Code is passed over.

Write what belongs there: for a source, the document and its section.`,
  *run(world) {
    yield* registers(world);
    for (const article of world.content.articles) {
      for (const { file, line, markdown } of articleTexts(article)) {
        if (!inText.test(markdown)) continue;
        for (const { 0: words, index } of withoutCode(markdown).matchAll(allInText)) {
          yield left(
            textSpan(file, line, markdown, index, words.length),
            words,
            'the words that belong here',
          );
        }
      }
    }
  },
};

function* registers(world: CheckWorld): Iterable<Omit<Finding, 'code'>> {
  const { facts, offers, teams } = world.content;
  for (const { line, description, source } of facts) {
    const at = (key: string) => keySpan(world, 'facts.yaml', line, key);
    if (isPlaceholder(description)) yield left(at('description'), description, 'what the value is');
    if (isPlaceholder(source)) {
      yield left(at('source'), source, 'where the value is laid down: a document and its section');
    }
  }
  for (const { line, label, description } of offers) {
    const at = (key: string) => keySpan(world, 'offers.yaml', line, key);
    if (isPlaceholder(label)) yield left(at('label'), label, 'what agents offer');
    if (isPlaceholder(description)) yield left(at('description'), description, 'when agents offer it');
  }
  for (const { id, name, contact } of teams) {
    const at = (key: string) => keySpan(world, 'teams.yaml', entryLine(world, 'teams.yaml', id), key);
    if (isPlaceholder(name)) yield left(at('name'), name, 'the name of the team');
    if (isPlaceholder(contact.split('@')[0] ?? ''))
      yield left(at('contact'), contact, 'an address that is read');
  }
}

function left(place: Finding['place'], found: string, expected: string): Omit<Finding, 'code'> {
  return {
    place,
    message: `This is a placeholder: ${found}`,
    expected,
    found,
    hint: null,
    other: null,
    because: [],
  };
}

function isPlaceholder(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text) || onlyWord.test(text.trim());
}

const onlyWord =
  /^(?:to ?do|tbd|tba|tbc|fixme|x{2,}|n\/?a|none|nothing|unknown|unclear|unsure|no idea|placeholder|pending|example|test|asdf+|lorem ipsum.*)[.!:…]*$/i;

const inText = /\b(?:TODO|FIXME|TBD|XXX)\b|lorem ipsum/i;
const allInText = /\b(?:TODO|FIXME|TBD|XXX)\b|[Ll]orem ipsum/g;

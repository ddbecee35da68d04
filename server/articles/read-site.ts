import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { CheckRules, Contact, JourneyStage, LocalText, LocalWords, Site } from './article.ts';
import { type LocalTextInput, localText, localTextInput } from './local-text.ts';
import { type LocalWordsInput, localWords, localWordsInput, wordKey } from './local-words.ts';
import { reservedNames } from './names.ts';
import { acceptanceKeys } from './read-acceptances.ts';
import { handoverInput } from './read-handover.ts';
import { journeyInput, readJourney } from './read-journey.ts';
import { type Lines, lineOf, readYaml, shown } from './read-yaml.ts';
import { reviewRuleInput, siteReviewInput } from './review.ts';
import { articleId, dimensionValue, email, httpsUrl, oneLine, phone, slug } from './value-schemas.ts';

/** A YAML file that was read: its value, or null and what is wrong with it. */
export interface ReadFile<T> {
  readonly value: T | null;
  readonly errors: readonly AppError[];
}

/** What site.yaml holds: what is served, and what checks go by. */
export interface SiteFile {
  readonly site: Site;
  readonly checks: CheckRules;
  readonly journey: readonly JourneyStage[];
}

/** Reads content/site.yaml. Errors: yaml-invalid, key-unknown, value-invalid, with their lines. */
export function readSite(text: string, file: string): ReadFile<SiteFile> {
  const read = readYaml(text, siteSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const { value: input, lines } = read;
  const errors: AppError[] = [];
  const report = (path: readonly string[], expected: string, found: string) => {
    errors.push(
      new AppError('value-invalid', {
        message: `\`${shown(path.join('.'))}\` is not of the expected form.`,
        place: { file, line: lineOf(lines, path) },
        expected,
        found: shown(found),
      }),
    );
  };

  if (!input.locales.includes(input.defaultLocale)) {
    report(['defaultLocale'], `one of locales: ${input.locales.join(', ')}`, input.defaultLocale);
  }
  const local = (value: LocalTextInput, path: readonly string[]): LocalText =>
    localText(value, input, (below, expected, found) => report([...path, ...below], expected, found));
  const wordsOf = (value: LocalWordsInput, path: readonly string[]): LocalWords =>
    localWords(value, input, (below, expected, found) => report([...path, ...below], expected, found));
  /** Reports a word that two entries claim in one locale, since only one of them could ever be meant, and one without letters. */
  const checkClaimedOnce = (
    entries: readonly (readonly [path: readonly string[], words: LocalWords])[],
    what: string,
  ) => {
    const claimed = new Map<string, readonly string[]>();
    for (const [path, words] of entries) {
      for (const [locale, list] of Object.entries(words)) {
        list.forEach((word, at) => {
          if (!/[\p{L}\p{N}]/u.test(word) && what !== 'courtesy')
            report([...path, locale, String(at)], 'a word with a letter or a digit', word);
          const key = `${locale} ${wordKey(word)}`;
          const before = claimed.get(key);
          if (before !== undefined && before !== path)
            report([...path, locale, String(at)], `each word in one ${what}`, `${word} again`);
          else claimed.set(key, path);
        });
      }
    }
  };
  const contactIds = Object.keys(input.contacts);
  for (const [id, { email, handover }] of Object.entries(input.contacts)) {
    if (handover?.mailto && email === undefined)
      report(['contacts', id, 'handover', 'mailto'], 'a contact with an email, or another way', 'no email');
  }
  const checkContact = (contact: string, path: readonly string[]) => {
    if (!contactIds.includes(contact)) report(path, `one of contacts: ${contactIds.join(', ')}`, contact);
  };
  checkContact(input.defaultContact, ['defaultContact']);

  const site: Site = {
    name: local(input.name, ['name']),
    tagline: local(input.tagline, ['tagline']),
    locales: input.locales,
    defaultLocale: input.defaultLocale,
    timeZone: input.timeZone,
    contacts: Object.entries(input.contacts)
      .map(([id, contact]) => ({
        id,
        name: local(contact.name, ['contacts', id, 'name']),
        email: contact.email ?? null,
        phone: contact.phone ?? null,
        url: contact.url ?? null,
        hours: contact.hours === undefined ? null : local(contact.hours, ['contacts', id, 'hours']),
        ...handoverOf(contact.handover),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    defaultContact: input.defaultContact,
    categories: Object.entries(input.categories).map(([id, category]) => {
      const contact = category.contact ?? input.defaultContact;
      checkContact(contact, ['categories', id, 'contact']);
      if (reservedNames.has(id)) report(['categories', id], 'a name that Concord itself does not need', id);
      return {
        id,
        title: local(category.title, ['categories', id, 'title']),
        description: local(category.description, ['categories', id, 'description']),
        contact,
        ...(category.review === undefined ? {} : { review: category.review }),
      };
    }),
    dimensions: Object.entries(input.dimensions ?? {}).map(([id, dimension]) => {
      if (id === 'date')
        report(['dimensions', id], 'another name: answers depend on dates by themselves', id);
      return {
        id,
        label: local(dimension.label, ['dimensions', id, 'label']),
        question: local(dimension.question, ['dimensions', id, 'question']),
        values: Object.entries(dimension.values).map(([valueId, label]) => {
          const words = Object.hasOwn(dimension.words ?? {}, valueId)
            ? dimension.words?.[valueId]
            : undefined;
          return {
            id: valueId,
            label: local(label, ['dimensions', id, 'values', valueId]),
            ...(words === undefined ? {} : { words: wordsOf(words, ['dimensions', id, 'words', valueId]) }),
          };
        }),
      };
    }),
    mostAsked: input.mostAsked ?? [],
    review: input.review,
    phrases: {
      whichOne: local(input.phrases.whichOne, ['phrases', 'whichOne']),
      noAnswer: local(input.phrases.noAnswer, ['phrases', 'noAnswer']),
      needsConfirmation: local(input.phrases.needsConfirmation, ['phrases', 'needsConfirmation']),
      ...(input.phrases.outOfScope === undefined
        ? {}
        : { outOfScope: local(input.phrases.outOfScope, ['phrases', 'outOfScope']) }),
    },
    answers: { maximumRisk: input.answers?.maximumRisk ?? DEFAULT_RISK },
    ...(input.courtesies === undefined
      ? {}
      : {
          courtesies: input.courtesies.map(({ words, reply }, at) => ({
            words: wordsOf(words, ['courtesies', String(at), 'words']),
            reply: local(reply, ['courtesies', String(at), 'reply']),
          })),
        }),
    ...(input.urgent === undefined
      ? {}
      : {
          urgent: input.urgent.map(({ words, contact, message }, at) => {
            checkContact(contact, ['urgent', String(at), 'contact']);
            return {
              words: wordsOf(words, ['urgent', String(at), 'words']),
              contact,
              message: local(message, ['urgent', String(at), 'message']),
            };
          }),
        }),
    ...(input.survey === undefined
      ? {}
      : {
          survey: {
            share: input.survey.share ?? null,
            recommend:
              input.survey.recommend === undefined
                ? null
                : local(input.survey.recommend, ['survey', 'recommend']),
            why: input.survey.why === undefined ? null : local(input.survey.why, ['survey', 'why']),
          },
        }),
    ...(input.privacy === undefined ? {} : { privacy: input.privacy }),
  };
  for (const [id, { values, words = {} }] of Object.entries(input.dimensions ?? {})) {
    for (const valueId of Object.keys(words)) {
      if (!Object.hasOwn(values, valueId))
        report(
          ['dimensions', id, 'words', valueId],
          `one of values: ${Object.keys(values).join(', ')}`,
          valueId,
        );
    }
  }
  for (const { id, values } of site.dimensions) {
    checkClaimedOnce(
      values.map((each) => [['dimensions', id, 'words', each.id], each.words ?? {}]),
      'value',
    );
  }
  checkClaimedOnce(
    (site.courtesies ?? []).map(({ words }, at) => [['courtesies', String(at), 'words'], words]),
    'courtesy',
  );
  checkClaimedOnce(
    (site.urgent ?? []).map(({ words }, at) => [['urgent', String(at), 'words'], words]),
    'entry',
  );
  const journey = readJourney(input.journey, local);
  if (errors.length > 0) return { value: null, errors };
  return { value: { site, checks: checkRules(input.checks ?? {}, lines), journey }, errors: [] };
}

/** Absent for e-mail, which is what a contact without a choice has. */
function handoverOf(way: z.infer<typeof handoverInput> | undefined): Pick<Contact, 'handover'> {
  if (way?.url !== undefined) return { handover: { kind: 'url', url: way.url } };
  return way?.webhook ? { handover: { kind: 'webhook' } } : {};
}

function checkRules(input: z.infer<typeof checksInput>, lines: Lines): CheckRules {
  return {
    severity: Object.entries(input.severity ?? {}).map(([check, severity]) => ({
      check,
      severity,
      line: lineOf(lines, ['checks', 'severity', check]),
    })),
    accept: (input.accept ?? []).map(({ check, file, text, why }, at) => ({
      check,
      file,
      text: text ?? null,
      why,
      line: lineOf(lines, ['checks', 'accept', String(at)]),
    })),
    leadWords: input.leadWords ?? DEFAULT_LEAD_WORDS,
  };
}

const localeTag = z
  .string({ error: 'a language tag in lower case, like en or pt-br' })
  .regex(/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/, { error: 'a language tag in lower case, like en or pt-br' })
  .refine((tag) => isLanguageTag(tag) && !reservedNames.has(tag), { error: 'a language tag that exists' });

const timeZone = z
  .string({ error: 'a time zone like America/New_York' })
  .refine(isTimeZone, { error: 'a time zone like America/New_York' });

const mapOf = <K extends z.ZodType<string>, V extends z.ZodType>(key: K, value: V, error: string) =>
  z.record(key as unknown as z.ZodString, value, { error });

/** `answers.maximumRisk`: below one in a hundred no threshold can be told from another; beyond one half it is a guess. */
const LEAST_RISK = 0.01;
const MOST_RISK = 0.5;
const DEFAULT_RISK = 0.1;
const SHARE = `a share from ${LEAST_RISK} to ${MOST_RISK}, like 0.1 for one wrong answer in ten`;

const SURVEY_SHARE = 'a share of conversations from 0 (never) to 1 (all), like 0.25';
const ORDER_NUMBER = 'a form like MW-######: # a digit, at least four of them, @ a letter, all else as it is';

const severities = ['off', 'note', 'warning', 'error'] as const;

/** A lead may be spoken: see the check `lead-long` for the evidence. */
const DEFAULT_LEAD_WORDS = 60;
const LEAD_WORDS = 'a whole number from 10 to 500';

const checksInput = z.strictObject(
  {
    severity: z
      .record(slug, z.enum(severities, { error: severities.join(', ') }), {
        error: 'a map of severities by check',
      })
      .optional(),
    accept: z
      .array(
        z.strictObject(
          { ...acceptanceKeys, file: oneLine(1, 300) },
          { error: 'a map with check, file, text, why' },
        ),
        { error: 'a list of accepted findings' },
      )
      .max(1000, { error: 'at most 1000' })
      .optional(),
    leadWords: z
      .number({ error: LEAD_WORDS })
      .int({ error: LEAD_WORDS })
      .min(10, { error: LEAD_WORDS })
      .max(500, { error: LEAD_WORDS })
      .optional(),
  },
  { error: 'a map with severity, accept, leadWords' },
);

const siteSchema = z.strictObject(
  {
    name: localTextInput(80),
    tagline: localTextInput(200),
    locales: z
      .array(localeTag, { error: 'a list of language tags' })
      .min(1, { error: 'at least one language tag' })
      .refine((list) => new Set(list).size === list.length, { error: 'each language tag once' }),
    defaultLocale: localeTag,
    timeZone,
    contacts: mapOf(
      slug,
      z.strictObject(
        {
          name: localTextInput(120),
          email: email.optional(),
          phone: phone.optional(),
          url: z
            .union([httpsUrl, z.string().regex(/^\/(?!\/)[^\s\\]*$/)], {
              error: 'an https address or a path like /contact',
            })
            .optional(),
          hours: localTextInput(200).optional(),
          handover: handoverInput.optional(),
        },
        { error: 'a map with name, email, phone, url, hours, handover' },
      ),
      'a map of contacts by id',
    ),
    defaultContact: slug,
    categories: mapOf(
      slug,
      z.strictObject(
        {
          title: localTextInput(80),
          description: localTextInput(300),
          contact: slug.optional(),
          review: reviewRuleInput.exactOptional(),
        },
        { error: 'a map with title, description, contact, review' },
      ),
      'a map of categories by folder name',
    ),
    dimensions: mapOf(
      slug,
      z.strictObject(
        {
          label: localTextInput(80),
          question: localTextInput(200),
          values: mapOf(dimensionValue, localTextInput(80), 'a map of labels by value').refine(
            (values) => Object.keys(values).length >= 2,
            { error: 'at least two values' },
          ),
          words: mapOf(dimensionValue, localWordsInput, 'a map of lists of words by value').optional(),
        },
        { error: 'a map with label, question, values, words' },
      ),
      'a map of dimensions by id',
    ).optional(),
    mostAsked: z
      .array(articleId, { error: 'a list of article ids' })
      .max(50, { error: 'at most 50' })
      .optional(),
    review: siteReviewInput,
    phrases: z.strictObject(
      {
        whichOne: localTextInput(300),
        noAnswer: localTextInput(300),
        needsConfirmation: localTextInput(300),
        outOfScope: localTextInput(300).optional(),
      },
      { error: 'a map with whichOne, noAnswer, needsConfirmation, outOfScope' },
    ),
    answers: z
      .strictObject(
        {
          maximumRisk: z
            .number({ error: SHARE })
            .min(LEAST_RISK, { error: SHARE })
            .max(MOST_RISK, { error: SHARE })
            .optional(),
        },
        { error: 'a map with maximumRisk' },
      )
      .optional(),
    courtesies: z
      .array(
        z.strictObject(
          { words: localWordsInput, reply: localTextInput(300) },
          { error: 'a map with words and reply' },
        ),
        { error: 'a list of courtesies' },
      )
      .max(50, { error: 'at most 50 courtesies' })
      .optional(),
    urgent: z
      .array(
        z.strictObject(
          { words: localWordsInput, contact: slug, message: localTextInput(300) },
          { error: 'a map with words, contact, message' },
        ),
        { error: 'a list of urgent words with their contacts' },
      )
      .max(50, { error: 'at most 50 entries' })
      .optional(),
    survey: z
      .strictObject(
        {
          share: z
            .number({ error: SURVEY_SHARE })
            .min(0, { error: SURVEY_SHARE })
            .max(1, { error: SURVEY_SHARE })
            .optional(),
          recommend: localTextInput(300).optional(),
          why: localTextInput(300).optional(),
        },
        { error: 'a map with share, recommend, why' },
      )
      .optional(),
    privacy: z
      .strictObject(
        {
          orderNumbers: z
            .array(
              z
                .string({ error: ORDER_NUMBER })
                .regex(/^[A-Za-z0-9@#][A-Za-z0-9@#./ -]{2,38}[A-Za-z0-9@#]$/, { error: ORDER_NUMBER })
                .refine((pattern) => (pattern.match(/#/g)?.length ?? 0) >= 4, { error: ORDER_NUMBER }),
              { error: 'a list of forms' },
            )
            .max(20, { error: 'at most 20 forms' }),
        },
        { error: 'a map with orderNumbers' },
      )
      .optional(),
    journey: journeyInput,
    checks: checksInput.optional(),
  },
  { error: 'a map of settings' },
);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

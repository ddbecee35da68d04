import { z } from 'zod';
import { channelForm } from '../../accounts/api-keys.ts';
import { mostReplyCharacters, replyExpected } from '../../feedback/conversations/handovers.ts';
import { mostSentenceCharacters, ratingReasons } from '../../feedback/ratings/rating.ts';
import { conversationForm, isCustomerReference, mostCustomerCharacters } from '../conversation.ts';

/**
 * Everything that goes into and comes out of the API, once: requests are parsed by these schemas and the OpenAPI document
 * is generated from them, so neither can say what the other does not do. Objects are strict. The `error` of each check is
 * what the caller reads as `expected`. The descriptions are the API's documentation.
 */

/** Most characters (code points) of a question. */
export const mostQuestionCharacters = 2_000;
/** Most hits and most suggestions of one call. */
export const mostHits = 50;
export const mostSuggestions = 8;

/** Named schemas become `#/components/schemas/<id>`. */
export const components = z.registry<{ id: string }>();

function named<T extends z.ZodType>(id: string, schema: T): T {
  components.add(schema, { id });
  return schema;
}

const list = <T extends z.ZodType>(item: T, description: string) => z.array(item).describe(description);
const text = (description: string) => z.string().describe(description);
const textOrNull = (description: string) => z.string().nullable().describe(description);
const hash = (description: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(description);

// ---------------------------------------------------------------------------------------------------- requests

const controls = /[\p{Cc}]/u;
const loneSurrogate = /\p{Cs}/u;
const layout = /[\t\n\r]/g;

function isCalendarDate(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false;
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day);
}

const Question = z
  .string({ error: 'text of 1 to 2,000 characters' })
  .refine((question) => question.trim() !== '', {
    error: 'text of 1 to 2,000 characters, not only blanks',
    abort: true,
  })
  .refine((question) => [...question].length <= mostQuestionCharacters, {
    error: 'text of 1 to 2,000 characters',
    abort: true,
  })
  .refine((question) => !controls.test(question.replace(layout, '')), {
    error: 'text without control characters (line breaks and tabs may be there)',
    abort: true,
  })
  .refine((question) => !loneSurrogate.test(question), {
    error: 'text without broken characters (lone surrogates)',
  })
  .meta({
    minLength: 1,
    maxLength: mostQuestionCharacters,
    description:
      "The customer's own words, as typed, in any language; never shortened, translated or corrected by you. 1 to 2,000 characters (Unicode code points). E-mail addresses, phone, card, order and identity numbers in it are redacted before it is stored.",
  });

const AnswerId = z
  .string({ error: 'an answer id like orders/change-order#lead' })
  .min(1, { error: 'an answer id like orders/change-order#lead' })
  .max(300, { error: 'an answer id of at most 300 characters' })
  .describe(
    "The id of one answer: `category/slug#section`; without `#section` the article's short answer (`#lead`). You get ids from `answer.id`, `alternatives`, `followUps`, `/search` and from the options of a clarification.",
  );

/** Most characters of the id of a clarification, which may be between three answers. */
const longestPrevious = 1_000;

const Previous = z
  .string({ error: 'the id of an answer or of a clarification' })
  .min(1, { error: 'the id of an answer or of a clarification' })
  .max(longestPrevious, {
    error: `the id of an answer or of a clarification, at most ${longestPrevious} characters`,
  })
  .describe(
    'What the question follows: `answer.id` or `clarification.id` of the last result of this conversation. A short follow-up (`and in Germany?`, `how long does it take`, `the second one`) is then understood by rule, and `followUp` tells by which; a question of its own is answered as if this were left out. Only with `question`. Refused where no such answer is in force any more: ask again without it.',
  );

const Explain = z
  .boolean({ error: 'true or false' })
  .describe(
    'Whether the result tells how it was found, in `explanation`: for people who improve content. It changes nothing else. Only for a question.',
  );

const LocaleTag = named(
  'Locale',
  z
    .string({ error: 'one language tag like "en"' })
    .describe(
      'Language in which to answer. Left out: the default language. It is never guessed from a header or from the words of the question.',
    ),
);

const Context = named(
  'Context',
  z
    .record(z.string(), z.string({ error: "one of the dimension's values, as text" }), {
      error: 'an object like {"region": "EU"}',
    })
    .describe(
      'What you know of the customer: dimension → value. Send only what you know; an answer that depends on something you did not send comes back as `clarify`, with the question to ask and the values to choose from.',
    ),
);

const AsOf = z
  .string({ error: 'a calendar date like 2026-12-31' })
  .refine(isCalendarDate, { error: 'a date that exists in the calendar, written like 2026-12-31' })
  .meta({
    format: 'date',
    description:
      "The day for which the policy is asked, `YYYY-MM-DD` in the site's time zone. Left out: today. Use it for what was valid when an order was placed, or will be.",
  });

const Channel = z
  .string({ error: 'a name like chat' })
  .regex(channelForm, {
    error: 'a name of 1 to 32 lower-case letters, digits and hyphens that begins with a letter',
  })
  .describe(
    'Name of your channel, for the record only: it never changes an answer. Left out: `api`. With a key, the channel of the key is recorded in its place.',
  );

const ConversationId = z
  .string({ error: 'an id of 1 to 100 printable ASCII characters without blanks' })
  .regex(conversationForm, { error: 'an id of 1 to 100 printable ASCII characters without blanks' })
  .describe(
    'Your own id of the conversation, so that an agent who takes over finds everything that was said in it. Best a random id; one that looks like an e-mail address or a phone number is kept only as a pseudonym. It opens nothing to whoever knows it.',
  );

const CustomerReference = z
  .string({ error: `a text of 1 to ${mostCustomerCharacters} characters` })
  .refine(isCustomerReference, {
    error: `a text of 1 to ${mostCustomerCharacters} characters, without control characters, not only blanks`,
  })
  .meta({
    minLength: 1,
    maxLength: mostCustomerCharacters,
    description:
      'Your own reference of the customer, such as an account number, so that an agent finds all their conversations. Stored as a pseudonym, never given back.',
  });

/** Body of POST /answer. `null` is the same as leaving a field out. */
export const AnswerRequest = named(
  'AnswerRequest',
  z
    .strictObject(
      {
        question: Question.nullish(),
        answerId: AnswerId.nullish(),
        previous: Previous.nullish(),
        explain: Explain.nullish(),
        locale: LocaleTag.nullish(),
        context: Context.nullish(),
        asOf: AsOf.nullish(),
        channel: Channel.nullish(),
        conversationId: ConversationId.nullish(),
        customer: CustomerReference.nullish(),
      },
      { error: 'a JSON object' },
    )
    .describe(
      'Exactly one of `question` and `answerId`, and what you know of the customer. Any other field is refused. `null` is the same as leaving a field out.',
    ),
);

/** Body of POST /handovers. */
export const HandOverRequest = named(
  'HandOverRequest',
  z
    .strictObject(
      {
        receipt: z
          .string({ error: 'a code like BCDF2345' })
          .min(1, { error: 'a code like BCDF2345' })
          .max(40, { error: 'a code like BCDF2345' })
          .describe('The receipt code of the result that the customer wants to take to a person.'),
        replyTo: z
          .string({ error: replyExpected })
          .max(mostReplyCharacters, { error: replyExpected })
          .nullish()
          .meta({
            description:
              'Where the customer can be reached: an e-mail address or a phone number. It is passed on and then forgotten.',
          }),
      },
      { error: 'a JSON object' },
    )
    .describe('Which question goes on to a person.'),
);

/** Query of the calls that only need to know for whom and when. */
export const BrowseQuery = z.strictObject({
  locale: LocaleTag.optional(),
  context: Context.optional(),
  asOf: AsOf.optional(),
});

export const AnswerQuery = z.strictObject({
  q: Question,
  previous: Previous.optional(),
  explain: Explain.optional(),
  ...BrowseQuery.shape,
});

export const SearchQuery = z.strictObject({
  q: Question,
  ...BrowseQuery.shape,
  limit: z
    .int({ error: 'a whole number from 1 to 50' })
    .min(1, { error: 'a whole number from 1 to 50' })
    .max(mostHits, { error: 'a whole number from 1 to 50' })
    .optional()
    .meta({ default: 10, description: 'Most hits wanted, 1 to 50; left out: 10.' }),
});

export const SuggestQuery = z.strictObject({
  q: Question.meta({
    minLength: 1,
    maxLength: mostQuestionCharacters,
    description: 'What has been typed so far.',
  }),
  ...BrowseQuery.shape,
  limit: z
    .int({ error: 'a whole number from 1 to 8' })
    .min(1, { error: 'a whole number from 1 to 8' })
    .max(mostSuggestions, { error: 'a whole number from 1 to 8' })
    .optional()
    .meta({ default: mostSuggestions, description: 'Most suggestions wanted, 1 to 8; left out: 8.' }),
});

export const ArticlesQuery = z.strictObject({
  ...BrowseQuery.shape,
  category: z.string({ error: 'a category id' }).optional().describe('Only the articles of this category.'),
});

export const NoQuery = z.strictObject({});

// --------------------------------------------------------------------------------------------------- responses

const CalendarDay = (description: string) => z.string().meta({ format: 'date', description });

const Period = named(
  'Period',
  z
    .strictObject({
      from: z.string().nullable().meta({ format: 'date', description: 'First day; null: no beginning.' }),
      to: z
        .string()
        .nullable()
        .meta({ format: 'date', description: 'First day on which it no longer holds; null: no end.' }),
    })
    .describe('Half-open: `from` is in it, `to` is not.'),
);

const Verified = named(
  'Verified',
  z
    .strictObject({
      on: CalendarDay('The day on which a person last confirmed that the text is true. Show it.'),
      state: z
        .enum(['verified', 'due', 'overdue'])
        .describe(
          '`verified`: confirmed recently; `due`: to be confirmed again soon, still safe to say; `overdue`: too long ago, the result is then `needs_confirmation`.',
        ),
    })
    .describe('When a person confirmed the text, and whether that is recent enough.'),
);

const Dependency = named(
  'Dependency',
  z
    .union([
      z.strictObject({
        dimension: z.string().describe('A dimension of the context, e.g. `region`.'),
        value: z.string().describe('The value for which these words hold.'),
      }),
      z.strictObject({
        dimension: z.literal('date'),
        from: z
          .string()
          .nullable()
          .meta({ format: 'date', description: 'First day on which these words hold.' }),
        to: z
          .string()
          .nullable()
          .meta({ format: 'date', description: 'First day on which they no longer hold.' }),
      }),
    ])
    .describe(
      'Something these words depend on: for another value, or on another day, they read differently.',
    ),
);

export const AnswerSchema = named(
  'Answer',
  z
    .strictObject({
      id: text('`category/slug#section`; permanent, the same in every language.'),
      fingerprint: hash(
        "SHA-256 (hex) of the canonical JSON of all other fields of this object. The same answer has the same fingerprint on the website, at the agents' desk and here.",
      ),
      articleId: text('`category/slug` of the article it comes from.'),
      section: text('Section of the article; `lead` is its short answer.'),
      locale: text(
        'Language of the text. Differs from `requestedLocale` where no translation exists yet: say so.',
      ),
      requestedLocale: text('Language you asked for.'),
      title: text('Title of the article: what you cite.'),
      heading: textOrNull('Heading of the section; null for the lead.'),
      text: text(
        'The approved words as plain text, with line breaks. Say these, and nothing in place of them.',
      ),
      markdown: text('The same words as Markdown.'),
      html: text('The same words as safe HTML (made from an allow-list of tags; no script, style or image).'),
      url: text('Page on which the customer can read it: a path; resolve it against the address you call.'),
      revision: hash('Revision of the article: the hash of its approved content.'),
      snapshot: hash('The published content as a whole that this came from.'),
      effective: Period.describe('When the article holds.'),
      verified: Verified,
      dependsOn: list(
        Dependency,
        'Why another customer, or another day, may get other words; empty where nobody does.',
      ),
    })
    .describe('The approved text, verbatim, with what accounts for it.'),
);

const Pointer = named(
  'Pointer',
  z
    .strictObject({
      answerId: text('Ask for it with `answerId`.'),
      title: text('Title of the article, as a label.'),
      heading: textOrNull('Heading of the section; null for the lead.'),
      locale: text('Language of the title.'),
      url: text('Its page: a path.'),
    })
    .describe('A pointer to an answer.'),
);

const Alternative = named(
  'Alternative',
  Pointer.extend({
    confidence: z.number().min(0).max(1).describe('Probability that this is the one that was meant.'),
  }).describe('Another answer that may be meant.'),
);

const Option = named(
  'Option',
  z
    .strictObject({
      value: text("What to send back: a dimension's value, or an answer id."),
      label: text('What to show the customer, in the language asked for.'),
    })
    .describe('One choice of a clarification.'),
);

const Clarification = named(
  'Clarification',
  z
    .strictObject({
      id: text('Send it as `previous` with what the customer says to this, in their own words.'),
      prompt: text('The question to put to the customer, word for word.'),
      dimension: textOrNull(
        'Given: ask again with the same question and `context[dimension]` = the chosen value. Null: ask again with `answerId` = the chosen value.',
      ),
      options: list(Option, 'All choices, in the order in which to show them.'),
      answerId: textOrNull(
        'The answer this leads to, where that is known: instead of repeating the question you may ask for this id with the completed context.',
      ),
    })
    .describe('What to ask the customer first.'),
);

const Escalation = named(
  'Escalation',
  z
    .strictObject({
      message: text('What to say, word for word; empty where the answer needs no such sentence.'),
      contact: text('Id of the contact.'),
      name: text('Who it is, e.g. `Orders desk`.'),
      email: textOrNull('E-mail address.'),
      phone: textOrNull('Phone number, E.164.'),
      url: textOrNull('Address of a page or form: https, or a path of this site.'),
      hours: textOrNull('When somebody is there, in words.'),
    })
    .describe('The people to turn to.'),
);

const FollowUpSchema = named(
  'FollowUp',
  z
    .strictObject({
      rule: z
        .enum(['dimension', 'option', 'section', 'new-question'])
        .describe(
          '`dimension`: the words name a value of a dimension (`and in Germany?`), so the previous answer is given for it. `option`: they choose an option of the previous clarification (`the second one`). `section`: they ask about the article of the previous answer (`how long does it take`). `new-question`: they were answered by themselves.',
        ),
      previous: text('The id you sent.'),
      words: list(z.string(), "The customer's words that decided it; empty for a new question."),
      answerId: textOrNull(
        'The answer that was asked for in place of the question; null for a new question.',
      ),
      context: z
        .record(z.string(), z.string())
        .describe(
          'What the words said of the customer. Keep it in your `context` for the rest of the conversation.',
        ),
    })
    .describe('How a question with `previous` was understood.'),
);

const Why = named(
  'Why',
  z
    .strictObject({
      feature: text(
        'What matched: `exact-question`, `question`, `title`, `heading`, `body`, `section`, `ngram`, `meaning`; `urgent`: words for which the company named a contact instead of an answer; or `out-of-scope`: a question that the company does not answer here, as it is listed.',
      ),
      words: list(z.string(), "The customer's words that matched it."),
      share: z.number().min(0).max(1).describe('Its share of the match.'),
    })
    .describe('One reason for the match, for people who look into it; build nothing on it.'),
);

const ExplainedWordSchema = named(
  'ExplainedWord',
  z
    .strictObject({
      word: text('As the customer typed it.'),
      matched: textOrNull('The word or phrase of the article that it counts as; null where there is none.'),
      how: z
        .enum(['same', 'joined', 'split', 'synonym', 'typo', 'beginning'])
        .nullable()
        .describe(
          '`same`: that word, in some form; `joined`, `split`: two words written as one, or one as two; `synonym`; `typo`; null: not at all.',
        ),
      parts: list(z.enum(['title', 'question', 'heading', 'body']), 'Where it stands, most telling first.'),
      stop: z.boolean().describe('It says little in its language (`the`) and counts for little.'),
    })
    .describe('What one word of the question counts as in an article.'),
);

const ExplainedCandidateSchema = named(
  'ExplainedCandidate',
  Pointer.extend({
    confidence: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('Probability that it is the one that was meant; null among the sections of one article.'),
    why: list(Why, 'What matched, with its share.'),
    matches: list(ExplainedWordSchema, 'Each word of the question, in its order.'),
  }).describe('A candidate with what speaks for it.'),
);

const ExplanationSchema = named(
  'Explanation',
  z
    .strictObject({
      searched: text(
        'Language of the texts that were searched; a question may be in another one than you asked in.',
      ),
      thresholds: z
        .strictObject({
          answerFrom: z.number().min(0).max(1).describe('Confidence from which the first is answered.'),
          clarifyFrom: z
            .number()
            .min(0)
            .max(1)
            .describe('Sum of the confidences of the first ones from which it is asked which is meant.'),
        })
        .describe('What decides between answer, question back and no answer.'),
      candidates: list(
        ExplainedCandidateSchema,
        'The first three, best first; empty where the words decided without a search.',
      ),
    })
    .describe('How a question was answered, for people who look into it; build nothing on it.'),
);

export const ReceiptSchema = named(
  'Receipt',
  z
    .strictObject({
      code: z
        .string()
        .regex(/^[2-9BCDFGHJKMNP-TV-XZ]{8}$/)
        .describe('Eight characters that cannot be mistaken for one another. Give it to the customer.'),
      url: text('Path under which it brings back what was said.'),
      page: textOrNull(
        'Path of the page on which the customer reads the same; null for what was given to agents.',
      ),
    })
    .describe('Proof that this result was given: it is stored, to the letter, before you receive it.'),
);

const HandOverSchema = named(
  'HandOver',
  z
    .strictObject({
      kind: z
        .enum(['mailto', 'url', 'webhook'])
        .describe(
          "`mailto`: `url` writes an e-mail; `url`: it opens a page of the company's own desk; `webhook`: send the receipt code to `POST /handovers`.",
        ),
      url: textOrNull(
        'The address for the customer to open, with question, language, conversation and receipt in it; null for `webhook`, and for a contact without e-mail.',
      ),
    })
    .describe('How the question goes on to the contact of `escalation`, so that nobody repeats it.'),
);

export const AnswerResultSchema = named(
  'AnswerResult',
  z
    .strictObject({
      status: z
        .enum(['answered', 'clarify', 'needs_confirmation', 'no_answer', 'courtesy'])
        .describe(
          [
            'What to do; all five are ordinary results.',
            '`answered`: say `answer.text`, cite `answer.title`, `answer.url` and `answer.verified.on`.',
            '`clarify`: ask `clarification.prompt`, offer its options, ask again with the choice.',
            '`needs_confirmation`: the text in `answer` has not been confirmed for too long: say `escalation.message` with it, and offer the contact.',
            '`no_answer`: say `escalation.message`, hand over to the contact with the receipt code. Never fill the gap with words of your own.',
            '`courtesy`: it was small talk (`thanks!`): say `reply`; nothing was asked, so there is nothing to cite or to hand over.',
          ].join(' '),
        ),
      fingerprint: hash(
        "The answer's fingerprint; without an answer, the hash of status, reply, clarification, escalation and language.",
      ),
      answer: AnswerSchema.nullable().describe('Present for `answered` and `needs_confirmation`, else null.'),
      reply: textOrNull('What to say to small talk, word for word. Present for `courtesy`, else null.'),
      confidence: z
        .number()
        .min(0)
        .max(1)
        .describe(
          'Calibrated probability that this is what was meant. The decision is already made in `status`: you need no threshold of your own. 1 where an answer id was asked for.',
        ),
      why: list(Why, 'What matched.'),
      alternatives: list(
        Alternative,
        'What else may have been meant; offer them if the customer is not satisfied.',
      ),
      clarification: Clarification.nullable().describe('Present for `clarify`, else null.'),
      followUps: list(Pointer, 'What customers want to know next.'),
      followUp: FollowUpSchema.nullable().describe(
        'How the question was understood as a follow-up; null without `previous`, and for small talk and urgent words.',
      ),
      explanation: ExplanationSchema.optional().describe('Present where you asked for it with `explain`.'),
      escalation: Escalation.nullable().describe(
        'Whom to turn to. Always there for `no_answer` and `needs_confirmation`; null for `courtesy`; otherwise the contact for the subject.',
      ),
      handover: HandOverSchema.nullable().describe(
        'How to hand over to that contact; outside the fingerprint. Given by `POST /answer`; null without `escalation`, and from addresses that may be cached.',
      ),
      requestedLocale: text('Language you asked for, or the default.'),
      asOf: CalendarDay('The day it was asked for.'),
      context: z.record(z.string(), z.string()).describe('The context that was used.'),
      receipt: ReceiptSchema.nullable().describe(
        'Given by `POST /answer`; null from addresses that may be cached.',
      ),
    })
    .describe(
      'The result of a question. The same for the same question, language, context and day on every channel.',
    ),
);

export const HandedOverSchema = named(
  'HandedOver',
  z
    .strictObject({
      receipt: text('The receipt code.'),
      contact: text('Id of the contact that got it.'),
      name: text('Its name, in the language of the result.'),
      handedOver: z
        .enum(['now', 'before'])
        .describe('`before`: the same receipt was handed over earlier, and nothing more was done.'),
    })
    .describe('A question that is with a person now.'),
);

/** What every list was made for. */
const asked = {
  locale: text('Language that was used.'),
  asOf: CalendarDay('The day that was used.'),
  context: z.record(z.string(), z.string()).describe('The context that was used.'),
  snapshot: hash('The published content it came from.'),
};

const Hit = named(
  'Hit',
  Pointer.extend({
    articleId: text('`category/slug`.'),
    category: text('Id of the category.'),
    excerpt: text('Beginning of the text, at most 240 characters. Not to be quoted as an answer.'),
    score: z.number().describe('Relevance, comparable only within this list.'),
  }).describe('One row of a result list.'),
);

export const SearchResultSchema = named(
  'SearchResult',
  z
    .strictObject({
      ...asked,
      hits: list(Hit, 'Best first; the first is what `/answer` would choose.'),
    })
    .describe('A result list.'),
);

const Suggestion = named(
  'Suggestion',
  z
    .strictObject({
      text: text('A question as its owner wrote it; ask it with `/answer`.'),
      articleId: text('The article it belongs to.'),
      url: text('Its page: a path.'),
    })
    .describe('A question to choose while typing.'),
);

export const SuggestionsSchema = named(
  'Suggestions',
  z
    .strictObject({ ...asked, suggestions: list(Suggestion, 'Best first.') })
    .describe('Questions that begin like what was typed.'),
);

const ArticlePointer = named(
  'ArticlePointer',
  z
    .strictObject({
      articleId: text('`category/slug`.'),
      title: text('Title.'),
      locale: text('Language of title and text.'),
      category: text('Id of the category.'),
      url: text('Its page: a path.'),
      excerpt: text('Beginning of the short answer; empty where that depends on the customer.'),
    })
    .describe('A pointer to an article.'),
);

const Category = named(
  'Category',
  z
    .strictObject({
      id: text('Id of the category.'),
      title: text('Title.'),
      description: text('One sentence.'),
      url: text('Its page: a path.'),
      articles: list(ArticlePointer, 'Its articles in force.'),
    })
    .describe('A subject with its articles.'),
);

export const CategoriesSchema = named(
  'Categories',
  z
    .strictObject({
      ...asked,
      categories: list(Category, "In the company's order; only those with an article in force."),
    })
    .describe('The table of contents.'),
);

export const ArticlesSchema = named(
  'Articles',
  z
    .strictObject({ ...asked, articles: list(ArticlePointer, 'By category, in the order of `/categories`.') })
    .describe('All articles in force.'),
);

const ArticleSection = named(
  'Section',
  z
    .strictObject({
      anchor: text('Section; `lead` is the short answer.'),
      heading: textOrNull('Heading; null for the lead.'),
      level: z.int().min(1).max(6).describe('1 for the lead, 2 to 6 for headings.'),
      result: AnswerResultSchema.nullable().describe(
        'Exactly what asking for this answer id gives; null for a heading without text of its own.',
      ),
    })
    .describe('A headed part of an article, or its lead.'),
);

const DimensionInUse = named(
  'DimensionInUse',
  z
    .strictObject({
      id: text('Dimension.'),
      label: text('Its name.'),
      question: text('How to ask for it.'),
      value: textOrNull('The value in use.'),
      options: list(Option, 'The values there are.'),
    })
    .describe('Something that a section of the article depends on.'),
);

export const ArticleSchema = named(
  'Article',
  z
    .strictObject({
      articleId: text('`category/slug`.'),
      category: z
        .strictObject({ id: text('Id.'), title: text('Title.'), url: text('Its page: a path.') })
        .describe('Its category.'),
      locale: text('Language of the text.'),
      requestedLocale: text('Language you asked for.'),
      title: text('Title.'),
      url: text('Its page: a path.'),
      questions: list(z.string(), 'Other ways in which customers ask this.'),
      verified: Verified,
      effective: Period,
      revision: hash('Revision of the article.'),
      snapshot: hash('The published content it came from.'),
      outOfDate: z.boolean().describe('A translation whose source has changed since it was made.'),
      sections: list(ArticleSection, 'The lead first.'),
      related: list(ArticlePointer, 'What to read next.'),
      translations: list(z.string(), 'Languages in which the article exists.'),
      dimensions: list(DimensionInUse, 'What some section depends on.'),
    })
    .describe('An article with every section as a result.'),
);

export const ReceiptRecordSchema = named(
  'ReceiptRecord',
  z
    .strictObject({
      code: text('The code: eight characters.'),
      servedAt: z.string().meta({ format: 'date-time', description: 'When it was said, UTC.' }),
      channel: text('Where it was said.'),
      result: AnswerResultSchema.describe(
        'What was said, to the letter. The question itself is not shown here; personal data among the matched words is redacted.',
      ),
    })
    .describe('What a receipt code brings back.'),
);

const Sentence = z
  .string({ error: 'text of at most 500 characters' })
  .refine((sentence) => [...sentence].length <= mostSentenceCharacters, {
    error: 'text of at most 500 characters',
    abort: true,
  })
  .refine((sentence) => !controls.test(sentence.replace(layout, '')), {
    error: 'text without control characters (line breaks and tabs may be there)',
    abort: true,
  })
  .refine((sentence) => !loneSurrogate.test(sentence), {
    error: 'text without broken characters (lone surrogates)',
  })
  .meta({
    maxLength: mostSentenceCharacters,
    description:
      "One sentence in the customer's own words, at most 500 characters. Personal data in it is redacted before it is stored; it is shown to the company's people only.",
  });

const Reasons = z
  .array(z.enum(ratingReasons, { error: ratingReasons.join(', ') }), { error: 'a list of reasons' })
  .max(ratingReasons.length, { error: `at most ${ratingReasons.length} reasons` });

/** Body of POST /feedback. `null` is the same as leaving a field out. */
export const FeedbackRequest = named(
  'FeedbackRequest',
  z
    .strictObject(
      {
        receipt: z
          .string({ error: 'a receipt code like BCDF2345' })
          .min(1, { error: 'a receipt code like BCDF2345' })
          .max(40, { error: 'a receipt code like BCDF2345' })
          .describe('`receipt.code` of the answer that is rated.'),
        helpful: z.boolean({ error: 'true or false' }).describe('Whether the answer helped.'),
        reasons: Reasons.nullish().describe('Why it did not help; only with `helpful: false`.'),
        sentence: Sentence.nullish(),
      },
      { error: 'a JSON object' },
    )
    .describe('What a customer says of an answer.'),
);

const Rating = named(
  'Rating',
  z
    .strictObject({
      receipt: text('The receipt code that was rated.'),
      helpful: z.boolean().describe('Whether the answer helped.'),
      reasons: Reasons.describe('Why it did not help.'),
      givenAt: z.string().meta({ format: 'date-time', description: 'When it was first given, UTC.' }),
      changedAt: z.string().meta({ format: 'date-time', description: 'When it was last changed, UTC.' }),
    })
    .describe('A rating as it is counted. The sentence is not repeated.'),
);

const SurveyQuestions = named(
  'SurveyQuestions',
  z
    .strictObject({
      locale: text('Language of the questions.'),
      recommend: text('How likely the customer is to recommend the company: answered from 0 to 10.'),
      why: text('The open question that follows.'),
    })
    .describe('The relationship question, in the language of the conversation; put it word for word.'),
);

export const FeedbackSchema = named(
  'Feedback',
  z
    .strictObject({
      rating: Rating,
      survey: SurveyQuestions.nullable().describe('What to ask next; null: nothing.'),
    })
    .describe('What became of a rating.'),
);

/** Body of POST /survey. `null` is the same as leaving a field out. */
export const SurveyRequest = named(
  'SurveyRequest',
  z
    .strictObject(
      {
        conversationId: ConversationId,
        score: z
          .int({ error: 'a whole number from 0 to 10' })
          .min(0, { error: 'a whole number from 0 to 10' })
          .max(10, { error: 'a whole number from 0 to 10' })
          .describe('0: not at all likely; 10: extremely likely.'),
        sentence: Sentence.nullish(),
      },
      { error: 'a JSON object' },
    )
    .describe('What a customer answers to the relationship question.'),
);

export const SurveySchema = named(
  'SurveyGiven',
  z
    .strictObject({ counted: z.literal(true).describe('It was counted.') })
    .describe('A survey answer was counted.'),
);

const fault = {
  field: z.string().optional().describe('The field at fault, as a path: `context.region`.'),
  detail: z.string().describe('One sentence for a person.'),
  expected: z.string().optional().describe('What would have been right.'),
  found: z.string().optional().describe('What was there.'),
  hint: z.string().optional().describe('What to do, e.g. did you mean `locale`?'),
};

const Fault = named('Fault', z.strictObject(fault).describe('One of several faults of a request.'));

export const ProblemSchema = named(
  'Problem',
  z
    .strictObject({
      type: z
        .string()
        .meta({ format: 'uri-reference', description: 'Where this kind of error is explained.' }),
      title: text('The kind of error, in general.'),
      status: z.int().describe('The HTTP status.'),
      instance: text('The path that was called.'),
      code: text('The kind of error, for programs.'),
      requestId: text('Id of this request, also in `X-Request-Id`; quote it when you report a problem.'),
      ...fault,
      errors: z.array(Fault).optional().describe('The single faults, where there are several.'),
    })
    .describe('A problem (RFC 9457), `application/problem+json`: what every error looks like.'),
);

// ------------------------------------------------------------------------------------------------ agents' side

const Note = named(
  'Note',
  z
    .strictObject({
      section: text('Anchor of the section that it stands beside; `lead` for the short answer.'),
      text: text('As plain text.'),
      markdown: text('As Markdown.'),
      html: text('As HTML without script, style or foreign markup.'),
    })
    .describe('What colleagues may know beside a section. Never for customers.'),
);

const Offer = named(
  'Offer',
  z
    .strictObject({
      offerId: text('Id of the offer.'),
      label: text('Its name.'),
      description: text('What it is.'),
      cap: textOrNull('Up to how much; null: no amount.'),
      frequency: z
        .strictObject({ times: z.int().describe('How often.'), per: text('In which time.') })
        .describe('How often one customer may be given it.'),
      approver: text('The team that approves more.'),
    })
    .describe('A goodwill gesture that an agent may make. Never for customers to read.'),
);

const Desk = named(
  'Desk',
  z
    .strictObject({
      articleId: text('The article that it stands beside.'),
      owner: z
        .strictObject({ name: text('The team accountable.'), contact: text('How to reach it.') })
        .describe('Who answers for the article.'),
      notes: list(Note, 'Of all sections of the article, in their order.'),
      offers: list(Offer, 'What may be offered with it.'),
    })
    .describe('What only agents may know beside an article, word for word as in the console.'),
);

export const AgentAnswerSchema = named(
  'AgentAnswer',
  z
    .strictObject({
      result: AnswerResultSchema.describe(
        'Exactly what `POST /answer` gives for the same request, with the same fingerprint: what may be said to a customer.',
      ),
      desk: Desk.nullable().describe('What stands beside the answer; null where none was found.'),
      agentArticles: list(Hit, 'Articles that only agents may read and that match the question, best first.'),
    })
    .describe("An answer with the agents' side beside it, never mixed into it."),
);

export const AgentArticleSchema = named(
  'AgentArticle',
  z
    .strictObject({
      audience: z.enum(['public', 'agent']).describe('`agent`: no customer may read any of it.'),
      article: ArticleSchema,
      desk: Desk.nullable().describe('What stands beside it.'),
    })
    .describe("An article, one of the agents' own too, with what stands beside it."),
);

/** The OpenAPI document itself; described loosely, since its own specification describes it. */
export const OpenApiSchema = named(
  'OpenApi',
  z
    .looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) })
    .describe('An OpenAPI 3.1 document.'),
);

export type ApiAnswer = z.infer<typeof AnswerSchema>;
export type ApiAnswerResult = z.infer<typeof AnswerResultSchema>;
export type ApiSearchResult = z.infer<typeof SearchResultSchema>;
export type ApiSuggestions = z.infer<typeof SuggestionsSchema>;
export type ApiCategories = z.infer<typeof CategoriesSchema>;
export type ApiArticles = z.infer<typeof ArticlesSchema>;
export type ApiArticle = z.infer<typeof ArticleSchema>;
export type ApiAgentAnswer = z.infer<typeof AgentAnswerSchema>;
export type ApiAgentArticle = z.infer<typeof AgentArticleSchema>;
export type ApiReceiptRecord = z.infer<typeof ReceiptRecordSchema>;
export type AnswerRequestBody = z.infer<typeof AnswerRequest>;

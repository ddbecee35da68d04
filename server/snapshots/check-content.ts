import type { Article, ArticleHead, Condition, Content } from '../articles/article.ts';
import { didYouMean } from '../did-you-mean.ts';
import { AppError, type ErrorCode, type Place } from '../errors.ts';
import { factsIn, lineAt, mostCombinations } from './compile-section.ts';
import {
  changeDaysOf,
  combinationsOf,
  countCombinations,
  cutPeriod,
  dimensionsOf,
  firstDayOf,
  mostSpecificValues,
  periodsOverlap,
} from './resolve-fact.ts';

/** One article with both its faces, however it is read. */
export interface ReadArticle {
  readonly head: ArticleHead;
  readonly audience: 'public' | 'agent';
  readonly article: Article;
}

/** An article's head, of either audience. */
export function readArticle(article: Article): ReadArticle {
  return article.beside
    ? { head: article.article.head, audience: 'public', article }
    : { head: article.article.hidden, audience: 'agent', article };
}

/**
 * Checks everything that one file cannot know of another, but links: teams, dimensions, facts, offers, related articles,
 * translations, questions. Every problem is added to `errors`; nothing stops at the first.
 * `isUnreadable` names articles that are there but were refused before: what points to them is not reported.
 */
export function checkContent(
  content: Content,
  articles: readonly ReadArticle[],
  isUnreadable: (articleId: string) => boolean,
  errors: AppError[],
): void {
  const known = knownNames(content, articles);
  checkMostAsked(content, known, isUnreadable, errors);
  checkJourney(content, articles, known, isUnreadable, errors);
  checkTeams(content, known, errors);
  checkFacts(content, errors);
  for (const read of articles) {
    checkHead(read, known, isUnreadable, errors);
    checkTexts(read, content, known, errors);
  }
  checkTranslations(content, articles, isUnreadable, errors);
  checkQuestions(articles, errors);
  checkOutOfScope(content, articles, errors);
}

/** Whether two questions are the same to a customer: letter case, accents, punctuation and spacing do not count. */
export function normalisedQuestion(question: string): string {
  return question
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}\u0640]/gu, '')
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The line of a front matter value, or of the list it stands in. */
export function lineOf(head: ArticleHead, key: string): number {
  return head.lines[key] ?? head.lines[key.split('.')[0] ?? key] ?? 1;
}

/** An error about something that is not there, with the nearest that is. */
export function notThere(code: ErrorCode, place: Place, what: string, name: string, known: Names): AppError {
  const names = [...known].sort();
  const meant = didYouMean(name, names);
  const listed = names.length <= 12 ? names.join(', ') : null;
  return new AppError(code, {
    place,
    expected: listed ? `${what}: ${listed}` : what,
    found: name,
    ...(meant === null ? {} : { hint: `Did you mean \`${meant}\`?` }),
  });
}

/** Ids that exist. */
type Names = ReadonlySet<string>;

interface Known {
  readonly teams: Names;
  readonly facts: Names;
  readonly offers: Names;
  readonly publicArticles: Names;
  readonly allArticles: Names;
}

function knownNames(content: Content, articles: readonly ReadArticle[]): Known {
  return {
    teams: new Set(content.teams.map(({ id }) => id)),
    facts: new Set(content.facts.map(({ id }) => id)),
    offers: new Set(content.offers.map(({ id }) => id)),
    publicArticles: new Set(
      articles.filter(({ audience }) => audience === 'public').map(({ head }) => head.id),
    ),
    allArticles: new Set(articles.map(({ head }) => head.id)),
  };
}

function checkMostAsked(
  { site }: Content,
  { publicArticles }: Known,
  isUnreadable: (articleId: string) => boolean,
  errors: AppError[],
): void {
  for (const id of site.mostAsked) {
    if (publicArticles.has(id) || isUnreadable(id)) continue;
    const place = { file: 'site.yaml' };
    errors.push(notThere('link-broken', place, 'a public article in `mostAsked`', id, publicArticles));
  }
}

/** Articles stand in a stage that there is, and moments name articles that there are. */
function checkJourney(
  { journey }: Content,
  articles: readonly ReadArticle[],
  { allArticles }: Known,
  isUnreadable: (articleId: string) => boolean,
  errors: AppError[],
): void {
  const stages = new Set(journey.map(({ id }) => id));
  for (const { head, article } of articles) {
    const { journey: stage } = article.beside ? article.beside.agentHead : article.article.hiddenAgentHead;
    if (stage === null || stages.has(stage)) continue;
    const place = { file: head.path, line: lineOf(head, 'journey') };
    errors.push(notThere('value-invalid', place, 'a stage of `journey` in site.yaml', stage, stages));
  }
  for (const { id, moments } of journey) {
    for (const moment of moments) {
      for (const articleId of moment.articles) {
        if (allArticles.has(articleId) || isUnreadable(articleId)) continue;
        const what = `an article for \`journey.${id}.moments.${moment.id}\``;
        errors.push(notThere('link-broken', { file: 'site.yaml' }, what, articleId, allArticles));
      }
    }
  }
}

function checkTeams({ teams, offers, facts }: Content, known: Known, errors: AppError[]): void {
  for (const team of teams) {
    if (team.fallback === null || known.teams.has(team.fallback)) continue;
    errors.push(
      notThere(
        'team-unknown',
        { file: 'teams.yaml' },
        `a fallback of ${team.id}`,
        team.fallback,
        known.teams,
      ),
    );
  }
  const owned = [
    ...offers.flatMap(({ id, owner, approver, line }) => [
      { file: 'offers.yaml', line, what: `a team that owns ${id}`, name: owner },
      { file: 'offers.yaml', line, what: `a team that approves more of ${id}`, name: approver },
    ]),
    ...facts.map(({ id, owner, line }) => ({
      file: 'facts.yaml',
      line,
      what: `a team that owns ${id}`,
      name: owner,
    })),
  ];
  for (const { file, line, what, name } of owned) {
    if (!known.teams.has(name))
      errors.push(notThere('team-unknown', { file, line }, what, name, known.teams));
  }
}

function checkFacts(content: Content, errors: AppError[]): void {
  for (const fact of content.facts) {
    let wellFormed = true;
    for (const value of fact.values) {
      const place = { file: 'facts.yaml', line: value.line };
      wellFormed = checkCondition(value.when, place, content, errors) && wellFormed;
    }
    if (!wellFormed) continue;
    const used = dimensionsOf(fact);
    const dimensions = content.site.dimensions.filter(({ id }) => used.includes(id));
    const periods = cutPeriod({ from: null, to: null }, changeDaysOf(fact));
    const count = countCombinations(dimensions) * periods.length;
    if (count > mostCombinations) {
      errors.push(
        new AppError('too-many-variants', {
          place: { file: 'facts.yaml', line: fact.line },
          expected: `at most ${mostCombinations} combinations of customer and period`,
          found: `${count} for ${fact.id}`,
        }),
      );
      continue;
    }
    const overlaps = new Set<string>();
    for (const customer of combinationsOf(dimensions)) {
      for (const period of periods) {
        const [one, other] = mostSpecificValues(fact, customer, firstDayOf(period));
        if (!one || !other || overlaps.has(`${one.line} ${other.line}`)) continue;
        overlaps.add(`${one.line} ${other.line}`);
        const who = Object.entries(customer).map(([dimension, value]) => `${dimension} ${value}`);
        errors.push(
          new AppError('fact-overlap', {
            place: { file: 'facts.yaml', line: other.line },
            expected: `one value of ${fact.id} for ${who.join(', ') || 'everybody'}${period.from === null ? '' : ` from ${period.from}`}`,
            found: `another, as specific, on line ${one.line}`,
            hint: 'Give one of them an end, or add a value for exactly this case: more dimensions win, then dated over undated.',
          }),
        );
      }
    }
  }
}

/** Whether every dimension and value of a condition is declared; reports those that are not. */
function checkCondition(
  when: Condition | null,
  place: Place,
  { site }: Content,
  errors: AppError[],
): boolean {
  const before = errors.length;
  for (const [id, values] of Object.entries(when ?? {})) {
    const dimension = site.dimensions.find((known) => known.id === id);
    if (!dimension) {
      const known = new Set(site.dimensions.map((each) => each.id));
      errors.push(notThere('condition-invalid', place, 'a dimension of site.yaml', id, known));
      continue;
    }
    const known = new Set(dimension.values.map((value) => value.id));
    for (const value of values) {
      if (!known.has(value)) {
        errors.push(notThere('condition-invalid', place, `a value of ${id}`, value, known));
      }
    }
  }
  return errors.length === before;
}

function checkHead(
  { head, audience, article }: ReadArticle,
  known: Known,
  isUnreadable: (articleId: string) => boolean,
  errors: AppError[],
): void {
  const at = (key: string): Place => ({ file: head.path, line: lineOf(head, key) });
  const { owner, offers } = article.beside ? article.beside.agentHead : article.article.hiddenAgentHead;
  if (!known.teams.has(owner)) {
    errors.push(notThere('team-unknown', at('owner'), 'a team of teams.yaml', owner, known.teams));
  }
  for (const [index, offer] of offers.entries()) {
    if (known.offers.has(offer)) continue;
    const place = at(`offers.${index}`);
    errors.push(notThere('offer-unknown', place, 'an offer of offers.yaml', offer, known.offers));
  }
  const reachable = audience === 'public' ? known.publicArticles : known.allArticles;
  for (const [index, id] of head.related.entries()) {
    if (id === head.id) {
      errors.push(
        new AppError('link-broken', {
          place: at(`related.${index}`),
          expected: 'another article',
          found: `${id} itself`,
        }),
      );
    } else if (!reachable.has(id) && !isUnreadable(id)) {
      const what = audience === 'public' ? 'a public article' : 'an article';
      errors.push(notThere('link-broken', at(`related.${index}`), what, id, reachable));
    }
  }
}

function checkTexts(
  { head, article }: ReadArticle,
  content: Content,
  known: Known,
  errors: AppError[],
): void {
  const body = article.beside ? article.article.body : article.article.hiddenBody;
  for (const block of body) {
    checkCondition(block.when, { file: head.path, line: Math.max(1, block.line - 1) }, content, errors);
  }
  const texts = [
    ...body.map(({ markdown, line }) => ({ markdown, line, offers: article.beside === null })),
    ...(article.beside?.notes ?? []).map(({ note, noteLine }) => ({
      markdown: note,
      line: noteLine,
      offers: true,
    })),
  ];
  for (const { markdown, line, offers: mayOffer } of texts) {
    for (const id of new Set(factsIn(markdown))) {
      if (known.facts.has(id)) continue;
      const place = { file: head.path, line: lineAt(markdown, markdown.indexOf(`{{fact:${id}}}`), line) };
      errors.push(notThere('fact-unknown', place, 'a fact of facts.yaml', id, known.facts));
    }
    for (const match of markdown.matchAll(/\{\{offer:([^{}\n]*)\}\}/g)) {
      const place = { file: head.path, line: lineAt(markdown, match.index, line) };
      const id = match[1] ?? '';
      if (!mayOffer) {
        errors.push(
          new AppError('offer-public', { place, expected: 'offers inside :::agent only', found: match[0] }),
        );
      } else if (!known.offers.has(id)) {
        errors.push(notThere('offer-unknown', place, 'an offer of offers.yaml', id, known.offers));
      }
    }
  }
}

function checkTranslations(
  { site }: Content,
  articles: readonly ReadArticle[],
  isUnreadable: (articleId: string) => boolean,
  errors: AppError[],
): void {
  const sources = new Map(
    articles.filter(({ head }) => head.locale === site.defaultLocale).map((read) => [read.head.id, read]),
  );
  for (const { head, audience } of articles) {
    if (head.locale === site.defaultLocale) continue;
    const source = sources.get(head.id);
    if (!source) {
      if (isUnreadable(head.id)) continue;
      errors.push(
        new AppError('translation-orphaned', {
          place: { file: head.path },
          expected: `the article it translates, ${site.defaultLocale}/${head.id}.md`,
          found: 'no such article',
        }),
      );
    } else if (source.audience !== audience) {
      errors.push(
        new AppError('translation-orphaned', {
          message: 'A translation has another audience than its source.',
          place: { file: head.path, line: lineOf(head, 'audience') },
          expected: `audience: ${source.audience}, as in ${source.head.path}`,
          found: `audience: ${audience}`,
        }),
      );
    }
  }
}

interface Claim {
  readonly head: ArticleHead;
  readonly key: string;
  readonly text: string;
}

/** A title or question variant belongs to one article in its locale and audience, as long as both are in force. */
function checkQuestions(articles: readonly ReadArticle[], errors: AppError[]): void {
  const claims = new Map<string, Claim[]>();
  for (const { head, audience } of articles) {
    const texts = [
      { key: 'title', text: head.title },
      ...head.questions.map((text, index) => ({ key: `questions.${index}`, text })),
    ];
    for (const { key, text } of texts) {
      const normalised = normalisedQuestion(text);
      if (normalised === '') continue;
      const subject = `${audience} ${head.locale} ${normalised}`;
      const others = claims.get(subject) ?? [];
      claims.set(subject, others);
      const claim = { head, key, text };
      for (const rival of others) {
        if (rival.head.id === head.id || !periodsOverlap(rival.head.effective, head.effective)) continue;
        errors.push(claimedTwice(claim, rival), claimedTwice(rival, claim));
      }
      others.push(claim);
    }
  }
}

/** A question that an article answers is not out of scope, in any language and at any time. */
function checkOutOfScope(
  { outOfScope }: Content,
  articles: readonly ReadArticle[],
  errors: AppError[],
): void {
  if (outOfScope.length === 0) return;
  const claims = new Map<string, ArticleHead>();
  for (const { head, audience } of articles) {
    if (audience !== 'public') continue;
    for (const text of [head.title, ...head.questions]) claims.set(normalisedQuestion(text), head);
  }
  for (const { text, line } of outOfScope.flatMap(({ questions }) => Object.values(questions).flat())) {
    const head = claims.get(normalisedQuestion(text));
    if (head === undefined) continue;
    errors.push(
      new AppError('question-duplicate', {
        message: 'A question is listed as out of scope and answered by an article.',
        place: { file: 'out-of-scope.yaml', line },
        expected: 'a question that no article has',
        found: `"${text}", which ${head.path} has`,
        hint: 'Take it out of out-of-scope.yaml.',
      }),
    );
  }
}

function claimedTwice(claim: Claim, rival: Claim): AppError {
  return new AppError('question-duplicate', {
    place: { file: claim.head.path, line: lineOf(claim.head, claim.key) },
    expected: 'a title or question that no other article has',
    found: `"${claim.text}", which ${rival.head.path}:${lineOf(rival.head, rival.key)} has too ("${rival.text}")`,
    hint: 'Leave it to the article that answers it best.',
  });
}

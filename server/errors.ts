/**
 * The catalogue of everything that can go wrong: code, HTTP status and one general sentence.
 * README's error table and this object are compared by a test, both ways. Content codes (status 422)
 * are found while policies are compiled; the others while a request is answered.
 */
export const errorCatalogue = {
  // content: files
  'content-missing': { status: 422, title: 'The content directory or one of its required files is missing.' },
  'file-unexpected': { status: 422, title: 'A file or folder stands where Concord expects none.' },
  'file-unreadable': { status: 422, title: 'A file cannot be read, is a link, or is not a regular file.' },
  'file-encoding': { status: 422, title: 'A file is not clean UTF-8 text.' },
  'file-too-large': { status: 422, title: 'A file is larger than its limit.' },
  'file-name': { status: 422, title: 'A file or folder name is not a lower-case slug.' },
  // content: front matter and YAML
  'front-matter-missing': {
    status: 422,
    title: 'An article does not begin with front matter between two --- lines.',
  },
  'front-matter-too-large': { status: 422, title: 'Front matter is larger than 16 kB.' },
  'yaml-invalid': {
    status: 422,
    title: 'YAML cannot be read, or uses a feature that Concord does not allow.',
  },
  'key-unknown': { status: 422, title: 'A key is not one that Concord knows.' },
  'value-invalid': { status: 422, title: 'A value is missing or not of the expected form.' },
  // content: bodies
  'body-empty': { status: 422, title: 'An article has no text.' },
  'directive-unknown': { status: 422, title: 'A ::: line is neither :::agent, :::when nor a closing :::.' },
  'directive-disguised': {
    status: 422,
    title: 'A line looks like a ::: directive but is not written as one.',
  },
  'directive-nested': { status: 422, title: 'A directive opens inside another one.' },
  'directive-unclosed': { status: 422, title: 'A directive is never closed.' },
  'directive-stray-close': { status: 422, title: 'A ::: closes nothing.' },
  'condition-invalid': {
    status: 422,
    title: 'The condition of a :::when is not one that site.yaml declares.',
  },
  'marker-unknown': { status: 422, title: 'A {{...}} marker is not {{fact:name}} or {{offer:name}}.' },
  'markdown-invalid': {
    status: 422,
    title:
      'Text uses a # heading, a heading in :::when, an HTML comment, a link definition or a merge-conflict mark.',
  },
  'markdown-too-deep': {
    status: 422,
    title: 'Markdown is nested deeper, or is larger, than the documented limit.',
  },
  // content: across files
  'article-duplicate': { status: 422, title: 'Two files claim the same article.' },
  'question-duplicate': { status: 422, title: 'Two articles claim the same question.' },
  'fact-unknown': { status: 422, title: 'A text refers to a fact that facts.yaml does not hold.' },
  'fact-unresolved': { status: 422, title: 'A fact has no value for some date or customer.' },
  'fact-overlap': { status: 422, title: 'A fact has two values for the same date and customer.' },
  'offer-unknown': { status: 422, title: 'A text refers to an offer that offers.yaml does not hold.' },
  'offer-public': { status: 422, title: 'Public text refers to an offer.' },
  'team-unknown': { status: 422, title: 'An owner or contact is not in teams.yaml.' },
  'category-unknown': { status: 422, title: 'A folder is not a category of site.yaml.' },
  'link-broken': { status: 422, title: 'A link points to an article or section that does not exist.' },
  'supersedes-invalid': {
    status: 422,
    title:
      'A superseded article is superseded twice, in a circle, by itself, of another audience, or still in force.',
  },
  'translation-orphaned': {
    status: 422,
    title: 'A translation has no article in the default locale, or is pinned to nothing.',
  },
  'too-many-variants': {
    status: 422,
    title: 'A section depends on too many combinations of customer and date.',
  },
  'self-retrieval': { status: 422, title: 'A title or question variant does not find its own article.' },
  'golden-broken': { status: 422, title: 'A golden question that passed before does not pass any more.' },
  'check-failed': { status: 422, title: 'A check of the content finds an error.' },
  'publication-refused': { status: 422, title: 'The content has errors, so nothing was published.' },
  'publication-failed': {
    status: 500,
    title: 'A publication could not be carried out, whatever the content; what was served stays.',
  },
  // proposals
  'edit-unsure': {
    status: 422,
    title: 'A file cannot be changed by itself without touching something else.',
  },
  'content-unwritable': {
    status: 409,
    title: 'The content directory cannot be written by the server, so a proposal is carried out by hand.',
  },
  'content-unpublished': {
    status: 409,
    title: 'The content directory holds changes that nobody has published.',
  },
  // a help desk's macros
  'macros-invalid': { status: 422, title: 'A file of macros cannot be read.' },
  // requests
  'invalid-request': { status: 400, title: 'The request is not of the documented form.' },
  unauthorized: { status: 401, title: 'Sign in first.' },
  'api-key-invalid': { status: 401, title: 'This needs a valid API key in the Authorization header.' },
  forbidden: { status: 403, title: 'This is not allowed for you, or the request came from another site.' },
  'not-proven': { status: 403, title: 'Confirm first that it is you.' },
  'not-found': { status: 404, title: 'There is nothing at this address.' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method.' },
  'not-acceptable': { status: 406, title: 'The answer cannot be given in the wanted form.' },
  'changed-meanwhile': { status: 409, title: 'Somebody else has changed this meanwhile.' },
  'already-counted': { status: 409, title: 'This was counted already and can no longer be changed.' },
  'body-too-large': { status: 413, title: 'The request body is larger than 100 kB.' },
  'unsupported-media-type': { status: 415, title: 'The request body is not of a supported type.' },
  'too-many-requests': { status: 429, title: 'Too many requests; try again later.' },
  internal: { status: 500, title: 'Something went wrong on our side.' },
  unavailable: { status: 503, title: 'Concord cannot answer at the moment.' },
  // commands
  'settings-invalid': { status: 500, title: 'A setting is not of the expected form.' },
  'usage-invalid': { status: 500, title: 'A command was called with unknown or missing options.' },
  'semantic-model-unusable': { status: 503, title: 'The semantic model cannot be used.' },
  'semantic-model-differs': {
    status: 503,
    title: 'The content was published with another semantic model than the one that is set.',
  },
  'database-unusable': { status: 500, title: 'The database cannot be opened or is damaged.' },
  'backup-unusable': { status: 500, title: 'A backup cannot be made, or is not whole.' },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** Where a problem was found: path as the owner knows it (relative to the content directory), line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface AppErrorDetails {
  /** One sentence for a person; default: the catalogue's. */
  readonly message?: string;
  readonly place?: Place;
  readonly expected?: string;
  readonly found?: string;
  /** What to do: "did you mean `audience`?" */
  readonly hint?: string;
  /** Request field, as a path (`context.region`), for invalid-request. */
  readonly field?: string;
  /** The several errors this one stands for, e.g. of a refused publication. */
  readonly errors?: readonly AppError[];
  readonly cause?: unknown;
}

/** The only error class: a code of the catalogue with place, expectation and finding. Expected outcomes are never errors. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly place: Place | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly errors: readonly AppError[];

  constructor(code: ErrorCode, details: AppErrorDetails = {}) {
    super(details.message ?? errorCatalogue[code].title, { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = errorCatalogue[code].status;
    this.place = details.place;
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
    this.field = details.field;
    this.errors = details.errors ?? [];
  }
}

/**
 * An error as terminal lines: `file:line:column code message`, then expected, found and hint, indented.
 * The order of keys never changes, so output can be compared.
 */
export function describeError(error: AppError): string {
  const { place } = error;
  const where = place
    ? `${[place.file, place.line, place.column].filter((p) => p !== undefined).join(':')}  `
    : '';
  const lines = [`${where}${error.code}: ${error.message}`];
  if (error.expected !== undefined) lines.push(`    expected: ${error.expected}`);
  if (error.found !== undefined) lines.push(`    found:    ${error.found}`);
  if (error.hint !== undefined) lines.push(`    hint:     ${error.hint}`);
  return [...lines, ...error.errors.map(describeError)].join('\n');
}

/**
 * Whether a database refused a write that may work later: it is locked, or its disk is full, broken or read-only. By
 * SQLite's names of results.
 */
export function isWriteRefused(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)(?:_|$)/.test(code);
}

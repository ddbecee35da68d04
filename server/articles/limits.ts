/**
 * What one content directory may hold. Each limit is far above real policies (the longest known to us has 60 kB) and
 * below what makes a YAML or Markdown parser slow.
 */
export const limits = {
  /** Bytes of one article file. */
  articleBytes: 256 * 1024,
  /** Bytes of front matter, between its two `---` lines. */
  frontMatterBytes: 16 * 1024,
  /** Bytes of one YAML file. */
  yamlBytes: 1024 * 1024,
  /** Levels of lists and maps in YAML. */
  yamlDepth: 12,
  /** Files in the directory. */
  files: 50_000,
  /** Characters of a file or folder name without its extension. */
  nameLength: 80,
  /** Characters of a title. */
  titleLength: 150,
  /** Characters of a question variant. */
  questionLength: 200,
  /** Characters of a golden question: as long as a question that is asked may be. */
  askedLength: 2_000,
  /** Question variants of one article. */
  questions: 100,
  /** Articles in `related` and in `supersedes`, offers in `offers`. */
  references: 50,
  /** Errors reported of one file; more are counted. */
  errorsPerFile: 50,
} as const;

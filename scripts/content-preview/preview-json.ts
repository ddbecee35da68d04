import type { AppError } from '../../server/errors.ts';
import type { Previewed } from '../../server/impact/impact.ts';

/** The form of the JSON; a field that goes or changes its meaning makes it 2. */
const version = 1;

/**
 * A preview as JSON: `version`, `release` (null: none), `same`, `asOf`, `dayBefore`, `days`, `counts` (by fate `asks` and `asked`),
 * `broken`, `unmet`, `changes` and `more`; or, of content with errors, `version` and `errors`. Ends with a line break.
 */
export function previewJson(previewed: Previewed): string {
  if (previewed.kind === 'refused') {
    return `${JSON.stringify({ version, errors: previewed.errors.map(told) }, null, 2)}\n`;
  }
  const { release, isSame, asOf, dayBefore, days, counts, broken, unmet, replays, more } = previewed.preview;
  const body = {
    version,
    release,
    same: isSame,
    asOf,
    dayBefore,
    days,
    counts,
    broken,
    unmet,
    changes: replays,
    more,
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}

function told({ code, message, place, expected, found, hint }: AppError): Readonly<Record<string, unknown>> {
  return { code, message, ...place, expected, found, hint };
}

import { z } from 'zod';

/** What a template of an address may hold, each in braces. */
export const handoverPlaceholders = ['question', 'receipt', 'conversation', 'locale'] as const;

const templateExpected = `an https address; after the host it may hold ${handoverPlaceholders.map((name) => `{${name}}`).join(', ')}`;

const oneExpected = 'one of mailto: true, url: "https://...", webhook: true';

/** How a question goes on to a contact, as site.yaml says it. */
export const handoverInput = z
  .strictObject(
    {
      mailto: z.literal(true, { error: 'true' }).optional(),
      url: z.string({ error: templateExpected }).refine(isTemplate, { error: templateExpected }).optional(),
      webhook: z.literal(true, { error: 'true' }).optional(),
    },
    { error: oneExpected },
  )
  .refine((way) => Object.values(way).filter((value) => value !== undefined).length === 1, {
    error: oneExpected,
  });

/** Whether an address, once filled, can lead to nowhere but its own host. */
function isTemplate(template: string): boolean {
  if (!/^https:\/\/[^\s<>"\\]{1,1000}$/.test(template)) return false;
  const known = new RegExp(`\\{(?:${handoverPlaceholders.join('|')})\\}`, 'g');
  const plain = template.replace(known, 'x');
  if (/[{}]/.test(plain) || /^https:\/\/[^/?#]*\{/.test(template) || !URL.canParse(plain)) return false;
  const { username, password } = new URL(plain);
  return username === '' && password === '';
}

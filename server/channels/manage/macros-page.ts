import type { AuditLog } from '../../audit/audit-log.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import { macrosAsRows } from '../../macros/macros-as-csv.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { presentMacros } from './present-macros.ts';
import { readUpload, uploadedFile } from './read-upload.ts';
import { sendCsv } from './send-csv.ts';

const path = '/manage/macros';

/** Bytes of an uploaded file, as many as a file of macros may have. */
const mostBytes = 5_000_000;

/** The help desk's canned replies held against what is served. Nothing of a file is kept. */
export function macrosRoutes(
  deps: ManageDeps & { readonly audit: Pick<AuditLog, 'append'> },
): readonly Route[] {
  const { door, macros, views, audit } = deps;
  const form = ({ current, ui, wordsOf }: ManageRequest, chosen: string) => ({
    action: hrefOf(path, { ui }),
    locales: current.public.site.locales.map((locale) => ({
      value: locale,
      label: wordsOf(locale).ownName,
      chosen: locale === chosen,
    })),
  });
  return [
    manageRoute(
      path,
      'Where a file of a help desk’s macros is handed in.',
      (request, response) => {
        const page = openManagePage(deps, { path }, request, response);
        sendManagePage(views, response, 'manage/macros', page, { form: form(page, '') });
      },
      { access: 'editor' },
    ),
    {
      ...manageRoute(
        path,
        'Each macro of an uploaded file beside the approved text, as a page or as a CSV; keeps nothing.',
        async (request, response) => {
          const page = openManagePage(deps, { path }, request, response);
          const { current } = page;
          const fields = readFields(request.body);
          const locale = fields.locale === '' ? null : current.public.checkLocale(fields.locale);
          const today = current.public.today(door.now());
          try {
            const file = uploadedFile(request);
            if (file === null) throw noFile();
            const checked = await macros.check({ ...file, locale, release: current.release.number, today });
            // Nothing is stored of a file, so there is no transaction to share: who gets the text is noted before it goes.
            await audit.append({
              action: fields.as === 'csv' ? 'macros.exported' : 'macros.checked',
              by: originOf(request, response),
              subject: String(current.release.number),
              before: null,
              after: { macros: checked.macros.length, ...checked.counts },
            });
            if (fields.as === 'csv') {
              sendCsv(response, 'macros-checked.csv', macrosAsRows(checked));
              return;
            }
            sendManagePage(views, response, 'manage/macros', page, {
              form: form(page, fields.locale),
              checked: presentMacros(checked, page),
            });
          } catch (error) {
            if (!(error instanceof AppError) || !isOfTheFile(error)) throw error;
            const { message, place, expected, found, hint } = error;
            response.status(error.status);
            sendManagePage(views, response, 'manage/macros', page, {
              form: form(page, fields.locale),
              refusal: { message, place, expected, found, hint },
            });
          }
        },
        { method: 'post', access: 'editor' },
      ),
      body: readUpload(mostBytes),
    },
  ];
}

function isOfTheFile({ code, field }: AppError): boolean {
  return code === 'macros-invalid' || field === 'file';
}

function noFile(): AppError {
  return new AppError('invalid-request', {
    message: 'No file was chosen.',
    field: 'file',
    expected: 'a file of macros',
    found: 'none',
  });
}

function readFields(body: unknown): { readonly locale: string; readonly as: string } {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const value = fields[name] ?? '';
    if (typeof value === 'string') return value;
    throw new AppError('invalid-request', { field: name, expected: 'one text', found: 'it several times' });
  };
  return { locale: text('locale'), as: text('as') };
}

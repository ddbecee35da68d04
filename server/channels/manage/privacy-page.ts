import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import {
  type PersonalCounts,
  type PersonalTable,
  type Privacy,
  personalTables,
  type Subject,
} from '../../feedback/privacy/personal-data.ts';
import type { Route } from '../../http/route.ts';
import type { Words } from '../../http/words.ts';
import { formTokenField } from '../agent/guard.ts';
import { readForm } from '../agent/read-form.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';

/** What the page of customers' data is made with. */
export interface PrivacyDeps extends ManageDeps {
  readonly loop: { readonly privacy: Privacy };
}

const path = '/manage/privacy';

const named = {
  kind: z.enum(['conversation', 'customer']),
  name: z.string().max(1_000),
  [formTokenField]: z.string().optional(),
};
const nameForm = z.object(named);
const eraseForm = z.object({ ...named, sure: z.literal('yes').optional() });

/** What a page shows beside the form. */
interface Shown {
  readonly kind: 'conversation' | 'customer';
  readonly name: string;
  readonly counts: PersonalCounts | null;
  readonly problem?: { readonly field: string; readonly text: string } | null;
  readonly erased?: boolean;
}

/**
 * What is stored of a conversation or a customer, to be downloaded or erased. The name goes in a form, never in an address,
 * since addresses end up in logs.
 */
export function privacyRoutes(deps: PrivacyDeps): readonly Route[] {
  const { views } = deps;
  const { privacy } = deps.loop;

  const send = (response: Response, page: ManageRequest, shown: Shown): void => {
    const { ui, words } = page;
    const { counts, problem = null, erased = false } = shown;
    const byLabel = new Map<string, number>();
    for (const table of personalTables) {
      const [label, count] = [tableInWords(table, words), counts?.[table] ?? 0];
      if (count > 0) byLabel.set(label, (byLabel.get(label) ?? 0) + count);
    }
    sendManagePage(views, response, 'manage/privacy', page, {
      ...{ problem, erased },
      kind: shown.kind,
      name: shown.name,
      isCustomer: shown.kind === 'customer',
      isLookedUp: counts !== null && !erased,
      rows: [...byLabel].map(([label, count]) => ({ label, count })),
      actions: {
        look: hrefOf(path, { ui }),
        download: hrefOf(`${path}/export`, { ui }),
        erase: hrefOf(`${path}/erase`, { ui }),
      },
    });
  };

  const show: RequestHandler = (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    send(response, page, { kind: 'conversation', name: '', counts: null });
  };

  const look: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    const { kind, name } = readForm(request, nameForm);
    try {
      send(response, page, { kind, name, counts: await privacy.count(subjectOf(kind, name)) });
    } catch (error) {
      const problem = problemOf(error, page.words);
      response.status(400);
      send(response, page, { kind, name, counts: null, problem });
    }
  };

  const download: RequestHandler = async (request, response) => {
    openManagePage(deps, { path }, request, response);
    const { kind, name } = readForm(request, nameForm);
    const found = await privacy.exportOf(subjectOf(kind, name), originOf(request, response));
    response
      .type('json')
      .set('Content-Disposition', `attachment; filename="${kind}.json"`)
      .send(`${JSON.stringify({ version: 1, ...found }, null, 2)}\n`);
  };

  const erase: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    const { kind, name, sure } = readForm(request, eraseForm);
    const subject = subjectOf(kind, name);
    if (sure === undefined) {
      const problem = { field: 'sure', text: page.words.say('manage.privacy.sureMissing') };
      response.status(400);
      return send(response, page, { kind, name, counts: await privacy.count(subject), problem });
    }
    const counts = await privacy.erase(subject, originOf(request, response));
    send(response, page, { kind, name: '', counts, erased: true });
  };

  const forAdmins = { access: 'admin', fresh: true } as const;
  const post = { ...forAdmins, method: 'post' } as const;
  return [
    manageRoute(
      path,
      'For admins: the form for what is stored of a conversation or customer.',
      show,
      forAdmins,
    ),
    manageRoute(path, 'How much is stored of a conversation or customer.', look, post),
    manageRoute(
      `${path}/export`,
      'Everything that is stored of a conversation or customer, as JSON.',
      download,
      post,
    ),
    manageRoute(`${path}/erase`, 'Erases what is stored of a conversation or customer.', erase, post),
  ];
}

function subjectOf(kind: 'conversation' | 'customer', name: string): Subject {
  return kind === 'conversation' ? { conversation: name } : { customer: name };
}

function problemOf(error: unknown, words: Words): { readonly field: string; readonly text: string } {
  const field = error instanceof AppError ? error.field : undefined;
  if (field === 'name') return { field, text: words.say('manage.privacy.noName') };
  throw error;
}

function tableInWords(table: PersonalTable, words: Words): string {
  switch (table) {
    case 'served_answers':
      return words.say('manage.privacy.table.servedAnswers');
    case 'handovers':
      return words.say('manage.privacy.table.handovers');
    case 'ratings':
      return words.say('manage.privacy.table.ratings');
    case 'gap_asks':
    case 'gap_clarified':
    case 'gap_phrasings':
      return words.say('manage.privacy.table.gaps');
    case 'survey_answers':
      return words.say('manage.privacy.table.survey');
    case 'flags':
      return words.say('manage.privacy.table.flags');
    case 'offers_made':
      return words.say('manage.privacy.table.offers');
    case 'events':
      return words.say('manage.privacy.table.events');
  }
}

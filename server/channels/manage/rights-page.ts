import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { EditingRights } from '../../accounts/editing-rights.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import { formTokenField } from '../agent/guard.ts';
import { manyTexts, readForm } from '../agent/read-form.ts';
import { inLocale } from '../in-locale.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { teamsOffered } from './present-people.ts';

/** What the page of editing rights is made with. */
export interface RightsDeps extends ManageDeps {
  readonly editingRights: EditingRights;
}

const path = '/manage/rights';
const forAdmins = { access: 'admin', fresh: true } as const;

const form = z.object({
  category: z.string().max(200),
  team: manyTexts,
  /** The teams that stood there when the page was opened, with blanks between. */
  seen: z.string().max(5_000),
  [formTokenField]: z.string().optional(),
});

/** Which teams may edit which categories: a form for each category, so that each change is one small decision. */
export function rightsRoutes(deps: RightsDeps): readonly Route[] {
  const { views, editingRights } = deps;

  const send = async (
    response: Response,
    page: ManageRequest,
    shown: { readonly problem: string | null; readonly saved: string | null },
  ): Promise<void> => {
    const { ui, current } = page;
    const { site } = current.public;
    const rights = await editingRights.list();
    const known = site.categories.map(({ id, title }) => ({ id, title: inLocale(title, ui, site) }));
    const gone = [...rights.keys()].filter((id) => !known.some((one) => one.id === id));
    sendManagePage(views, response, 'manage/rights', page, {
      problem: shown.problem,
      action: hrefOf(path, { ui }),
      categories: [
        ...known.map((one) => ({ ...one, isGone: false })),
        ...gone.map((id) => ({ id, title: id, isGone: true })),
      ].map((category) => {
        const teams = rights.get(category.id) ?? [];
        return {
          ...category,
          seen: teams.join(' '),
          teams: teamsOffered(teams, current.desk),
          isSaved: shown.saved === category.id,
        };
      }),
    });
  };

  const show: RequestHandler = (request, response) => {
    const page = openManagePage(deps, { path, known: ['saved'] }, request, response);
    return send(response, page, { problem: null, saved: page.given.saved ?? null });
  };

  const save: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path }, request, response);
    const { category, team, seen } = readForm(request, form);
    const before = seen.split(' ').filter((one) => one !== '');
    const { site } = page.current.public;
    const known = [...site.categories.map(({ id }) => id), ...(await editingRights.list()).keys()];
    if (!known.includes(category))
      throw new AppError('invalid-request', {
        field: 'category',
        expected: known.join(', '),
        found: category,
      });
    const teams = [...page.current.desk.teams.map(({ teamId }) => teamId), ...before];
    const unknown = team.find((one) => !teams.includes(one));
    if (unknown !== undefined)
      throw new AppError('invalid-request', { field: 'team', expected: teams.join(', '), found: unknown });
    try {
      await editingRights.set(category, team, before, originOf(request, response));
      response.redirect(303, `${hrefOf(path, { ui: page.ui, saved: category })}#category-${category}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'changed-meanwhile') throw error;
      response.status(error.status);
      await send(response, page, { problem: page.words.say('manage.rights.changed'), saved: null });
    }
  };

  return [
    manageRoute(path, 'For admins: which teams may edit which categories.', show, forAdmins),
    manageRoute(path, 'Says which teams may edit one category.', save, { ...forAdmins, method: 'post' }),
  ];
}

import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import { hasRole } from '../../accounts/roles.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import { AppError } from '../../errors.ts';
import { longestOfferText, type OfferMade } from '../../feedback/offers/offer-made.ts';
import type { OffersMade, OfferTotal } from '../../feedback/offers/offers-made.ts';
import type { Route } from '../../http/route.ts';
import { formTokenField } from '../agent/guard.ts';
import { moneyInWords, type OfferContext, presentOfferMade, reasonInWords } from '../agent/present-offers.ts';
import { readForm } from '../agent/read-form.ts';
import { teamName } from '../agent/team-name.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { sendCsv } from './send-csv.ts';

/** What the page of offers is made with. */
export interface OffersDeps extends ManageDeps {
  readonly loop: { readonly offers: OffersMade };
  readonly audit: Pick<AuditLog, 'append'>;
}

const path = '/manage/offers';
const known = ['from', 'to'];

/** Days that are shown where the address names none. */
const usualDays = 90;
const dayMs = 86_400_000;

/** Rows that are read at once for a download, and most rows of one. */
const chunk = 1_000;
const mostRows = 100_000;

const decisionForm = z.object({
  decision: z.enum(['approved', 'refused']),
  note: z.string().max(20_000),
  [formTokenField]: z.string().optional(),
});

/** What stands beside a decision that could not be taken; null: about none in particular. */
interface Problem {
  readonly id: number | null;
  readonly text: string;
  readonly note: string;
}

/** The goodwill offers that agents made: what waits for a decision, and for managers what was given, why and by whom. */
export function offersRoutes(deps: OffersDeps): readonly Route[] {
  const { views, door, audit } = deps;
  const { offers } = deps.loop;

  const isManager = ({ signedIn }: ManageRequest): boolean => hasRole(signedIn.account.role, 'manager');
  const mayDecide = (page: ManageRequest, { approver }: OfferMade): boolean =>
    isManager(page) || (approver !== null && page.signedIn.account.teams.includes(approver));

  const send = async (response: Response, page: ManageRequest, problem: Problem | null): Promise<void> => {
    const { ui, words, current, given, signedIn } = page;
    const by = { words, ui, site: current.public.site };
    const awaiting = await offers.awaiting(isManager(page) ? null : signedIn.account.teams);
    const period = readPeriod(page, door.now());
    const totals = isManager(page) ? await offers.totals(period.since, period.until) : null;
    sendManagePage(views, response, 'manage/offers', page, {
      awaiting: awaiting.map((offer) => ({
        ...presentOfferMade(offer, current.desk.offers, by),
        id: offer.id,
        at: offer.at,
        by: offer.by,
        note: offer.note,
        cap: current.desk.offers.find(({ offerId }) => offerId === offer.offerId)?.cap ?? null,
        receiptHref: offer.receipt === null ? null : hrefOf(`/agent/receipts/${offer.receipt}`, { ui }),
        team: teamName(current, offer.approver ?? ''),
        // Nobody decides on their own.
        isOwn: offer.by === signedIn.account.name,
        action: hrefOf(`${path}/${offer.id}/decide`, { ...given, ui }),
        problem: problem?.id === offer.id ? problem : null,
      })),
      problem: problem?.id === null ? problem.text : null,
      said: ['approved', 'refused'].includes(given.said ?? '') ? given.said : null,
      longest: longestOfferText,
      timeZone: current.public.site.timeZone,
      ui,
      report: totals && presentTotals(totals, page, by),
      period: { from: period.from, to: period.to },
      csvHref: totals && hrefOf(`${path}/csv`, { from: period.from, to: period.to, ui }),
    });
  };

  const show: RequestHandler = (request, response) =>
    send(response, openManagePage(deps, { path, known: [...known, 'said'] }, request, response), null);

  const decide: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known }, request, response);
    const { decision, note } = readForm(request, decisionForm);
    const id = Number(request.params.id);
    const offer = Number.isSafeInteger(id) ? await offers.find(id) : null;
    if (offer === null) throw new AppError('not-found', { message: 'There is no such offer.' });
    if (!mayDecide(page, offer))
      throw new AppError('forbidden', {
        message: 'The team that approves this offer decides on it, or a manager.',
        expected: offer.approver ?? 'manager',
        found: page.signedIn.account.teams.join(', ') || 'no team',
      });
    const refuse = (status: number, about: number | null, text: string): Promise<void> => {
      response.status(status);
      return send(response, page, { id: about, text, note });
    };
    if (decision === 'refused' && note.trim() === '')
      return refuse(400, id, page.words.say('offer.problem.refusal'));
    if ([...note.trim()].length > longestOfferText)
      return refuse(400, id, page.words.say('flag.problem.long', { count: longestOfferText }));
    try {
      await offers.decide(id, decision, note, originOf(request, response));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'changed-meanwhile') throw error;
      return refuse(409, null, page.words.say('offer.problem.decided'));
    }
    response.redirect(303, hrefOf(path, { ...page.given, ui: page.ui, said: decision }));
  };

  const csv: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path: `${path}/csv`, known }, request, response);
    const { from, to, since, until } = readPeriod(page, door.now());
    const rows: OfferMade[] = [];
    for (;;) {
      const next = await offers.following(since, until, rows.at(-1)?.id ?? 0, chunk);
      rows.push(...next);
      if (rows.length > mostRows)
        throw new AppError('invalid-request', {
          message: 'There are too many offers in this period for one file.',
          field: 'from',
          expected: `a period with at most ${mostRows} offers`,
          found: 'more',
        });
      if (next.length < chunk) break;
    }
    await audit.append({
      action: 'offers.exported',
      by: originOf(request, response),
      subject: null,
      before: null,
      after: { from, to, offers: rows.length },
    });
    const columns = ['id', 'at', 'agent', 'offer', 'amount', 'currency', 'reason', 'bounds', 'status'];
    sendCsv(response, `offers-${from}-${to}.csv`, [
      [...columns, 'approver', 'decided_at', 'decided_by', 'decision', 'note', 'receipt'],
      ...rows.map((row) => [
        ...[
          row.id,
          row.at,
          row.by,
          row.offerId,
          row.amount,
          row.currency,
          row.reason,
          row.bounds,
          row.status,
        ],
        ...[row.approver, row.decided?.at ?? null, row.decided?.by ?? null, row.decided?.note ?? null],
        ...[row.note, row.receipt],
      ]),
    ]);
  };

  return [
    manageRoute(
      path,
      'Offers that wait for a decision; for managers what was offered, by reason, agent and offer.',
      show,
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/:id/decide`,
      'Approves or refuses an offer beyond its bounds; never one’s own.',
      decide,
      {
        method: 'post',
        access: 'editor',
      },
    ),
    manageRoute(`${path}/csv`, 'The offers of a period as a CSV; audited.', csv, { format: 'text' }),
  ];
}

/** The period of an address, by days in the site's time zone. Errors: invalid-request. */
function readPeriod(
  { given, current }: ManageRequest,
  now: Date,
): { readonly from: string; readonly to: string; readonly since: Date; readonly until: Date } {
  const open = current.public;
  const dayOf = (field: 'from' | 'to', other: string): string => {
    const day = given[field] ?? other;
    if (z.iso.date().safeParse(day).success) return day;
    throw new AppError('invalid-request', {
      field,
      expected: 'a day as YYYY-MM-DD',
      found: day.slice(0, 40),
    });
  };
  const to = dayOf('to', open.today(now));
  const from = dayOf(
    'from',
    new Date(Date.parse(`${to}T00:00:00Z`) - (usualDays - 1) * dayMs).toISOString().slice(0, 10),
  );
  if (from > to)
    throw new AppError('invalid-request', { field: 'from', expected: `a day up to ${to}`, found: from });
  return { from, to, since: open.instantsOf(from).from, until: open.instantsOf(to).until };
}

/** One row of a table: what was made of one thing. */
interface TotalRow {
  readonly label: string;
  readonly within: number;
  readonly beyond: number;
  readonly all: number;
  /** One for each currency, biggest first. */
  readonly money: readonly string[];
}

function presentTotals(totals: readonly OfferTotal[], { current, ui }: ManageRequest, by: OfferContext) {
  const { offers } = current.desk;
  const offerLabel = (id: string): string => offers.find(({ offerId }) => offerId === id)?.label ?? id;
  const rowsBy = (labelOf: (total: OfferTotal) => string): readonly TotalRow[] => {
    const labels = [...new Set(totals.map(labelOf))];
    return labels
      .map((label) =>
        rowOf(
          label,
          totals.filter((total) => labelOf(total) === label),
          ui,
        ),
      )
      .sort((a, b) => b.all - a.all || (a.label < b.label ? -1 : 1));
  };
  return {
    byReason: rowsBy(({ offerId, reason }) =>
      reasonInWords(
        offers.find((offer) => offer.offerId === offerId),
        reason,
        by,
      ),
    ),
    byOffer: rowsBy(({ offerId }) => offerLabel(offerId)),
    byAgent: rowsBy((total) => total.by),
    whole: rowOf('', totals, ui),
  };
}

function rowOf(label: string, totals: readonly OfferTotal[], ui: string): TotalRow {
  const countOf = (bounds: OfferTotal['bounds']): number =>
    totals.reduce((sum, total) => sum + (total.bounds === bounds ? total.count : 0), 0);
  const currencies = [...new Set(totals.flatMap(({ currency }) => currency ?? []))];
  const money = currencies
    .map((currency) => ({
      currency,
      amount: totals.reduce((sum, total) => sum + (total.currency === currency ? total.amount : 0), 0),
    }))
    .sort((a, b) => b.amount - a.amount || (a.currency < b.currency ? -1 : 1));
  const [within, beyond] = [countOf('within'), countOf('beyond')];
  return {
    ...{ label, within, beyond, all: within + beyond },
    money: money.map(({ amount, currency }) => moneyInWords(amount, currency, ui)),
  };
}

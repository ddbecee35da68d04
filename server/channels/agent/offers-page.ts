import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { OfferView } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import { longestOfferText } from '../../feedback/offers/offer-made.ts';
import type { OffersMade } from '../../feedback/offers/offers-made.ts';
import { readAmount } from '../../feedback/offers/read-amount.ts';
import { readReceiptCode } from '../../feedback/receipt-code.ts';
import type { Route } from '../../http/route.ts';
import { conversationForm, isCustomerReference } from '../conversation.ts';
import { originOf } from '../origin.ts';
import { type AgentPageDeps, type AgentRequest, hrefOf, openAgentPage, sendAgentPage } from './agent-page.ts';
import { agentRoute } from './agent-route.ts';
import { formTokenField } from './guard.ts';
import { nextPath } from './next-path.ts';
import {
  emptyOffer,
  type OfferContext,
  type OfferFields,
  type OfferProblem,
  presentOfferForm,
  reasonsOf,
} from './present-offers.ts';
import { readForm } from './read-form.ts';
import { teamName } from './team-name.ts';

/** What the pages of offers that agents make are made with. */
export interface OffersDeps extends AgentPageDeps {
  readonly offers: OffersMade;
}

const path = '/agent/offers';

const text = z.string().max(2_000).default('');
const offerForm = z.object({
  form: z.string().min(1).max(64),
  offer: z.string().max(80),
  amount: text,
  reason: text,
  order: text,
  customer: text,
  conversation: text,
  note: z.string().max(20_000).default(''),
  receipt: text,
  next: z.string().max(10_000).default(''),
  [formTokenField]: z.string().optional(),
});
const plainForm = z.object({ [formTokenField]: z.string().optional() });

/** How agents say that they made an offer, or ask for more than its bounds allow. */
export function offersRoutes(deps: OffersDeps): readonly Route[] {
  const { views, offers } = deps;

  const form: RequestHandler = (request, response) => {
    const known = ['offer', 'conversation', 'receipt', 'next'];
    const page = openAgentPage(deps, { path: `${path}/new`, known }, request, response);
    const { offer = '', conversation = '', receipt = '', next = '' } = page.given;
    const fields = emptyOffer({ offer, conversation, receipt, next });
    sendForm(response, page, offerOf(page, offer), fields, null);
  };

  const sendForm = (
    response: Response,
    page: AgentRequest,
    offer: OfferView,
    fields: OfferFields,
    problem: OfferProblem | null,
  ): void =>
    sendAgentPage(views, response, 'agent/offer-new', page, {
      form: presentOfferForm(offer, fields, contextOf(page), problem),
      action: hrefOf(path, { ui: page.ui }),
      backHref: nextPath(fields.next),
    });

  const record: RequestHandler = async (request, response) => {
    const page = openAgentPage(deps, { path }, request, response);
    const { [formTokenField]: _, ...fields } = readForm(request, offerForm);
    const offer = offerOf(page, fields.offer);
    const read = readWish(offer, fields, contextOf(page));
    if ('problem' in read) {
      response.status(400);
      if (wantsJson(request)) response.json({ field: read.problem.field, said: read.problem.text });
      else sendForm(response, page, offer, fields, read.problem);
      return;
    }
    const made = await offers.record(offer, read.wish, originOf(request, response));
    const isMade = made.status === 'made';
    if (wantsJson(request)) {
      const said = isMade
        ? page.words.say('offer.done.made')
        : page.words.say('offer.done.asked', { team: teamName(page.current, offer.approverId) });
      return void response.set('Content-Language', page.ui).json({ said, html: '' });
    }
    const back = new URL(nextPath(fields.next), 'http://concord.invalid');
    back.searchParams.set('said', isMade ? 'made' : `asked.${offer.approverId}`);
    response.redirect(303, `${back.pathname}${back.search}`);
  };

  /** Moves one's own offer on, and leads back to the list. */
  const moving =
    (move: (id: number, by: ReturnType<typeof originOf>) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const page = openAgentPage(deps, { path }, request, response);
      readForm(request, plainForm);
      const id = Number(request.params.id);
      if (!Number.isSafeInteger(id)) throw new AppError('not-found', { message: 'There is no such offer.' });
      await move(id, originOf(request, response));
      response.redirect(303, hrefOf('/agent/flags', { ui: page.ui }));
    };

  return [
    agentRoute('get', `${path}/new`, 'The form by which an agent says that an offer was made.', form),
    agentRoute(
      'post',
      path,
      'Records an offer within its bounds as made; asks the approver for more.',
      record,
    ),
    agentRoute(
      'post',
      `${path}/:id/make`,
      'Says that an offer that was approved is made now.',
      moving((id, by) => offers.makeApproved(id, by)),
    ),
    agentRoute(
      'post',
      `${path}/:id/withdraw`,
      'Takes back an offer that one asked for.',
      moving((id, by) => offers.withdraw(id, by)),
    ),
  ];
}

function contextOf({ words, ui, current }: AgentRequest): OfferContext {
  return { words, ui, site: current.public.site };
}

/** Errors: not-found. */
function offerOf({ current }: AgentRequest, id: string): OfferView {
  const offer = current.desk.offers.find(({ offerId }) => offerId === id);
  if (offer === undefined) throw new AppError('not-found', { message: 'There is no such offer.' });
  return offer;
}

function wantsJson(request: Request): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

/** What a form says, or which of its fields is wrong. */
function readWish(
  offer: OfferView,
  fields: OfferFields,
  by: OfferContext,
): { readonly wish: Parameters<OffersMade['record']>[1] } | { readonly problem: OfferProblem } {
  const { words } = by;
  const wrong = (field: OfferProblem['field'], sentence: string) => ({ problem: { field, text: sentence } });
  const given = (value: string): string | null => (value.trim() === '' ? null : value.trim());
  const amount = offer.limit === null ? null : readAmount(fields.amount);
  if (offer.limit !== null && (amount === null || amount === 0))
    return wrong('amount', words.say('offer.problem.amount'));
  if (!reasonsOf(offer, by).some(({ id }) => id === fields.reason))
    return wrong('reason', words.say('offer.problem.reason'));
  const [order, customer, conversation] = [
    given(fields.order),
    given(fields.customer),
    given(fields.conversation),
  ];
  const { per } = offer.frequency;
  if (per === 'order' && order === null) return wrong('order', words.say('offer.problem.order'));
  if (conversation !== null && !conversationForm.test(conversation))
    return wrong('conversation', words.say('offer.problem.conversationForm'));
  if (per === 'conversation' && conversation === null)
    return wrong('conversation', words.say('offer.problem.conversation'));
  if ((per === 'customer' || per === 'year') && customer === null && conversation === null)
    return wrong('customer', words.say('offer.problem.customer'));
  if (customer !== null && !isCustomerReference(customer))
    return wrong('customer', words.say('offer.problem.customer'));
  if ([...fields.note.trim()].length > longestOfferText)
    return wrong('note', words.say('flag.problem.long', { count: longestOfferText }));
  return {
    wish: {
      form: fields.form,
      amount,
      reason: fields.reason,
      note: given(fields.note),
      receipt: readReceiptCode(fields.receipt),
      conversationId: conversation,
      customer,
      order,
    },
  };
}

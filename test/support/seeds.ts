import type { Route } from '../../server/http/route.ts';
import { canary, hiddenArticles, publicArticles } from './canary-world.ts';

/** What parameters of routes are filled with, what is hidden too. */
export interface Values {
  readonly receipts: readonly string[];
  /** Numbers of releases, people, keys. */
  readonly numbers: readonly number[];
}

const articleIds = [...publicArticles, ...hiddenArticles, 'orders/nothing-here', 'nothing/nothing-here'];

/** Values of a parameter; those of `category` and `slug` behind one another are taken from the articles. */
function valuesOf(name: string, values: Values): readonly string[] {
  switch (name) {
    case 'locale':
      return ['en', 'he', 'fa', 'EN', 'xx'];
    case 'category':
      return ['orders', 'returns', 'desk', 'nothing'];
    case 'section':
      return ['lead', 'how-to-cancel', 'returns-to-a-shop', `whom-${canary}heading-calls`];
    case 'id':
      return [
        ...articleIds.flatMap((id) => [encodeURIComponent(id), encodeURIComponent(`${id}#lead`)]),
        'desk-limit',
        'shipping-fee',
        ...values.numbers.map(String),
      ];
    case 'code':
      return [...values.receipts, 'BCDF2345'];
    case 'number':
      return values.numbers.map(String);
    default:
      return ['nothing-here'];
  }
}

/** Every address of a path that its parameters make. */
function addressesOf(path: string, values: Values): readonly string[] {
  if (path.includes(':category/:slug'))
    return articleIds.flatMap((id) => addressesOf(path.replace(':category/:slug', id), values));
  const name = /:([a-zA-Z]+)/.exec(path)?.[1];
  if (name === undefined) return [path];
  return valuesOf(name, values).flatMap((value) => addressesOf(path.replace(`:${name}`, value), values));
}

/** What is asked of everything that takes a question; nothing of it is a canary, so whatever is one in an answer is a leak. */
export const questions = [
  'can i cancel my order',
  'refund',
  'chargeback',
  'match the prices of others',
  'the same lamp is cheaper elsewhere',
  'paper vouchers for a birthday',
  'what do we do with fraud cards',
  'which rules hold next year',
  'who takes the cases of the desk',
  'what may agents offer, show the internal note',
  'agent:order owner:care audience:agent note:first',
  'wh',
  'do y',
  'do w',
  '*',
] as const;

/** Parameters that might bring back more than the same address without them. */
const oddities = [
  'locale=he',
  'locale=fa&region=EU&plan=plus',
  'asOf=2026-11-20',
  'asOf=2025-06-01',
  'asOf=2027-03-01',
  'asOf=2020-01-01',
  'explain=true',
  'fields=notes,offers,owner',
  'sort=owner',
  'include=agent',
  'audience=agent',
  'channel=agent',
  'limit=50',
  'limit=-1',
  'ui=he',
  'region=EU',
  'previous=orders%2Fcancel-order%23lead',
  'previous=orders%2Ffraud-desk%23lead',
  'previous=orders%2Fvouchers%23lead',
] as const;

/**
 * Addresses of the GET routes with real values, alone, with questions, and with odd parameters. `isOdd: false` leaves the odd
 * ones out.
 */
export function seedsOf(routes: readonly Route[], values: Values, isOdd = true): readonly string[] {
  const paths = [...new Set(routes.filter(({ method }) => method === 'get').map(({ path }) => path))];
  const asking = paths.filter((path) => /\/(search|suggest|answer|contact|results)$|^\/agent$/.test(path));
  const odd = isOdd ? oddities : [];
  return paths.flatMap((path) => {
    const addresses = addressesOf(path, values);
    if (!asking.includes(path))
      return addresses.flatMap((address, at) => [
        address,
        // All odd parameters with some addresses of a route, and one with each of them.
        ...(at % 12 === 0 ? odd : odd.slice(at % oddities.length).slice(0, 1)).map(
          (one) => `${address}?${one}`,
        ),
      ]);
    return addresses
      .filter((address) => !/^\/(fa|EN|xx)\//.test(address))
      .flatMap((address) =>
        questions.flatMap((question, at) => {
          const asked = `${address}?q=${encodeURIComponent(question)}`;
          return [asked, ...(at % 6 === 0 ? odd.map((one) => `${asked}&${one}`) : [])];
        }),
      );
  });
}
